"""Every case by its name: those of the issuer-signed part first, then of the text, then of key binding."""

from collections.abc import Mapping
from typing import Final

from tests.outside import binding_cases, cases, issuer_cases, text_cases

_ORDER: Final = [module.__name__ for module in (issuer_cases, text_cases, binding_cases)]

CASES: Final[Mapping[str, cases.Case]] = dict(
    sorted(cases.CASES.items(), key=lambda item: _ORDER.index(item[1].change.__module__))
)
