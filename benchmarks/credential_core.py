"""How long issuing, presenting and verifying one credential take, beside two other Python libraries.

    python -m benchmarks.credential_core

60 claims that can be held back, in 12 groups, 6 KB; 15 of them shown, with key binding, to a verifier that asks for
audience and nonce. The floor is the ECDSA and SHA-256 work that ours contains, decoys included, on bare `cryptography`
and `hashlib`. Each round runs everything by turns, a few calls each; shown are the median time and the median of the
rounds' ratios to the floor, so that a busy machine slows all alike.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from jwcrypto.jwk import JWK
from openvc.keys import P256SigningKey
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from benchmarks.rounds import Work, compare, resident_mib, table
from issuers.disclosure import process
from issuers.encoding import encode_json
from issuers.jws import UnverifiedJws, parse_jws, sign_jws
from issuers.keys import SoftwareSigner, VerifyingKey
from issuers.policy import SdJwtPolicy
from issuers.sd_jwt import CREDENTIAL_TYPE, KEY_BINDING_TYPE, Padded, Sd, SdJwt, issue
from issuers.verification import verify_sd_jwt

ROUNDS = 60
GOALS = {"issue": 3.3, "present": 1.5, "verify": 2.5}
EARLY, LATE = 10_000, 100_000  # verifications
CALLS = 25
AUDIENCE = "urn:uuid:1c7cf4a8-7e3b-4a0e-9a52-2f0d0b1f6a11"
NONCE = "bm9uY2Vub25jZW5vbmNl"
ISSUER = "https://issuers.example/i/k7d2"
VCT = "https://passport.example/vct/bench/1"
NOW = datetime.now(UTC)
STARTS = int(NOW.timestamp())
GROUPS = {
    f"group_{group}": {
        f"claim_{group}_{claim}": f"I tire early in the day, and noise makes it worse; starting after {claim} helps me."
        for claim in range(5)
    }
    for group in range(12)
}
GROUP_SIZE = 8  # digests in a group, decoys included
SHOWN_GROUPS = ("group_2", "group_5", "group_9")  # five claims each: 15
VISIBLE = {"iss": ISSUER, "iat": STARTS, "nbf": STARTS, "exp": STARTS + 86400, "vct": VCT}


@dataclass(frozen=True)
class Implementation:
    """One library's way to the same three results."""

    issue: Work
    present: Work
    verify: Work


def ours() -> tuple[Implementation, SdJwt, SdJwt]:
    issuer, passport = SoftwareSigner.generate(), SoftwareSigner.generate()
    key = VerifyingKey.from_jwk(issuer.public_jwk)
    hidden = {
        group: Padded({name: Sd(value) for name, value in claims.items()}, GROUP_SIZE)
        for group, claims in GROUPS.items()
    }
    status = {"status_list": {"idx": 4711, "uri": "https://passport.example/status/1"}}
    claims = {**VISIBLE, "cnf": {"jwk": dict(passport.public_jwk)}, "status": status, **hidden}

    def issue_() -> str:
        return issue(claims, signer=issuer, new_salt=secrets.token_bytes)

    held = SdJwt.parse(issue_())
    payload = parse_jws(held.jwt, typ=CREDENTIAL_TYPE).unverified_payload
    disclosed = process(payload, held.disclosures).disclosed
    wanted = [one.disclosure for one in disclosed if one.path[0] in SHOWN_GROUPS]
    assert len(wanted) == 15

    def present() -> str:
        shown = held.select(wanted)
        binding = {"iat": STARTS, "aud": AUDIENCE, "nonce": NONCE, "sd_hash": shown.sd_hash()}
        return str(shown.with_key_binding(sign_jws(binding, passport, typ=KEY_BINDING_TYPE)))

    presented = present()
    policy = SdJwtPolicy(audience=AUDIENCE, nonce=NONCE, require_key_binding=True)

    def key_for(jws: UnverifiedJws) -> VerifyingKey | None:
        return key if jws.unverified_kid == key.kid else None

    def verify() -> None:
        verify_sd_jwt(presented, key_for=key_for, now=NOW, policy=policy)

    return Implementation(issue_, present, verify), held, SdJwt.parse(presented)


def floor(held: SdJwt, presented: SdJwt) -> Implementation:
    """Return the bare signatures, checks and digests that ours contains."""
    key, algorithm = generate_private_key(SECP256R1()), ECDSA(SHA256())
    public = key.public_key()
    payload = parse_jws(held.jwt, typ=CREDENTIAL_TYPE)
    digests = sum(len(payload.unverified_payload[group]["_sd"]) for group in GROUPS)
    salts = [secrets.token_urlsafe(18).encode() for _ in range(digests - len(held.disclosures))]
    hashed_in_issue = [*(text.encode() for text in held.disclosures), *salts]
    hashed_in_verify = [*(text.encode() for text in presented.disclosures), str(presented).encode()]
    signed = [payload.signing_input, str(presented.kb_jwt).rpartition(".")[0].encode()]
    signatures = [key.sign(data, algorithm) for data in signed]

    def issue() -> None:
        key.sign(signed[0], algorithm)
        for data in hashed_in_issue:
            sha256(data).digest()

    def present() -> None:
        key.sign(signed[1], algorithm)
        sha256(hashed_in_verify[-1]).digest()

    def verify() -> None:
        for data, signature in zip(signed, signatures, strict=True):
            public.verify(signature, data, algorithm)
        for text in hashed_in_verify:
            sha256(text).digest()

    return Implementation(issue, present, verify)


