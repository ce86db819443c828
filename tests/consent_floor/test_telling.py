"""Words that tell a condition are found in English and Welsh, in any form; ordinary phrases are left alone."""

import time
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consent.telling import Telling, tellings, tellings_in
from schemas import telling_clinics, telling_conditions, telling_medicines, telling_words, telling_words_cy
from schemas import words as words_of_lists
from schemas.catalogue import CATALOGUE, claims_of
from schemas.telling_words import KINDS, TellingKind
from schemas.vocabulary import Language, Section
from tests.issuers.making import CHANGES

CONDITION, MEDICINE, CLINIC = TellingKind


def found(text: str) -> list[tuple[str, TellingKind]]:
    return [(text[one.start : one.end], one.kind) for one in tellings_in(text)]


ENGLISH: list[tuple[str, str, TellingKind]] = [
    ("I have had depression since school.", "depression", CONDITION),
    ("On bad days I am very DEPRESSED", "DEPRESSED", CONDITION),
    ("My anxeity is worse in crowds", "anxeity", CONDITION),
    ("I get panic attacks in lifts", "panic attacks", CONDITION),
    ("a bi-polar disorder", "bi-polar disorder", CONDITION),
    ("my scizophrenia", "scizophrenia", CONDITION),
    ("I have obsessive-compulsive disorder", "obsessive-compulsive disorder", CONDITION),
    ("because of my ptsd", "ptsd", CONDITION),
    ("since I had a stroke the year before last", "stroke", CONDITION),
    ("two mini-strokes in May", "mini-strokes", CONDITION),
    ("I am autistic", "autistic", CONDITION),
    ("Asperger's makes small talk hard", "Asperger's", CONDITION),
    ("I’m dyslexic, so please send text early", "dyslexic", CONDITION),
    ("my ADHD", "ADHD", CONDITION),
    ("my adhd", "adhd", CONDITION),
    ("Parkinson’s disease makes my hands shake", "Parkinson’s disease", CONDITION),
    ("Parkinsons", "Parkinsons", CONDITION),
    ("early onset altzheimers", "altzheimers", CONDITION),
    ("I have MS and tire easily", "MS", CONDITION),
    ("I have ME and must rest", "ME", CONDITION),
    ("MS", "MS", CONDITION),
    ("I HAVE ADHD", "ADHD", CONDITION),
    ("after my TIAs", "TIAs", CONDITION),
    ("type 2 diabetes", "type 2 diabetes", CONDITION),
    ("as a diabetic I eat at set times", "diabetic", CONDITION),
    ("my diabetis", "diabetis", CONDITION),
    ("a spray for my asthma", "asthma", CONDITION),
    ("my heart condition", "heart condition", CONDITION),
    ("rheumatoid  arthritis in both hands", "rheumatoid  arthritis", CONDITION),
    ("my athritis", "athritis", CONDITION),
    ("fibromyalgia", "fibromyalgia", CONDITION),
    ("Crohn's means I need the toilet fast", "Crohn's", CONDITION),
    ("chrons", "chrons", CONDITION),
    ("irritable-bowel syndrome", "irritable-bowel syndrome", CONDITION),
    ("my migraines start with light", "migraines", CONDITION),
    ("time off for cancer treatment", "cancer", CONDITION),
    ("I had two tumours removed", "tumours", CONDITION),
    ("epileptic seizures", "epileptic seizures", CONDITION),
    ("seizures at night", "seizures", CONDITION),
    ("long covid", "long covid", CONDITION),
    ("HIV positive", "HIV positive", CONDITION),
    ("my endometriosis", "endometriosis", CONDITION),
    ("I am going through the menopause", "menopause", CONDITION),
    ("Ménière’s disease", "Ménière’s disease", CONDITION),
    ("I’m deaf in one ear", "deaf", CONDITION),
    ("I take sertraline at night", "sertraline", MEDICINE),
    ("my citalipram makes me slow in the morning", "citalipram", MEDICINE),
    ("on Prozac", "Prozac", MEDICINE),
    ("since I started lithium", "lithium", MEDICINE),
    ("to store my insulin", "insulin", MEDICINE),
    ("my Humira injection", "Humira", MEDICINE),
    ("anti-depressants", "anti-depressants", MEDICINE),
    ("co-codamol", "co-codamol", MEDICINE),
    ("sleeping tablets", "sleeping tablets", MEDICINE),
    ("my HRT", "HRT", MEDICINE),
    ("time for the pain clinic on Mondays", "pain clinic", CLINIC),
    ("I see a psychiatrist each month", "psychiatrist", CLINIC),
    ("call my community mental health team", "community mental health team", CLINIC),
    ("my epilepsy nurse", "epilepsy nurse", CLINIC),
    ("dialysis three times a week", "dialysis", CLINIC),
    ("chemotherapy ends in June", "chemotherapy", CLINIC),
    ("the Memory Clinic", "Memory Clinic", CLINIC),
    ("with CAMHS", "CAMHS", CLINIC),
    ("Alcoholics Anonymous on Fridays", "Alcoholics Anonymous", CLINIC),
]

