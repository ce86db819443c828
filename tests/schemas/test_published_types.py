"""The Type Metadata of a section is pinned by its version, since credentials carry its hash (ADR 14)."""

from hashlib import sha256

import pytest

from schemas.catalogue import CATALOGUE
from schemas.metadata import type_document
from schemas.vocabulary import Section

BASE = "https://passport.example"

# One line a document that was ever given out. A released line is never changed and its document is served for good:
# raise the section's version in schemas.catalogue and add one.
PINNED: dict[tuple[str, int], str] = {
    ("about-me", 1): "f6c6ec39a412d744d8d018e1b36fe606f4d800a11d4d7fbdb9590868ac2e0c66",
    ("communication", 1): "f82535f4fb7b301c640c9b14716363235872c3d01022e4f4c3694bae9c845253",
    ("what-matters", 1): "17e2753c2a3e76c4cca09d8015d57a6820786c7a0e119b037393239b19a5513e",
    ("daily-impact", 1): "1b896500101afeb389539edf32406874b4c5b33516141434ad790e0ae7020100",
    ("adjustments", 1): "273688aed681d9aa0e8bfce9f28fe97e21a0c1652ead057316d33b09043f2736",
    ("if-unwell", 1): "14edab5ed0a7365efba206e35d826ee501fabb49b71fe65285143da8e1b58daa",
    ("conditions", 1): "e7b78d480aebc125bb9bb63323a17c2043e8624c4306382a0dd507498a702672",
    ("work", 1): "f82644460078e5aacb823c63f4a88b75cbcc5c6644b9f88fad5608df6fcef2b1",
    ("plan", 1): "946ea490662d199f566fe894cc80460141aa80057e16c2e6a6b8c718bd826222",
    ("scores", 1): "65f4cc8f85387cc6e2a68a137c821bc7513f4f0488f049f8e0e1a4dd20b221f2",
    ("work-advice", 1): "95c3532f79524ec7583803ff9d89a5ae2261af7d312dcba366b58788bbce3488",
    ("home-life", 1): "df7fbd7a500e0f1e721d245d74dd169c7ba53ecafbb7f3ec25183bda63b88595",
    ("supporters", 1): "5ebf041c0dce641749fddc3d12b3cc2a1a3f0424abd652c5bf8bfdab83deb4e4",
    ("diary", 1): "e2be532917e232906d4c333d08fd34f60e657f220d04d47f42f5903d6492b3e0",
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