def pypi_sd_jwt() -> Implementation:
    issuer, passport = (JWK.generate(kty="EC", crv="P-256") for _ in range(2))

    def issue() -> str:
        hidden = {
            group: {SDObj(name): value for name, value in claims.items()} for group, claims in GROUPS.items()
        }
        return str(
            SDJWTIssuer({**VISIBLE, **hidden}, issuer, passport, add_decoy_claims=True).sd_jwt_issuance
        )

    holder = SDJWTHolder(issue())
    wanted = {group: dict.fromkeys(GROUPS[group], True) for group in SHOWN_GROUPS}

    def present() -> str:
        holder.create_presentation(wanted, NONCE, AUDIENCE, passport)
        return str(holder.sd_jwt_presentation)

    presented = present()

    def verify() -> None:
        SDJWTVerifier(presented, lambda _iss, _header: issuer, AUDIENCE, NONCE).get_verified_payload()

    return Implementation(issue, present, verify)


def openvc() -> Implementation:
    """Return openvc's: it discloses whole claims at the top, and presents all that it is given."""
    issuer, passport = (
        P256SigningKey(generate_private_key(SECP256R1()), "https://issuers.example/key") for _ in range(2)
    )
    suite = SdJwtVcProofSuite()
    claims = {name: value for group in GROUPS.values() for name, value in group.items()}

    def issue() -> str:
        return suite.issue(
            {"iss": ISSUER, **claims},
            signing_key=issuer,
            disclosable=list(claims),
            holder_jwk=passport.public_jwk(),
            vct=VCT,
            expires_in_s=86400,
            decoys=len(GROUPS) * GROUP_SIZE - len(claims),
        )

    chosen = "~".join([*issue().split("~")[:16], ""])

    def present() -> str:
        return suite.create_presentation(chosen, holder_key=passport, audience=AUDIENCE, nonce=NONCE)

    presented, key = present(), issuer.public_jwk()

    def verify() -> None:
        suite.verify(presented, public_key_jwk=key, audience=AUDIENCE, nonce=NONCE, require_key_binding=True)

    return Implementation(issue, present, verify)


def memory_over_verifications(verify: Work) -> str:
    """Return a sentence about the memory of this process, early and late in many verifications."""
    marks: list[tuple[int, float]] = []
    for count in (EARLY, LATE):
        for _ in range(count - (marks[-1][0] if marks else 0)):
            verify()
        marks.append((count, resident_mib(os.getpid())))
    early, late = marks
    return f"Memory after {early[0]:,} verifications: {early[1]:.1f} MiB; after {late[0]:,}: {late[1]:.1f} MiB.\n"


def report() -> str:
    """Return the tables as Markdown."""
    mine, held, presented = ours()
    peers = {
        "floor": floor(held, presented),
        "ours": mine,
        "PyPI sd-jwt": pypi_sd_jwt(),
        "openvc-core": openvc(),
    }
    rows, times = [], {}
    for operation in ("issue", "present", "verify"):
        by_name = {name: getattr(one, operation) for name, one in peers.items()}
        found = {}
        # Two at a time: what a third leaves in the processor's caches is not theirs.
        for name in list(by_name)[1:]:
            works = {"floor": by_name["floor"], name: by_name[name]}
            found[name] = compare(works, rounds=ROUNDS, calls=CALLS)
        mine_, others = found["ours"], [found["PyPI sd-jwt"], found["openvc-core"]]
        ratio = f"{mine_['ours'].ratio:.2f}x (at most {GOALS[operation]}x)"
        cells = [f"{list(other.values())[1].ratio:.1f}x" for other in others]
        times[operation] = found["PyPI sd-jwt"]["PyPI sd-jwt"].ratio / mine_["ours"].ratio
        rows.append([operation, str(mine_["floor"]), str(mine_["ours"]), ratio, *cells])
    size = len(encode_json(GROUPS))
    return (
        f"One credential: 60 claims that can be held back, in 12 groups, {size:,} bytes of JSON, 96 digests with the "
        "decoys; 15 claims shown, with key binding. The floor is the ECDSA and SHA-256 work in it on bare "
        "`cryptography` and `hashlib`; the ratios are to that floor.\n\n"
        + table(["", "floor", "ours", "ratio", "PyPI sd-jwt", "openvc-core"], rows)
        + f"\nPyPI sd-jwt takes {times['issue']:.1f} times as long as ours to issue (at least 3.5), and "
        f"{times['verify']:.1f} times as long to verify (at least 2.3).\n\n"
        + memory_over_verifications(mine.verify)
    )


if __name__ == "__main__":
    print(report())
