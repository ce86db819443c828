"""Every case by its name, in the order of the RFC's steps."""

from tests.outside import binding_cases, issuer_cases, text_cases
from tests.outside.cases import CASES

__all__ = ["CASES", "binding_cases", "issuer_cases", "text_cases"]
