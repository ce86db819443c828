"""The passcode's slow hash: as slow as advised wherever nobody says otherwise, for nobody's passcode too."""

import pytest

from passport.lookup import PASSCODE_COST, LookupKey, PasscodeCost

KEY = bytes(range(32))
LITTLE = PasscodeCost(memory_kib=32, passes=1)


def test_a_passcode_is_hashed_at_the_advised_cost_unless_another_is_passed_in() -> None:
    assert PasscodeCost(memory_kib=19 * 1024, passes=2) == PASSCODE_COST
    assert LookupKey(KEY).passcode_phc("123456").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert LookupKey(KEY, LITTLE).passcode_phc("123456").startswith("$argon2id$v=19$m=32,t=1,p=1$")


@pytest.mark.parametrize("cost", [PASSCODE_COST, LITTLE])
def test_what_belongs_to_nobody_costs_as_much_and_matches_nothing(cost: PasscodeCost) -> None:
    key = LookupKey(KEY, cost)
    somebodys, nobodys = key.passcode_phc("123456"), key._nobodys_phc
    *parameters, salt, digest = somebodys.split("$")
    assert nobodys.split("$")[:-2] == parameters
    assert [len(part) for part in nobodys.split("$")[-2:]] == [len(salt), len(digest)]
    assert key.passcode_matches("123456", somebodys)
    assert not key.passcode_matches("123457", somebodys)
    assert not key.passcode_matches("123456", None)
