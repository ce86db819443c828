"""We issue, others verify; others issue and present, we verify: objects, elements, recursion, decoys, each hash.

polaris-oid4vp issues nothing: it is asked to verify only.
"""

import json
import secrets
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from openvc.keys import P256SigningKey
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer

from issuers.disclosure import Disclosed, process
from issuers.jws import parse_jws, sign_jws
from issuers.keys import SoftwareSigner
from issuers.sd_jwt import CREDENTIAL_TYPE, KEY_BINDING_TYPE, Padded, Rows, Sd, SdJwt, issue
from tests.outside import npm
from tests.outside.drafts import AUDIENCE, HASHES, HOLDER, ISSUER, NONCE, NOW, TEXTS
from tests.outside.judges import JUDGES, ours

VISIBLE: Final[dict[str, Any]] = {
    "iss": "https://issuer.example",
    "vct": "https://issuer.example/vct/1",
    "iat": NOW - 60,
    "exp": NOW + 86_400,
    "cnf": {"jwk": HOLDER.jwk},
}
BINDING: Final = {"iat": NOW, "aud": AUDIENCE, "nonce": NONCE}

scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.sampled_from(TEXTS)
names = st.sampled_from(("name", "town", "ŵyl", "notes"))
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner | inner.map(Sd), max_size=3)
        | st.dictionaries(names, inner | inner.map(Sd), max_size=3)
        | st.builds(Padded, st.dictionaries(names, inner.map(Sd), max_size=3), st.just(4))
        | st.builds(Rows, st.lists(inner, max_size=3), st.just(4))
    ),
    max_leaves=8,
)
told = st.dictionaries(names, values | values.map(Sd), max_size=4)
hash_names = st.sampled_from(sorted(HASHES))


