"""A share's Bundle: what readers see is what was signed, complete and in order, and nothing else."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.presentation import Presentation, ReleasedEntry, reword, share_bundle
from consent.verification import Outcome, Policy, StepNumber, StepResult
from issuers.sd_jwt import SdJwt
from issuers.status_list import StatusRef
from schemas.vocabulary import Language, RecipientKind, Section
from tests.consent_floor.passports import (
    ENTRY_LIST,
    NOW,
    SHARE_LIST,
    SHARE_STATUS,
    SHARE_URN,
    STATUSES,
    TRUST,
    UNBOUND,
    FixedSigner,
    Passport,
    check,
    everything,
    issued,
    presented,
    snapshot,
)
from tests.consent_floor.tampering import bound_again, with_parts

SECTIONS = (Section.ABOUT_ME, Section.ADJUSTMENTS, Section.WORK_ADVICE)
PRESENTATION = presented([everything(section) for section in SECTIONS])
RAW = share_bundle(PRESENTATION, trust=TRUST, language=Language.ENGLISH)
Document = dict[str, Any]


def document() -> Document:
    loaded: Document = json.loads(RAW)
    return loaded


def edited(edit: Callable[[Document], object]) -> bytes:
    """The Bundle with one edit, written anew."""
    bundle = document()
    edit(bundle)
    return json.dumps(bundle, ensure_ascii=False).encode()


def resources(bundle: Document, kind: str) -> list[Document]:
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def presentations(bundle: Document) -> list[str]:
    return [b64decode(binary["data"]).decode() for binary in resources(bundle, "Binary")]


def rebuilt(entries: list[str]) -> bytes:
    """A Bundle whose readable part was honestly made for other presentations."""
    presentation = Presentation(SHARE_URN, PRESENTATION.nonce, NOW, tuple(entries))
    return share_bundle(presentation, trust=TRUST, language=Language.ENGLISH)


def set_binary(position: int, text: str) -> Callable[[Document], object]:
    return lambda bundle: resources(bundle, "Binary")[position].update(data=b64encode(text.encode()).decode())


def drop_binary(bundle: Document) -> None:
    bundle["entry"] = [
        entry for entry in bundle["entry"] if entry["resource"] != resources(bundle, "Binary")[1]
    ]


def narrative(old: str, new: str) -> bytes:
    assert old.encode() in RAW
    return RAW.replace(old.encode(), new.encode())


def of_another_share() -> list[str]:
    other = presented([everything(section) for section in SECTIONS], audience="urn:uuid:other")
    return [*PRESENTATION.entries[:2], other.entries[2]]


def of_another_passport() -> list[str]:
    stranger = FixedSigner("another passport")
    credential = issued(Section.WORK_ADVICE, holder_key=stranger.public_jwk)
    own = everything(Section.WORK_ADVICE)
    other = ReleasedEntry.of(credential, own.paths)
    bound = presented([everything(s) for s in SECTIONS[:2]] + [other], passport_signer=stranger)
    return [*PRESENTATION.entries[:2], bound.entries[2]]


DIFFERS = "readable_differs"
PARSE, READABLE, KEY_BINDING = StepNumber.PARSE, StepNumber.READABLE, StepNumber.KEY_BINDING
ENTRIES = PRESENTATION.entries

TAMPERING: list[tuple[str, Callable[[], bytes], StepNumber, str]] = [
    # (1) parse
    ("cut short", lambda: RAW[:-1], PARSE, "json_invalid"),
    ("a duplicate member", lambda: b'{"resourceType":"Bundle",' + RAW[1:], PARSE, "json_invalid"),
    ("not a Bundle", lambda: b'{"resourceType":"Patient"}', PARSE, "bundle_form"),
    ("not a document", lambda: edited(lambda b: b.update(type="collection")), PARSE, "bundle_form"),
    ("an array", lambda: b"{}", PARSE, "bundle_form"),
    ("many objects", lambda: b'{"entry":[' + b"{}," * 300_000 + b"{}]}", PARSE, "too_many_values"),
    ("no entries", lambda: edited(lambda b: b.update(entry=[])), PARSE, "bundle_entries"),
    ("entries that are none", lambda: edited(lambda b: b.update(entry="x")), PARSE, "bundle_entries"),
    ("too many", lambda: edited(lambda b: b["entry"].extend(b["entry"][-1:] * 70)), PARSE, "bundle_entries"),
    ("another language", lambda: edited(lambda b: b.update(language="fr")), PARSE, "bundle_language"),
    ("a foreign Binary", lambda: binary(contentType="text/html"), PARSE, "bundle_binary"),
    ("a Binary that is no base64", lambda: binary(data="*"), PARSE, "bundle_binary"),
    ("a Binary that is no text", lambda: binary(data="//8="), PARSE, "bundle_binary"),
    ("a Binary without padding", lambda: binary(data="AAAAA"), PARSE, "bundle_binary"),
    ("a Binary without data", lambda: edited(lambda b: resources(b, "Binary")[0].pop("data")), PARSE, "bundle_binary"),
    ("an empty Binary", lambda: binary(data=""), PARSE, "bundle_binary"),
    # (6) one release, whole and in order
    ("an entry taken out, neatly", lambda: rebuilt([ENTRIES[0], ENTRIES[2]]), KEY_BINDING, "kb_parts"),
    ("the last entry taken out, neatly", lambda: rebuilt(list(ENTRIES[:2])), KEY_BINDING, "kb_parts"),
    ("an entry twice", lambda: rebuilt([ENTRIES[0], *ENTRIES]), KEY_BINDING, "kb_parts"),
    ("a Binary missing", lambda: edited(drop_binary), KEY_BINDING, "kb_parts"),
    ("Binaries exchanged", lambda: edited(lambda b: exchange(b, 0, 1)), KEY_BINDING, "kb_parts"),
    ("no place given", lambda: first_bound(part=None), KEY_BINDING, "kb_parts"),
    ("an entry of another share", lambda: rebuilt(of_another_share()), KEY_BINDING, "kb_mixed"),
    ("an entry of another passport", lambda: rebuilt(of_another_passport()), KEY_BINDING, "kb_mixed"),
    ("another nonce in one", lambda: first_bound(nonce="n"), KEY_BINDING, "kb_mixed"),
    ("another time in one", lambda: first_bound(iat=int(NOW.timestamp()) + 5), KEY_BINDING, "kb_mixed"),
    ("another status in one", lambda: first_bound(status=StatusRef(SHARE_LIST, 9).claim()), KEY_BINDING, "kb_mixed"),
    ("no key binding", lambda: rebuilt([unbound(entry) for entry in ENTRIES]), KEY_BINDING, "kb_missing"),
    ("one key binding missing", lambda: edited(set_binary(0, unbound(ENTRIES[0]))), KEY_BINDING, "kb_missing"),
    ("a row withheld afterwards", lambda: edited(set_binary(1, without_first_row())), KEY_BINDING, "kb_sd_hash"),
    # (9) the readable part
    ("altered narrative", lambda: narrative("Start at 8", "Start at 9"), READABLE, DIFFERS),
    ("altered narrative, one space", lambda: narrative("Start at 8", "Start  at 8"), READABLE, DIFFERS),
    ("another name", lambda: narrative("Siân", "Sian"), READABLE, DIFFERS),
    ("a signature in words altered", lambda: narrative("Dr Jo Example", "Dr Jo Exemple"), READABLE, DIFFERS),
    ("another share's id", lambda: edited(lambda b: b["identifier"].update(value="x")), READABLE, DIFFERS),
    ("another time", lambda: edited(lambda b: b.update(timestamp="2026-11-21")), READABLE, DIFFERS),
    ("labels of another language", lambda: edited(lambda b: b.update(language="cy-GB")), READABLE, DIFFERS),
    ("an extension added", lambda: edited(lambda b: b.update(extension=[])), READABLE, DIFFERS),
    ("a resource added", lambda: edited(lambda b: b["entry"].append({"resource": {}})), READABLE, DIFFERS),
    ("an entry that is no object", lambda: edited(lambda b: b["entry"].append(5)), READABLE, DIFFERS),
    ("the Composition missing", lambda: edited(lambda b: b["entry"].pop(0)), READABLE, DIFFERS),
    ("another order", lambda: edited(lambda b: b["entry"].insert(1, b["entry"].pop(2))), READABLE, DIFFERS),
    ("a key binding with another audience", lambda: edited(lambda b: readdress(b)), READABLE, DIFFERS),
    ("no wording named", lambda: edited(lambda b: b.pop("meta")), READABLE, DIFFERS),
    ("another wording", lambda: edited(lambda b: worded(b, "2000")), READABLE, "rendering_differs"),
]  # fmt: skip


def binary(**changes: object) -> bytes:
    return edited(lambda bundle: resources(bundle, "Binary")[0].update(changes))


def first_bound(**changes: Any) -> bytes:
    return rebuilt([bound_again(ENTRIES[0], **changes), *ENTRIES[1:]])


def unbound(text: str) -> str:
    return SdJwt.parse(text).without_key_binding()


def exchange(bundle: Document, one: int, other: int) -> None:
    binaries = resources(bundle, "Binary")
    binaries[one]["data"], binaries[other]["data"] = binaries[other]["data"], binaries[one]["data"]


def without_first_row() -> str:
    return with_parts(ENTRIES[1], disclosures=SdJwt.parse(ENTRIES[1]).disclosures[1:])


def readdress(bundle: Document) -> None:
    for position, entry in enumerate(ENTRIES):
        set_binary(position, bound_again(entry, aud="urn:uuid:another"))(bundle)


def worded(bundle: Document, number: str) -> None:
    bundle["meta"]["tag"][0]["code"] = number


@pytest.mark.parametrize(
    ("tamper", "step", "code"), [pytest.param(*row[1:], id=f"{row[2]:d} {row[0]}") for row in TAMPERING]
)
def test_a_bundle_that_was_altered_is_refused_with_its_step(
    tamper: Callable[[], bytes], step: StepNumber, code: str
) -> None:
    found = check(tamper())
    assert found.outcome is Outcome.REFUSED
    assert found.failed is not None
    assert (found.failed.number, found.failed.code) == (step, code)
    assert found.entries == ()


def test_a_bundle_of_another_wording_is_worded_anew_without_being_signed_anew() -> None:
    def word(bundle: Document) -> None:
        worded(bundle, "0")
        resources(bundle, "Composition")[0]["section"][0]["text"]["div"] = "<div>Old words</div>"

    assert json.loads(reword(edited(word), trust=TRUST)) == document()


def test_a_bundle_as_it_was_made_is_valid() -> None:
    found = check(RAW)
    assert found.outcome is Outcome.VALID
    assert {step.result for step in found.steps} == {StepResult.PASSED}
    assert [entry.section for entry in found.entries] == list(SECTIONS)
    assert found.share is not None
    assert (found.share.audience, found.share.language) == (SHARE_URN, Language.ENGLISH)
    assert found.holder_name == "Siân Tŷ-Gŵyn"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", RecipientKind)
def test_every_preset_makes_a_bundle_that_verifies(kind: RecipientKind, language: Language) -> None:
    found = check(Passport().bundle(kind, language=language), policy=Policy(audience=SHARE_URN))
    assert found.outcome is Outcome.VALID
    assert found.share is not None
    assert found.share.language is language


@pytest.mark.parametrize(
    "rewritten",
    [
        json.dumps(document(), indent=2).encode(),
        json.dumps(document(), sort_keys=True).encode(),
        RAW + b"\n",
    ],
)
def test_a_bundle_that_another_program_wrote_out_again_is_still_valid(rewritten: bytes) -> None:
    assert check(rewritten).outcome is Outcome.VALID


def test_numbers_of_another_type_are_not_taken_for_the_same() -> None:
    raw = Passport().bundle(RecipientKind.PRACTITIONER)
    assert check(raw).outcome is Outcome.VALID
    failed = check(raw.replace(b'"valueInteger":4', b'"valueInteger":4.0')).failed
    assert failed is not None
    assert failed.code == DIFFERS


def test_a_policy_without_key_binding_does_not_reach_into_bundles() -> None:
    bare = rebuilt([unbound(entry) for entry in ENTRIES])
    assert check(bare, policy=UNBOUND).outcome is Outcome.REFUSED


def test_one_revoked_entry_refuses_the_whole_bundle() -> None:
    index = list(Section).index(Section.WORK_ADVICE)
    found = check(RAW, statuses={**STATUSES, ENTRY_LIST: snapshot(ENTRY_LIST, set_to={index: 1})})
    assert found.failed is not None
    assert found.failed.code == "entry_revoked"


def test_a_refusal_outweighs_a_status_that_could_not_be_checked() -> None:
    credential = issued(Section.ABOUT_ME, status=StatusRef("https://elsewhere.example/1", 1))
    first = ReleasedEntry.of(credential, ("name",))
    text = presented([first, everything(Section.WORK_ADVICE)])
    raw = share_bundle(text, trust=TRUST, language=Language.ENGLISH)
    assert check(raw).outcome is Outcome.NOT_CHECKED
    index = list(Section).index(Section.WORK_ADVICE)
    revoked = {**STATUSES, ENTRY_LIST: snapshot(ENTRY_LIST, set_to={index: 1})}
    found = check(raw, statuses=revoked)
    assert found.outcome is Outcome.REFUSED
    assert [step.number for step in found.steps] == list(StepNumber)


def test_a_withdrawn_share_refuses_a_saved_copy() -> None:
    withdrawn = {**STATUSES, SHARE_LIST: snapshot(SHARE_LIST, set_to={SHARE_STATUS.index: 1})}
    found = check(RAW, statuses=withdrawn)
    assert found.failed is not None
    assert (found.failed.number, found.failed.code) == (StepNumber.SHARE_STATUS, "share_withdrawn")


@given(st.integers(0, len(RAW) - 1), st.integers(0, 7))
def test_one_bit_flipped_anywhere_is_refused(position: int, bit: int) -> None:
    flipped = RAW[:position] + bytes([RAW[position] ^ (1 << bit)]) + RAW[position + 1 :]
    assert check(flipped).outcome is Outcome.REFUSED


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["resourceType", "entry", "resource", "data", "contentType", "language", "type"]
                ),
                inner
                | st.sampled_from(["Bundle", "document", "Binary", "en-GB", "application/dc+sd-jwt", "YQ=="]),
            )
        ),
    )
)
def test_hostile_json_is_refused_and_never_raises(value: object) -> None:
    body = value if isinstance(value, dict) else {"entry": value}
    raw = json.dumps({"resourceType": "Bundle", "type": "document", **body}).encode()
    assert check(raw).outcome is Outcome.REFUSED


@given(st.sampled_from([b"[", b'{"a":', b'{"resourceType":{"a":']), st.integers(1, 200_000))
def test_deep_json_is_refused_and_never_raises(opening: bytes, depth: int) -> None:
    assert check(b"{" + opening * depth).outcome is Outcome.REFUSED