WELSH: list[tuple[str, str, TellingKind]] = [
    ("Mae gen i iselder", "iselder", CONDITION),
    ("oherwydd ei hiselder", "hiselder", CONDITION),
    ("iselder ôl-enedigol", "iselder ôl-enedigol", CONDITION),
    ("fy ngorbryder", "ngorbryder", CONDITION),
    ("dau orbryder", "orbryder", CONDITION),
    ("triniaeth am ganser", "ganser", CONDITION),
    ("fy nghanser", "nghanser", CONDITION),
    ("ei chanser hi", "chanser", CONDITION),
    ("canser y fron", "canser y fron", CONDITION),
    ("ces i strôc y llynedd", "strôc", CONDITION),
    ("ces i stroc y llynedd", "stroc", CONDITION),
    ("fy niabetes", "niabetes", CONDITION),
    ("â ddementia", "ddementia", CONDITION),
    ("glefyd y galon", "glefyd y galon", CONDITION),
    ("clefyd Parkinson", "clefyd Parkinson", CONDITION),
    ("sglerosis ymledol", "sglerosis ymledol", CONDITION),
    ("awtistiaeth", "awtistiaeth", CONDITION),
    ("rwy’n awtistig", "awtistig", CONDITION),
    ("epilepsi", "epilepsi", CONDITION),
    ("phwysedd gwaed uchel", "phwysedd gwaed uchel", CONDITION),
    ("boen cefn", "boen cefn", CONDITION),
    ("feigryn drwg", "feigryn", CONDITION),
    ("anaf i’r ymennydd", "anaf i’r ymennydd", CONDITION),
    ("inswlin yn yr oergell", "inswlin", MEDICINE),
    ("gwrthiselyddion", "gwrthiselyddion", MEDICINE),
    ("y seiciatrydd", "seiciatrydd", CLINIC),
    ("dîm iechyd meddwl cymunedol", "dîm iechyd meddwl cymunedol", CLINIC),
    ("y clinig poen", "clinig poen", CLINIC),
    ("nghlinig cof", "nghlinig cof", CLINIC),
    ("cemotherapi", "cemotherapi", CLINIC),
]


# What the headings of the NHS website's A to Z, the chapters of the BNF and the kinds of clinic ask for.
COMMON: dict[TellingKind, str] = {
    CONDITION: """
        I am blind, I’m blind, born blind, I went blind, TB, T.B., addiction, ataxia, essential tremor, dystonia,
        functional neurological disorder, selective mutism, narcoleptic, Addison's, GORD, MCAS, PKU, ARFID, hEDS, T1D,
        T2D, celiac, a nut allergy, allergic to nuts, transplant, a cochlear implant, my hearing aids, pregnant,
        transgender, burnout, overdosed, my mental health, bad back, fused spine, hay fever, reflux, tachycardia, PoTS,
        migraineur, prosthetic leg, in remission, brain fog, memory loss, acne, prostate, weak bladder, HIV, Lewy body,
        dall, fy mharlys, yn feichiog, caethiwed, iechyd meddwl, ffobia, awtistic, mygfa, cymorth clyw, alergedd""",
    MEDICINE: """
        Kaftrio, Trikafta, Sativex, Stelara, Skyrizi, Rinvoq, Ajovy, Aimovig, steroids, my inhaler, a mood stabiliser,
        depot injections, PrEP, painkillers, Taltz, Libre sensor, blood sugar, contraceptive, testosterone, cpap,
        chemo tablets and heparin, melatonin, midodrine, Lucentis, anadlydd, poenladdwyr, pigiad depo""",
    CLINIC: """
        rehab, the Maudsley, Royal Marsden, the Priory, an eye clinic, Stoke Mandeville, AA meetings, Moorfields,
        antenatal clinic, my midwife, a breast unit, the pain team, colorectal surgeon, dietitian, Samaritans,
        speech therapist, the mental health act, drug worker, fy mydwraig, clinig llygaid, Ysbyty Felindre""",
}


