"""The RFC's own examples, as data: digests, payloads and signatures of sections 4 to 6, 8 and the appendices."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from issuers.disclosure import digest, process
from issuers.encoding import decode_base64url, decode_json
from issuers.jws import UnverifiedJws
from issuers.keys import VerifyingKey
from issuers.sd_jwt import SdJwt
from issuers.verification import SdJwtPolicy, VerifiedSdJwt, verify_sd_jwt

VECTORS: Mapping[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "rfc9901.json").read_text("utf-8")
)
ISSUER_KEY = VerifyingKey.from_jwk(VECTORS["keys"]["issuer"])
HOLDER_KEY = VerifyingKey.from_jwk(VECTORS["keys"]["holder"])
BINDING = VECTORS["key_binding"]
RELEASED = datetime.fromtimestamp(BINDING["iat"], UTC)


def of_all_examples(kind: str) -> list[Any]:
    return [pytest.param(example, id=f"{example['clause']}-{n}") for n, example in enumerate(VECTORS[kind])]


def key_of_the_examples(_jws: UnverifiedJws) -> VerifyingKey:
    return ISSUER_KEY


def verified(text: str, typ: str, policy: SdJwtPolicy | None = None) -> VerifiedSdJwt:
    return verify_sd_jwt(
        text, key_for=key_of_the_examples, now=RELEASED, typ=typ, policy=policy or SdJwtPolicy()
    )


DISCLOSURES = [
    *VECTORS["digests"],
    *(
        item
        for kind in ("payloads", "issued")
        for example in VECTORS[kind]
        for item in example["disclosures"]
    ),
]


@pytest.mark.rfc9901("4.2.3", "7.1/3.a.i")
def test_every_disclosure_of_the_rfc_has_the_rfcs_digest_and_contents() -> None:
    for item in DISCLOSURES:
        assert digest(item["disclosure"]) == item["digest"]
        assert decode_base64url(item["disclosure"]).decode() == item["contents"]
    assert len(DISCLOSURES) == 99


@pytest.mark.rfc9901("4.2.1")
def test_every_spelling_of_the_json_of_a_disclosure_is_its_own() -> None:
    spellings = VECTORS["spellings"]
    for text in spellings["disclosures"]:
        assert process({"_sd": [digest(text)]}, [text]).claims == {spellings["name"]: spellings["value"]}
    assert len(set(map(digest, spellings["disclosures"]))) == 3


@pytest.mark.parametrize("example", of_all_examples("payloads"))
@pytest.mark.rfc9901("4.2.4.1", "4.2.6")
def test_the_payloads_of_section_6_process_to_their_claims(example: Mapping[str, Any]) -> None:
    texts = [item["disclosure"] for item in example["disclosures"]]
    assert process(example["payload"], texts).claims == example["claims"]


@pytest.mark.parametrize("example", of_all_examples("issued"))
@pytest.mark.rfc9901("7.1/2.b", "7.1/3.c.ii.4", "7.1/3.c.iii.2")
def test_what_the_rfc_issued_verifies_to_all_of_its_claims(example: Mapping[str, Any]) -> None:
    text = str(SdJwt(example["jwt"], tuple(item["disclosure"] for item in example["disclosures"])))
    found = verified(text, example["typ"])
    assert found.claims == example["claims"]
    assert len(found.disclosed) == len(example["disclosures"])
    assert found.key_binding is None


@pytest.mark.parametrize("example", of_all_examples("presented"))
@pytest.mark.rfc9901("7.3/4", "7.3/5.c", "7.3/5.g")
def test_what_the_rfc_presented_verifies_to_its_processed_payload(example: Mapping[str, Any]) -> None:
    bound = SdJwtPolicy(audience=BINDING["audience"], nonce=BINDING["nonce"], require_key_binding=True)
    found = verified(example["text"], example["typ"], bound if example["key_bound"] else None)
    assert found.claims == example["claims"]
    if example["key_bound"]:
        assert found.key_binding is not None
        assert found.key_binding.key.kid == HOLDER_KEY.kid
        assert found.key_binding.issued_at == RELEASED
    else:
        assert found.key_binding is None


@pytest.mark.rfc9901("4.2.5", "7.1/3.c.i")
def test_the_decoys_of_the_rfc_are_ignored_and_leave_no_trace() -> None:
    (decoys,) = VECTORS["decoys"]
    issued = next(example for example in VECTORS["issued"] if example["clause"] == decoys["clause"])
    payload = decode_json(decode_base64url(issued["jwt"].split(".")[1]))
    stand = {*payload["_sd"], *payload["address"]["_sd"]}
    assert set(decoys["digests"]) == stand - {item["digest"] for item in issued["disclosures"]}
    assert len(stand) == 16
