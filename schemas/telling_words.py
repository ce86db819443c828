"""What a word can tell, and the English phrases with such a word in them that tell nothing.

The words: schemas.telling_conditions, telling_clinics, telling_medicines, and in Welsh telling_words_cy.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schemas.labels import Label


class TellingKind(StrEnum):
    """What a word can tell."""

    CONDITION = "condition"
    MEDICINE = "medicine"
    CLINIC = "clinic"


KINDS: Final[Mapping[TellingKind, Label]] = MappingProxyType(
    {
        TellingKind.CONDITION: Label("may name a health condition", "gall enwi cyflwr iechyd"),
        TellingKind.MEDICINE: Label(
            "may name a medicine or treatment", "gall enwi meddyginiaeth neu driniaeth"
        ),
        TellingKind.CLINIC: Label(
            "may tell where you are treated", "gall ddweud ble rydych yn cael triniaeth"
        ),
    }
)

# Nothing in these is found.
ORDINARY: Final = """
stroke of luck, stroke of genius, stroke of midnight, stroke of a pen, stroke of the pen, stroke of business, at a
stroke, in one stroke, at one stroke, key stroke, keystroke, brush stroke, pen stroke, back stroke, breast stroke,
butterfly stroke, swimming stroke, two stroke, four stroke, economic depression, great depression, tropical
depression, depression era, depressed button, depressed key, depressed switch, depressed lever, depressed pedal,
depressed handle, depressed price, depressed market, depressed area, depressed economy, depressed kerb, depressed
wages, button is depressed, key is depressed, pedal is depressed, lever is depressed, switch is depressed, tropic of
cancer, cancer research shop, deaf ears, turn a deaf ear, deaf awareness, tone deaf, stone deaf, seizure of goods,
seizure of assets, seizure of property, asset seizure, drug seizure, engine seizure, alcoholic drink, alcoholic
beverage, alcoholic ginger beer, non alcoholic, alcoholic content, roof shingles, cedar shingles, wood shingles,
bipolar transistor, bipolar junction, bipolar plug, bipolar power supply, career counsellor, careers counsellor,
debt counselling, debt counsellor, school counsellor, camp counsellor, careers counselling, credit counselling,
redundancy counselling, sectioned off, sectioned into, is sectioned, lithium battery, lithium ion, lithium polymer,
lithium cell, ms teams, ms office, ms word, ms excel, ms outlook, ms project, ms windows, ms access, ms powerpoint,
ms sharepoint, ms dynamics, visual aids, infertile soil, infertile land, terminal illness cover, critical illness
cover, analysis paralysis, decision paralysis, paralysed by choice, pacemaker race, race pacemaker, orthopaedic
chair, orthopaedic seat, wheelchair users welcome, mental health first aider, mental health first aid, mental health
awareness, mental health policy, mental health champion, mental health day, hospice shop, hospice charity shop,
cancer charity, stroke the cat, stroke the dog, stroke the horse, stroke of work, depression in the road, depression
in the ground, depression in the surface, depression in the floor, depression in the economy, depression in the
market, economic depression of, depression glass, cbt test, cbt certificate, cbt licence, horoscope cancer, star
sign cancer, seizure warrant, search and seizure, brake seizure, bearing seizure, brush strokes, key strokes, pen
strokes, swimming strokes, breast strokes, swim stroke, piston stroke, stroke length, stroke engine, pregnant pause,
am blind to, is blind to, are blind to, was blind to, were blind to, being blind to, good samaritan, the priory
road, the priory school, the priory church, the priory park, the priory centre, aids and adaptations, aids and
equipment, aids to, transplant seedlings, earth tremor, earthquake tremor, tb drive, tb disk, tb disc, tb hard
drive, tb ssd, tb of, mental health training, mental health support line, autism awareness, autism friendly,
dementia awareness, dementia friendly, dementia friend, dyslexia friendly, dyslexia awareness, menopause policy,
menopause awareness, menopause champion, cancer awareness, diabetes awareness, hiv awareness, special needs teacher,
special needs school, special needs assistant, tens of, star sign is cancer, born under cancer, aa battery, aa
batteries, aa size, allergy information, allergy advice, allergy labelling
"""

# Words and names one slip away from a listed one. Found by holding every listed name of eight letters and more against
# the words in common use in large collections of English, and against spelling dictionaries of both languages. The
# health words that this found are not here: a warning of those is right.
NOT_MISSPELT: Final = """
addison, addition, additions, adduction, artistic, blandness, blondness, bushings, cankerous, catalonia, celebre,
cellulite, circadian, concert, concerti, concerto, concertos, concerts, concession, concessions, concetta, cushing,
deadened, deadness, dearness, depresses, dianetics, dwarfish, dystopia, dystopias, dystopic, hodgins, huntington,
imputation, imputations, menderes, morphing, ontological, pagemaker, paranoid, peacemaker, peacemakers, porphyrin,
porphyrins, prostrate, regnant, repressed, repression, repressions, repressive, servent, shimming, shingle,
shingled, shuttering, silicones, singles, singular, skimming, slimming, sputtering, stemming, stingless, swimming
"""
