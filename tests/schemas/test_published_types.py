"""The Type Metadata of a section is pinned by its version, since credentials carry its hash (ADR 15)."""

from hashlib import sha256

import pytest

from schemas.catalogue import CATALOGUE
from schemas.metadata import type_document
from schemas.vocabulary import Section

BASE = "https://passport.example"

# One line a document that was ever given out. A released line is never changed and its document is served for good:
# raise the section's version in schemas.catalogue and add one.
PINNED: dict[tuple[str, int], str] = {
    ("about-me", 1): "2f9fcbb7815d089d0a2274215704cab8f3b305fd2c612b8794bc0f4861d7129e",
    ("communication", 1): "0a1145e1a90e3c0b19ac56a8e6a8531653cc3b97967d7fc5e1dad67b4fa403e0",
    ("what-matters", 1): "3b35eadbd60c8c27da8265776b6f7847471a0e5cfec018a3de4184c7f63ddda0",
    ("daily-impact", 1): "5d5df5cd02b8976b9e27fbab365a71b67fa747667a8842679f3c9033bc5faab0",
    ("adjustments", 1): "2e9f8015398ba4fc05f1a13a2564f0b311efee6295bcec54642715558b9c46c1",
    ("if-unwell", 1): "fc69a40d2b253e952e2dadf1e73c4733103f05f13826467d460c8ee3fdaad8e2",
    ("conditions", 1): "197115715bb1af1997d801f03fad9ba4d7d8ed000ebeab75e772d99a0c1b9788",
    ("work", 1): "f9978335df42b20e201e68699408bfcec46a21e3ffd23aa0d2feb188dcbddb45",
    ("plan", 1): "b8774cb5ea496ebe5ee61f87fd578c2c92bc197066796cdfb03f437a941beb6c",
    ("scores", 1): "74e22cf88b94631a4be6d7507f2f3dca0ba8c24665b1753881b26ba14d70193e",
    ("work-advice", 1): "4eb243f2e73ed666026cab9c9490683c0e4b554570926a8eaa03e112b80b39b3",
    ("home-life", 1): "a45a22a321c19a1d9396b945e32c5eef0098f1f90551e2d8cce0a23bcc180c89",
    ("supporters", 1): "4cba3d5950e819cfbb85d9317d18449c20c11a94a8793dc6780237dff4f06ac3",
    ("diary", 1): "e67eabda876b9d7abcd6aea14784f64710bb9ff70ed2ee055efabf8969fe78a0",
}


@pytest.mark.parametrize("section", Section)
def test_sd_jwt_vc_6_a_change_of_what_a_type_says_takes_a_new_version(section: Section) -> None:
    version = CATALOGUE[section].version
    data = type_document(section, f"{BASE}/vct/{section}/{version}")
    assert sha256(data).hexdigest() == PINNED[section, version], (
        f"What {section} says of its claims changed. Credentials that were signed before carry the hash of the old"
        " document and would be refused by whoever looks it up: raise the section's version and pin the new one here."
    )


def test_sd_jwt_vc_5_2_no_version_that_was_given_out_goes_missing() -> None:
    assert PINNED.keys() == {
        (section, version) for section in Section for version in range(1, CATALOGUE[section].version + 1)
    }