@pytest.mark.parametrize("kind", TellingKind)
def test_what_is_common_is_found(kind: TellingKind) -> None:
    texts = _list(COMMON[kind])
    assert [text for text in texts if kind not in [one for _, one in found(f"Since {text}: rest.")]] == []


@pytest.mark.parametrize(("text", "word", "kind"), [*ENGLISH, *WELSH], ids=lambda value: str(value)[:30])
def test_a_word_that_tells_is_found_where_it_stands(text: str, word: str, kind: TellingKind) -> None:
    assert found(text) == [(word, kind)]


ORDINARY = """
It was a stroke of luck that I found this job
A key stroke is enough, and I like the breast stroke
The four-stroke engine of the mower
Press the depressed button until it clicks
The great depression, and the economic depression after it
There is a depression in the road outside
It fell on deaf ears
Use MS Teams or MS Word, not MS Outlook
Please ask Ms Jones or Ms Ward
TELL ME FIRST AND GIVE AIDS TO READING
Visual aids and reading aids, AIDS AND ADAPTATIONS
The lithium battery of my scooter
a bag of sugar, a cold drink and an alcoholic drink
non-alcoholic drinks at parties
the seizure of goods at the port
cedar shingles on the roof
I use two 2 TB disks and a UC claim form
I did it, and so did she, but it DID help
He is sad, and the pots are in the sink
I am careful, sensitive to noise and easily tired
I lose the thread when several people talk at once
A desk in a quiet room, away from the kitchen and the printer
Please send questions the day before
I work best in the morning and need a break every hour
I need a chair with arms, and a sit-stand desk
Text me rather than ring me
Stairs are hard for me, so a ground-floor room helps
Bright light hurts, so please dim the lamps
I walk slowly and need more time between meetings
My memory for names is poor: please wear badges
An interpreter for meetings, and captions in calls
I may need to lie down for ten minutes
Give me written notes after each talk
The ward of court, the school nurse and the consultant from the bank
fits the bill, it fits in the drawer
The statistics, the statue and the static on the line
A careers counsellor helped me
mental health first aiders are on each floor
Mae angen desg dawel arnaf
Rhowch nodiadau i mi cyn y cyfarfod
Rwy’n gweithio orau yn y bore
Mae golau llachar yn brifo fy llygaid
Gofynnwch i mi cyn newid fy oriau
batris lithiwm
Mae’r eryr uwchben y barlys
I did not find owt
sugar
Please ask Ms Jones, or send it to the office in ME14 or ME1 1AA
The depot opens at six, and the rehabilitation of the old mill goes on
Do not turn a blind eye, mind the gap and pull the blind down
There was a pregnant pause, and I am blind to the risk
The priory school and the priory road
It was an artistic addition to the concert, and a singular one
Anxious to please, with less stress and fewer fits of laughter
She died last year and I am in mourning
A hearing loop, a screen reader, a guide dog and a ramp
A British Sign Language interpreter for the interview
My support worker and my occupational therapist come along
dwi’n poeni am y gwaith, ac mae hynny’n destun pryder
stroke-free lines ahead: brush strokes
""".strip().splitlines()[:-1]


