"""The benchmark of hostile inputs complains of each that breaks a cap, by its name. Nothing is timed here."""

import pytest

from benchmarks.hostile import MEBIBYTES_MAX, MILLISECONDS_MAX, Cost, Judged, complaint, table_of

CHEAP = Cost("zeros", 1024, float(MILLISECONDS_MAX), float(MEBIBYTES_MAX))
SLOW = Cost("many numbers", 1024, MILLISECONDS_MAX + 1.0, 1.0)
LARGE = Cost("one text", 1024, 1.0, MEBIBYTES_MAX + 0.5)


def test_what_costs_no_more_than_it_may_is_no_complaint() -> None:
    assert complaint([Judged("Bundles", [CHEAP]), Judged("status files", [CHEAP])]) == ""


@pytest.mark.parametrize("broken", [SLOW, LARGE], ids=["slow", "large"])
def test_one_input_that_costs_too_much_is_named_in_one_line(broken: Cost) -> None:
    said = complaint([Judged("Bundles", [CHEAP]), Judged("status files", [CHEAP, broken, CHEAP])])
    assert broken.name in said
    assert "status files" in said
    assert CHEAP.name not in said
    assert "\n" not in said


def test_the_table_names_the_slowest_and_the_largest_of_each_kind() -> None:
    said = table_of([Judged("Bundles", [CHEAP, SLOW, LARGE])])
    assert "| Bundles | 3 | 51 ms: many numbers (1 KiB) | 32.5 MiB: one text |" in said
