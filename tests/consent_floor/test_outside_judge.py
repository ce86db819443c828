"""openvc-core (PyPI) accepts every presentation in a share's Bundle, with the audience and nonce of the share.

It reads the real clock, so these entries are made for now.
"""

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
from openvc.proof.errors import ProofError
from openvc.proof.sd_jwt import SdJwtVcProofSuite

from consent.presentation import ReleasedEntry, share_bundle
from issuers.credential import outline
from schemas.vocabulary import Language, Section
from tests.consent_floor.passports import (
    HOLDER_ISSUER,
    NONCE,
    ORGANISATION,
    SHARE_URN,
    SIGNED_BY_PRACTITIONER,
    SIGNERS,
    TRUST,
    issued,
    presented,
)

RIGHT_NOW = datetime.now(UTC).replace(microsecond=0)


def in_a_bundle(*sections: Section) -> list[str]:
    """Return the presentations as a recipient takes them out of the Bundle's Binaries."""
    credentials = [issued(section, now=RIGHT_NOW - timedelta(minutes=1)) for section in sections]
    released = [ReleasedEntry.of(text, [claim.path for claim in outline(text)]) for text in credentials]
    bundle = json.loads(
        share_bundle(presented(released, now=RIGHT_NOW), trust=TRUST, language=Language.WELSH)
    )
    resources = [entry["resource"] for entry in bundle["entry"]]
    return [b64decode(one["data"]).decode() for one in resources if one["resourceType"] == "Binary"]


def judged(text: str, section: Section, *, audience: str = SHARE_URN, nonce: str = NONCE) -> bool:
    signer = SIGNERS[ORGANISATION if section in SIGNED_BY_PRACTITIONER else HOLDER_ISSUER]
    found = SdJwtVcProofSuite().verify(
        text, public_key_jwk=dict(signer.public_jwk), audience=audience, nonce=nonce, require_key_binding=True
    )
    return found.key_bound


def test_the_judge_accepts_every_section_of_a_bundle() -> None:
    for section, text in zip(Section, in_a_bundle(*Section), strict=True):
        assert judged(text, section), section


@pytest.mark.parametrize("wrong", [{"audience": "urn:uuid:another"}, {"nonce": "another"}])
def test_the_judge_refuses_another_audience_or_nonce(wrong: dict[str, str]) -> None:
    (text,) = in_a_bundle(Section.WORK)
    with pytest.raises(ProofError):
        judged(text, Section.WORK, **wrong)