@pytest.mark.parametrize("text", ORDINARY, ids=lambda text: text[:30])
def test_ordinary_sentences_are_left_alone(text: str) -> None:
    assert found(text) == []


def _own_words() -> Iterator[str]:
    for label in words_of_lists.WORDS.values():
        yield from (label.en, label.cy)
    for section in set(Section) - {Section.CONDITIONS}:
        yield from (CATALOGUE[section].label[language] for language in Language)
        yield from (claim.label[language] for claim in claims_of(section) for language in Language)


def test_the_words_of_our_own_lists_and_labels_are_left_alone() -> None:
    assert [text for text in _own_words() if found(text)] == []


def _list(terms: str) -> list[str]:
    return [" ".join(term.split()) for term in terms.replace("\n", " ").split(",") if term.strip()]


LISTS = {
    name: _list(terms)
    for module in (telling_words, telling_conditions, telling_clinics, telling_medicines, telling_words_cy)
    for name, terms in vars(module).items()
    if name.isupper()
    and isinstance(terms, str)
    and name not in {"CLINIC_WORDS", "CAPITALS_THAT_ARE_WORDS", "NOT_MISSPELT"}
}
ORDINARY_LISTS = {"ORDINARY", "ORDINARY_CY"}
TERMS = sorted(
    term for name, terms in LISTS.items() if not {name} & {*ORDINARY_LISTS, "CLINIC_FIELDS"} for term in terms
)


@pytest.mark.parametrize("name", LISTS)
def test_no_list_names_a_term_twice(name: str) -> None:
    assert len(LISTS[name]) == len(set(LISTS[name]))


def test_every_term_is_found_whole_as_it_is_written() -> None:
    missed = [term for term in TERMS if _whole(f"well, {term} and so") != (6, 6 + len(term))]
    assert missed == []


def _whole(text: str) -> tuple[int, int]:
    one = tellings_in(text)
    return (one[0].start, one[-1].end) if one else (0, 0)


def test_every_ordinary_phrase_is_left_alone() -> None:
    phrases = [phrase for name in ORDINARY_LISTS for phrase in LISTS[name]]
    assert [phrase for phrase in phrases if found(f"so {phrase} then")] == []


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(TERMS), st.sampled_from([str.upper, str.title, str.lower]), st.sampled_from("- "))
@example("Crohn's", str.upper, "-")
def test_neither_case_nor_hyphens_matter(term: str, case: object, gap: str) -> None:
    if term[1:] != term[1:].lower():
        return  # those are found as they are written alone
    changed = case(term).replace(" ", gap)  # type: ignore[operator]
    assert found(f"so {changed}, yes")[0][0].startswith(changed[:2])


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(TERMS), st.sampled_from("abcxyz"))
def test_a_part_of_a_longer_word_is_not_found(term: str, letter: str) -> None:
    word = "".join(term.lower().split())
    assert all(kind is None for _, kind in found(f"q{letter}{word}q{letter}"))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_text_at_all_gives_places_inside_it_in_order(text: str) -> None:
    places = [place for one in tellings_in(text) for place in (one.start, one.end)]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)


def test_what_is_found_in_claims_comes_with_its_path() -> None:
    claims = {
        "changes": [{"change": "A quiet desk", "why": "I have epilepsy"}],
        "note": "my insulin",
        "count": 3,
    }
    assert tellings(claims) == (
        Telling("changes/0/why", 7, 15, CONDITION),
        Telling("note", 3, 10, MEDICINE),
    )


def test_phrases_do_not_reach_over_the_end_of_a_sentence() -> None:
    assert found("It is a pain. Clinic letters help") == []


def test_each_kind_has_words_in_both_languages() -> None:
    assert set(KINDS) == set(TellingKind)
    assert all(label.en != label.cy for label in KINDS.values())


def test_a_full_share_is_read_in_milliseconds() -> None:
    claims = {"changes": CHANGES, "note": "After my stroke I take sertraline. " * 10}
    tellings(claims)  # the words are prepared once
    times = []
    for _ in range(7):
        started = time.process_time()
        tellings(claims)
        times.append(time.process_time() - started)
    assert min(times) < 0.01  # a tenth of it on an idle machine
