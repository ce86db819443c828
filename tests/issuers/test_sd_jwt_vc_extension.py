"""Types that extend types (SD-JWT VC sections 5.3 to 5.6, 7.4) and the choice of a language."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuers.integrity import IntegrityMismatchError, integrity_of
from issuers.type_extension import (
    MAX_EXTENSIONS,
    ExtensionCycleError,
    ExtensionDepthError,
    LoosenedMandatoryError,
    LoosenedSdError,
    ResolvedType,
    TypeMetadataMismatchError,
    TypeMetadataMissingError,
    choose_display,
    resolve_type,
)
from issuers.type_metadata import (
    ClaimDisplay,
    Disclosability,
    TypeMetadataFormatError,
)

CHILD, PARENT, ROOT = (f"https://types.example/{name}" for name in ("child", "parent", "root"))


def document(vct: str, **members: Any) -> bytes:
    return json.dumps({"vct": vct, **members}).encode()


def extending(child: Mapping[str, Any], parent: Mapping[str, Any]) -> ResolvedType:
    """Return a type with one claim `a` of these properties, which extends one with a claim `a` of those."""
    found = {
        CHILD: document(CHILD, extends=PARENT, claims=[{"path": ["a"], **child}]),
        PARENT: document(PARENT, claims=[{"path": ["a"], **parent}]),
    }
    return resolve_type(CHILD, found.get)


def test_sd_jwt_vc_5_6_5_the_drafts_own_example_of_inheriting_overriding_and_adding() -> None:
    # The base and custom types of the draft's section on extending claim metadata, by their structure.
    def claim(*path: str, label: str) -> dict[str, Any]:
        return {"path": list(path), "display": [{"locale": "en", "label": label}]}

    found = {
        PARENT: document(
            PARENT, claims=[claim("name", label="Full Name"), claim("address", "city", label="City")]
        ),
        CHILD: document(
            CHILD,
            extends=PARENT,
            claims=[claim("address", "city", label="Town"), claim("nationalities", label="Nationalities")],
        ),
    }
    claims = resolve_type(CHILD, found.get).claims
    assert [(one.path, one.display and one.display[0].label) for one in claims] == [
        (("name",), "Full Name"),
        (("address", "city"), "Town"),
        (("nationalities",), "Nationalities"),
    ]


def test_sd_jwt_vc_5_6_5_what_a_child_does_not_say_is_inherited_property_by_property() -> None:
    shown = [{"locale": "en", "label": "A"}]
    (claim,) = extending({"mandatory": True}, {"sd": "always", "display": shown, "svg_id": "a"}).claims
    assert (claim.mandatory, claim.sd, claim.svg_id) == (True, Disclosability.ALWAYS, "a")
    assert claim.display == (ClaimDisplay("en", "A"),)


@pytest.mark.parametrize("child", ["always", "allowed", "never", None])
@pytest.mark.parametrize("parent", ["always", "allowed", "never", None])
def test_sd_jwt_vc_5_6_5_1_only_an_open_sd_may_be_changed(parent: str | None, child: str | None) -> None:
    def says(sd: str | None) -> dict[str, str]:
        return {} if sd is None else {"sd": sd}

    if parent in ("always", "never") and child not in (None, parent):
        with pytest.raises(LoosenedSdError):
            extending(says(child), says(parent))
    else:
        (claim,) = extending(says(child), says(parent)).claims
        assert claim.sd == (child or parent or "allowed")


@pytest.mark.parametrize("child", [True, False, None])
@pytest.mark.parametrize("parent", [True, False, None])
def test_sd_jwt_vc_5_6_5_1_a_mandatory_claim_stays_so(parent: bool | None, child: bool | None) -> None:
    def says(mandatory: bool | None) -> dict[str, bool]:
        return {} if mandatory is None else {"mandatory": mandatory}

    if parent and child is False:
        with pytest.raises(LoosenedMandatoryError):
            extending(says(child), says(parent))
    else:
        (claim,) = extending(says(child), says(parent)).claims
        assert claim.mandatory is bool(parent or child)


def test_sd_jwt_vc_5_6_5_1_a_grandchild_cannot_loosen_what_its_grandparent_fixed() -> None:
    found = {
        CHILD: document(CHILD, extends=PARENT, claims=[{"path": ["a"], "sd": "allowed"}]),
        PARENT: document(PARENT, extends=ROOT),
        ROOT: document(ROOT, claims=[{"path": ["a"], "sd": "never"}]),
    }
    with pytest.raises(LoosenedSdError):
        resolve_type(CHILD, found.get)


def test_sd_jwt_vc_5_6_one_svg_id_of_parent_and_child_is_refused() -> None:
    found = {
        CHILD: document(CHILD, extends=PARENT, claims=[{"path": ["b"], "svg_id": "x"}]),
        PARENT: document(PARENT, claims=[{"path": ["a"], "svg_id": "x"}]),
    }
    with pytest.raises(TypeMetadataFormatError):
        resolve_type(CHILD, found.get)


def test_sd_jwt_vc_5_5_2_display_is_that_of_the_nearest_type_that_has_any() -> None:
    shown = [{"locale": "en", "name": "Parent"}]
    found = {CHILD: document(CHILD, extends=PARENT), PARENT: document(PARENT, display=shown, extends=ROOT)}
    found[ROOT] = document(ROOT, display=[{"locale": "en", "name": "Root"}])
    assert [one.name for one in resolve_type(CHILD, found.get).display] == ["Parent"]
    found[CHILD] = document(CHILD, extends=PARENT, display=[])
    assert resolve_type(CHILD, found.get).display == ()
    assert resolve_type(ROOT, found.get).chain[0].vct == resolve_type(ROOT, found.get).vct == ROOT


def test_sd_jwt_vc_5_3_a_type_without_a_document_is_refused() -> None:
    found = {CHILD: document(CHILD, extends=PARENT)}
    with pytest.raises(TypeMetadataMissingError):
        resolve_type(CHILD, found.get)
    with pytest.raises(TypeMetadataMissingError):
        resolve_type(ROOT, found.get)


def test_sd_jwt_vc_5_3_a_document_of_another_type_is_refused() -> None:
    with pytest.raises(TypeMetadataMismatchError):
        resolve_type(CHILD, {CHILD: document(PARENT)}.get)
    with pytest.raises(TypeMetadataMismatchError):  # a type is case-sensitive
        resolve_type(CHILD, {CHILD: document(CHILD.replace("child", "Child"))}.get)


def test_sd_jwt_vc_6_the_hash_in_a_credential_holds_its_type_and_each_extends_its_own() -> None:
    parent = document(PARENT, name="Parent")
    child = document(CHILD, extends=PARENT, **{"extends#integrity": integrity_of(parent)})
    found = {CHILD: child, PARENT: parent}
    assert len(resolve_type(CHILD, found.get, integrity=integrity_of(child)).chain) == 2
    with pytest.raises(IntegrityMismatchError):
        resolve_type(CHILD, found.get, integrity=integrity_of(parent))
    with pytest.raises(IntegrityMismatchError):  # one space more is another document
        resolve_type(CHILD, {**found, PARENT: parent + b" "}.get, integrity=integrity_of(child))


@pytest.mark.parametrize("cycle", [[CHILD], [CHILD, PARENT], [CHILD, PARENT, ROOT]])
def test_sd_jwt_vc_7_4_a_type_that_extends_itself_is_refused(cycle: list[str]) -> None:
    found = {vct: document(vct, extends=cycle[(at + 1) % len(cycle)]) for at, vct in enumerate(cycle)}
    with pytest.raises(ExtensionCycleError):
        resolve_type(CHILD, found.get)


def test_sd_jwt_vc_7_4_a_chain_that_never_ends_is_refused() -> None:
    def endless(vct: str) -> bytes:
        return document(vct, extends=f"{vct}x")

    with pytest.raises(ExtensionDepthError):
        resolve_type(CHILD, endless)
    last = f"{CHILD}{'x' * (MAX_EXTENSIONS - 1)}"
    longest = resolve_type(CHILD, lambda vct: document(vct) if vct == last else endless(vct))
    assert len(longest.chain) == MAX_EXTENSIONS


ENGLISH, WELSH, BRAZILIAN = (ClaimDisplay(locale, locale) for locale in ("en-GB", "cy", "pt-BR"))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["cy"], WELSH),
        (["cy-GB"], WELSH),  # RFC 4647 section 3.4: shortened from the end
        (["cy-GB-x-latn"], WELSH),
        (["CY-gb"], WELSH),
        (["en-GB"], ENGLISH),
        (["en"], ENGLISH),  # another region of the same language
        (["en-US", "cy"], WELSH),  # an exact language before another region
        (["fr", "pt-PT"], BRAZILIAN),
        (["fr"], ENGLISH),  # what the publisher put first
        ([], ENGLISH),
    ],
)
def test_sd_jwt_vc_5_6_2_the_language_that_suits_a_reader_best_is_shown(
    wanted: list[str], found: ClaimDisplay
) -> None:
    assert choose_display([ENGLISH, WELSH, BRAZILIAN], wanted) is found


@given(st.lists(st.text("abcxCY-", max_size=12), max_size=3))
def test_sd_jwt_vc_5_6_2_there_are_words_for_every_reader_unless_there_are_none(wanted: list[str]) -> None:
    assert choose_display([ENGLISH, WELSH], wanted) in (ENGLISH, WELSH)
    assert choose_display([], wanted) is None