def plain(value: Any) -> Any:
    """Return a value without its marks: what was told."""
    if isinstance(value, Sd):
        return plain(value.value)
    if isinstance(value, Padded):
        return plain(value.value)
    if isinstance(value, Rows):
        return [plain(row) for row in value.values]
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def in_any_order(value: Any) -> Any:
    """Return a value whose arrays are sorted: rows stand in the order of their digests for other readers."""
    if isinstance(value, dict):
        return {name: in_any_order(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return sorted(
            (in_any_order(inner) for inner in value), key=lambda inner: json.dumps(inner, sort_keys=True)
        )
    return value


def issued(claims: dict[str, Any], *, size: int, hash_name: str) -> SdJwt:
    """Return what our own code issues, with everything disclosed."""
    signer = SoftwareSigner(ISSUER.private)
    return SdJwt.parse(
        issue(claims, signer=signer, new_salt=secrets.token_bytes, size=size, hash_name=hash_name)
    )


def shown_with(sd_jwt: SdJwt, disclosures: list[str], hash_name: str) -> str:
    """Return these disclosures of an SD-JWT, bound by the holder with our own code."""
    shown = sd_jwt.select(disclosures)
    payload = {**BINDING, "sd_hash": shown.sd_hash(hash_name)}
    signed = sign_jws(payload, SoftwareSigner(HOLDER.private), typ=KEY_BINDING_TYPE)
    return str(shown.with_key_binding(signed))


def with_parents(chosen: set[int], disclosed: tuple[Disclosed, ...]) -> list[str]:
    """Return the chosen disclosures of which every one around them is chosen too."""
    paths = [found.path for found in disclosed]

    def is_shown(path: tuple[str | int, ...]) -> bool:
        around = [number for number, other in enumerate(paths) if path[: len(other)] == other]
        return chosen.issuperset(around)

    return [found.disclosure for found in disclosed if is_shown(found.path)]


@settings(max_examples=40)
@given(told, hash_names, st.integers(0, 2), st.sets(st.integers(0, 30)))
def test_rfc9901_what_we_issue_and_any_choice_of_it_every_judge_reads_alike(
    claims: dict[str, Any], hash_name: str, spare: int, chosen: set[int]
) -> None:
    sd_jwt = issued({**VISIBLE, **claims}, size=len(claims) + spare, hash_name=hash_name)
    disclosed = process(
        parse_jws(sd_jwt.jwt, typ=CREDENTIAL_TYPE).unverified_payload, sd_jwt.disclosures
    ).disclosed
    whole = shown_with(sd_jwt, [found.disclosure for found in disclosed], hash_name)
    part = shown_with(sd_jwt, with_parents(chosen, disclosed), hash_name)
    assert in_any_order(ours(whole, bound=True)) == in_any_order({**VISIBLE, **plain(claims)})
    for name, judge in JUDGES.items():
        if hash_name in judge.hashes:
            assert judge.judge(whole, True) == ours(whole, bound=True), name
            assert judge.judge(part, True) == ours(part, bound=True), name


@pytest.mark.parametrize("hash_name", sorted(HASHES))
def test_rfc9901_what_openvc_issues_and_presents_we_read(hash_name: str) -> None:
    suite = SdJwtVcProofSuite(hash_name=hash_name)
    person = {"name": "Siân", "place": {"town": "tŷ bach"}, "open": [1, 2]}
    credential = suite.issue(
        {**VISIBLE, **person},
        signing_key=P256SigningKey(ISSUER.private, ISSUER.kid),
        disclosable=["name", "place"],
        decoys=5,
    )
    jwt, first, second, _ = credential.split("~")
    holder_key = P256SigningKey(HOLDER.private, "holder")
    for disclosures, hidden in (([first, second], None), ([first], "place"), ([second], "name")):
        text = suite.create_presentation(
            "~".join((jwt, *disclosures, "")), holder_key=holder_key, audience=AUDIENCE, nonce=NONCE
        )
        seen = {name: value for name, value in person.items() if name != hidden}
        assert ours(text, bound=True, now=datetime.now(UTC)) == {**VISIBLE, **seen}


def test_rfc9901_what_pypi_sd_jwt_issues_and_presents_we_read() -> None:
    person = {
        SDObj("name"): "Siân",
        SDObj("address"): {SDObj("street"): "5 tŷ bach", "town": "Llŷn"},
        "rows": ["open", SDObj("first"), SDObj({"x": 1}), SDObj("third")],
    }
    credential = SDJWTIssuer(
        {**VISIBLE, **person},
        JWK(**ISSUER.private_jwk()),
        JWK(**HOLDER.jwk),
        add_decoy_claims=True,
        extra_header_parameters={"typ": CREDENTIAL_TYPE},
    ).sd_jwt_issuance
    holder = SDJWTHolder(credential)
    wanted = {"address": {"street": True}, "rows": [None, True, None, True]}
    holder.create_presentation(wanted, NONCE, AUDIENCE, JWK(**HOLDER.private_jwk()))
    found = ours(holder.sd_jwt_presentation, bound=True, now=datetime.now(UTC))
    seen = {"address": {"street": "5 tŷ bach", "town": "Llŷn"}, "rows": ["open", "first", "third"]}
    assert found is not None
    assert {name: value for name, value in found.items() if name != "cnf"} == {
        **{name: value for name, value in VISIBLE.items() if name != "cnf"},
        **seen,
    }


@pytest.mark.node
def test_rfc9901_what_the_npm_package_issues_and_presents_we_read() -> None:
    person = {
        "name": "Siân",
        "address": {"street": "5 tŷ bach", "town": "Llŷn", "lines": ["a", "b"]},
        "rows": ["open", "first", {"x": 1, "y": 2}, "third"],
    }
    frame = {
        "_sd": ["name", "address"],
        "_sd_decoy": 3,
        "address": {"_sd": ["street", "lines"], "_sd_decoy": 2, "lines": {"_sd": [0]}},
        "rows": {"_sd": [1, 3], "_sd_decoy": 2, "2": {"_sd": ["x"]}},
    }
    choices: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({}, {"rows": ["open", {"y": 2}]}),
        ({"name": True}, {"name": "Siân", "rows": ["open", {"y": 2}]}),
        (
            {"address": {"street": True, "lines": {"0": True}}, "rows": {"1": True, "2": {"x": True}}},
            {"address": person["address"], "rows": ["open", "first", {"x": 1, "y": 2}]},
        ),
    ]
    drawn = [(hash_name, shown, seen) for hash_name in sorted(HASHES) for shown, seen in choices]
    texts = npm.issued(
        [
            {
                "claims": {**VISIBLE, **person},
                "frame": frame,
                "shown": shown,
                "hash": name,
                "binding": BINDING,
            }
            for name, shown, _ in drawn
        ]
    )
    for (name, _, seen), text in zip(drawn, texts, strict=True):
        assert ours(text, bound=True) == {**VISIBLE, **seen}, name


@pytest.mark.node
def test_rfc9901_what_we_issue_the_npm_package_reads() -> None:
    claims = {
        "name": Sd("Siân"),
        "address": Sd({"street": Sd("5 tŷ bach"), "lines": ["a", Sd(["b", Sd("c")])]}),
        "rows": Rows([{"x": Sd(1), "y": 2}, "row"], 4),
        "open": Padded({"inside": Sd(None)}, 4),
    }
    texts = []
    for hash_name in HASHES:
        sd_jwt = issued({**VISIBLE, **claims}, size=8, hash_name=hash_name)
        texts.append(shown_with(sd_jwt, list(sd_jwt.disclosures), hash_name))
    for text, found in zip(texts, npm.judged([(text, True) for text in texts]), strict=True):
        assert found == ours(text, bound=True)
        assert in_any_order(found) == in_any_order({**VISIBLE, **plain(claims)})
