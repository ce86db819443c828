"""The manifest says what the SMART Health Links guide prescribes."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from consent.manifest import ManifestRequest, PasscodeRefusal, SealedFile, manifest

FILE = SealedFile("a" * 100, datetime(2026, 11, 21, 12, tzinfo=UTC))


def never(file: SealedFile) -> str:
    raise AssertionError("no location is needed")


@pytest.mark.parametrize("longest", [None, 100, 101])
def test_a_file_is_embedded_up_to_the_clients_maximum(longest: int | None) -> None:
    body = manifest([FILE], embedded_length_max=longest, locate=never).body()
    assert body == {
        "status": "finalized",
        "files": (
            {
                "contentType": "application/fhir+json",
                "embedded": FILE.jwe,
                "lastUpdated": "2026-11-21T12:00:00Z",
                "status": "finalized",
                "fhirVersion": "4.0.1",
            },
        ),
    }


@pytest.mark.parametrize("longest", [0, 99])
def test_a_longer_file_gets_a_location_instead(longest: int) -> None:
    body = manifest(
        [FILE], embedded_length_max=longest, locate=lambda _file: "https://a.example/f/1", live=True
    ).body()
    (file,) = body["files"]
    assert file["location"] == "https://a.example/f/1"
    assert "embedded" not in file
    assert body["status"] == file["status"] == "can-change"


@pytest.mark.shl("version/5")
def test_parameters_that_are_not_known_are_ignored() -> None:
    request = ManifestRequest.model_validate({"recipient": "Dr A", "embeddedLengthMax": 5, "later": 1})
    assert (request.recipient, request.passcode, request.embedded_length_max) == ("Dr A", None, 5)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"recipient": ""},
        {"recipient": "   "},
        {"recipient": "x" * 201},
        {"recipient": 5},
        {"recipient": "x", "passcode": 123456},
        {"recipient": "x", "embeddedLengthMax": -1},
        {"recipient": "x", "embeddedLengthMax": True},
        {"recipient": "x", "embeddedLengthMax": "5"},
        {"recipient": "x", "embeddedLengthMax": 5.5},
        {"recipient": "x", "embeddedLengthMax": -1.0},
    ],
)
def test_a_request_of_the_wrong_form_is_refused_without_echoing_it(body: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        ManifestRequest.model_validate(body)
    assert "123456" not in str(caught.value)


@pytest.mark.parametrize(
    ("sent", "taken"), [(0, 0), (1.0, 1), (1e10, 10**10), (10**30, 10**30), (None, None)]
)
def test_a_maximum_is_any_whole_number_however_json_writes_it(sent: float | None, taken: int | None) -> None:
    asked = ManifestRequest.model_validate({"recipient": "x", "embeddedLengthMax": sent})
    assert asked.embedded_length_max == taken


def test_a_wrong_passcode_is_answered_with_the_attempts_left() -> None:
    assert PasscodeRefusal(remaining_attempts=4).model_dump(by_alias=True) == {"remainingAttempts": 4}
