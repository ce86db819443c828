"""What a kind of recipient may never see, whatever the holder or a form says.

An employer may not see conditions, and not who signed either: a role or an organisation can be a diagnosis. That an
employer answered tells no condition: the holder may say which one did (consent.presets). Pure; reads the catalogue.
"""

from typing import Final

from schemas.catalogue import AUTHOR_CLAIMS, CATALOGUE, TOLD_ON
from schemas.vocabulary import Preset, RecipientKind, Section

EMPLOYER_NAME: Final = (Section.ADJUSTMENTS, "author_organisation")
"""The one disclosure by which an employer's answer names them."""
_NO_AUTHORS: Final = frozenset({RecipientKind.EMPLOYER})


def claim_name(path: str) -> str:
    """Return the claim that a disclosure path belongs to: "rows" for "rows/0"."""
    return path.partition("/")[0]


def permitted(kind: RecipientKind, section: Section, path: str, *, by_employer: bool = False) -> bool:
    """Return whether this kind of recipient may ever see this disclosure of this section.

    `by_employer`: the entry is an employer's answer to a change at work.
    """
    spec = CATALOGUE[section]
    if spec.presets[kind] is Preset.NEVER:
        return False
    name = claim_name(path)
    if name in AUTHOR_CLAIMS:
        return kind not in _NO_AUTHORS or (by_employer and (section, name) == EMPLOYER_NAME)
    allowed = spec.preset_claims.get(kind)
    return allowed is None or name in allowed or name == TOLD_ON
