"""Which reasonable adjustment codes tell a condition, and what. The rule is in docs/adr/0013. A data table alone.

A code tells when its term (1) names a condition; (2) names a method, a helper or an animal bound to one diagnosis;
(3) names a treatment or where there is one, or says that somebody may not decide or be alone. A code that says what to
arrange, and at most that hearing, sight, speech, reading or understanding needs it, does not, nor one about health care
as such. British Sign Language is a language (British Sign Language Act 2022); a lipspeaker is somebody to book.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from schemas.telling_words import TellingKind

_CONDITIONS = {
    # (1)
    "1082671000000100": "aphasia",
    "957031000000107": "deafblind",
    "981781000000107": "deafblind",
    "957071000000109": "deafblind",
    "796201000000109": "deafblind",
    "957111000000103": "deafblind",
    "957051000000100": "deafblind",
    "445488003": "deaf",
    "862731000000105": "blind",
    "285055002": "hearing aid",
    "1325321000000108": "anxiety",
    "231501003": "phobia",
    "409668002": "photophobia",
    "1325741000000102": "constipation",
    "1325751000000104": "dysphagia",
    "1325781000000105": "seizure",
    "1325791000000107": "self-harm",
    "1325801000000106": "thyroid",
    # (2)
    "945731000000104": "hands-on signing: deafblind people",
    "945711000000107": "visual frame signing: deafblind people with a narrow field of sight",
    "936561000000105": "Tadoma: deafblind people",
    "204341000000103": "Makaton: people with a learning disability",
    "415805003": "Makaton",
    "936641000000108": "Makaton",
    "105506000": "a dog for blind people",
    "1325301000000104": "an animal that eases a mental illness",
    # (3)
    "816361000000101": "a power of attorney for welfare is in force without capacity alone",
    "988851000000103": "deprivation of liberty",
    "240451000000106": "may not be alone",
    "225861007": "may not be alone",
}
_TREATMENTS = {
    # (3)
    "829101000000101": "medication",
    "285035003": "medication",
    "865301000000107": "dosage system",
    "1325411000000106": "a care procedure",
    "1325331000000105": "a care procedure",
    "1325761000000101": "an assessment",
    "1325771000000108": "a screening",
}
_PLACES = {
    # (3)
    "1325291000000103": "a specialist team",
    "1109351000000102": "discharge",
    "792871000000101": "a care plan",
    "1325401000000109": "inpatient care",
}

TELLING_CODES: Final[Mapping[str, TellingKind]] = MappingProxyType(
    dict.fromkeys(_CONDITIONS, TellingKind.CONDITION)
    | dict.fromkeys(_TREATMENTS, TellingKind.MEDICINE)
    | dict.fromkeys(_PLACES, TellingKind.CLINIC)
)
