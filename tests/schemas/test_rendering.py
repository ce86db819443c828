"""The wording of the readable part is pinned by its number, since verifiers compare it word by word."""

from datetime import UTC, date, datetime
from hashlib import sha256

from pydantic import BaseModel

from issuers.encoding import encode_json
from passport.forms import shapes
from schemas.adjustment_codes import TERMS
from schemas.catalogue import CATALOGUE
from schemas.fhir import RENDERING, document, rendering_of
from schemas.readable import Provenance, ReadableEntry
from schemas.vocabulary import IssuerKind, Language, Section
from schemas.words import WORDS, adjustment_term

URN = "urn:passport:share:example"
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
HELD = Provenance(IssuerKind.TOLD_BY_HOLDER, "This service", told_on=date(2026, 11, 2))
SIGNED = Provenance(
    IssuerKind.ORGANISATION, "Alder House", "Bo", "Nurse", "NMC 1", "Service", date(2026, 11, 3)
)

BODIES: dict[Section, dict[str, object]] = {
    Section.ABOUT_ME: {"name": "Sam", "language": "cy", "date_of_birth": "1984-03-01"},
    Section.COMMUNICATION: {"channel": "letter", "needs": [{"code": "415803005"}]},
    Section.ADJUSTMENTS: {"changes": [{"kind": "hours", "change": "Later start", "status": "agreed"}]},
    Section.CONDITIONS: {"conditions": [{"name": "Asthma", "since": "2019-04"}]},
    Section.PLAN: {
        "goals": [{"key": "goal01", "goal": "Walk"}],
        "obstacles": [{"key": "obst01", "domain": "work", "obstacle": "Stairs"}],
        "solutions": [{"key": "solu01", "solution": "Lift", "obstacle": "obst01", "goal": "goal01"}],
        "steps": [{"key": "step01", "step": "Ask", "state": "done"}],
    },
    Section.SCORES: {"scores": [{"measure": "confidence", "points": 4, "on": "2026-11-02"}]},
    Section.WORK_ADVICE: {"outcome": "may-be-fit", "options": [{"option": "phased-return"}]},
    Section.HOME_LIFE: {"caring": "My father"},
}

# One line a wording that was ever given out. A released line is never changed: raise RENDERING and add one.
PINNED = {
    1: "d622262d85404dd3ef7085250d44eb6b3e3bbcbbbd9eea0e2d245d3e82349d0b",
}


def documents(language: Language) -> object:
    entries = [
        ReadableEntry(section, body, SIGNED if section in {Section.PLAN, Section.SCORES} else HELD)
        for section, body in BODIES.items()
    ]
    return document(
        share_urn=URN, issued_at=NOW, language=language, entries=entries, binaries=["x~"] * len(entries)
    )


def labels(model: type[BaseModel], language: Language) -> list[object]:
    return [
        [shape.name, shape.label[language], labels(shape.part, language) if shape.part else []]
        for shape in shapes(model)
    ]


def everything_said() -> str:
    """Return a hash over a document, every label and every word of every closed list, in both languages."""
    said = [
        [
            documents(language),
            [[spec.label[language], labels(spec.model, language)] for spec in CATALOGUE.values()],
            [words[language] for words in WORDS.values()],
            [adjustment_term(code, language) for code in TERMS],
        ]
        for language in Language
    ]
    return sha256(encode_json(said)).hexdigest()


def test_a_change_of_wording_takes_a_new_number() -> None:
    assert everything_said() == PINNED[RENDERING], (
        "The readable part changed. Copies that were saved before would be refused as altered: "
        "raise schemas.fhir.RENDERING and pin the new wording here."
    )


def test_a_document_says_which_wording_it_has() -> None:
    empty = document(share_urn=URN, issued_at=NOW, language=Language.ENGLISH, entries=[], binaries=[])
    assert rendering_of(empty) == str(RENDERING)
    assert rendering_of({**empty, "meta": {"tag": []}}) is None
