"""English and Welsh: every text has both, the right one is chosen, and dates are in words."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from passport.app import PassportApp
from passport.i18n import DRAFT_LANGUAGES, FOLDER, choose_language, known_language, speech_of
from schemas.vocabulary import Language

PACKAGE = Path(__file__).parents[2] / "passport"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"silent": "false"}}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def _texts_of_pages() -> Iterator[tuple[str, ...]]:
    for _file, _line, message, _comments, _context in extract_from_dir(PACKAGE, METHODS, OPTIONS):
        yield message if isinstance(message, tuple) else (message,)


@pytest.fixture(scope="module")
def welsh() -> Catalog:
    """The Welsh catalogue as it is in the repository."""
    return read_po(BytesIO((FOLDER / "cy" / "messages.po").read_bytes()), locale="cy")


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def test_every_text_of_a_page_has_a_welsh_translation(welsh: Catalog) -> None:
    missing = {
        texts[0]
        for texts in _texts_of_pages()
        if (entry := welsh.get(texts[0])) is None or not all(_forms(entry.string))
    }
    assert not missing, "run 'make messages' and translate these"


def test_no_welsh_translation_is_left_over(welsh: Catalog) -> None:
    used = {texts[0] for texts in _texts_of_pages()}
    assert {_forms(entry.id)[0] for entry in welsh if entry.id} <= used, "run 'make messages'"


def test_translations_keep_the_placeholders(welsh: Catalog) -> None:
    for entry in (entry for entry in welsh if entry.id):
        expected = set(PLACEHOLDER.findall(_forms(entry.id)[-1]))
        for form in _forms(entry.string):
            assert set(PLACEHOLDER.findall(form)) <= expected, entry.id


def test_no_translation_says_a_sentence_twice(welsh: Catalog) -> None:
    for entry in (entry for entry in welsh if entry.id):
        for form in _forms(entry.string):
            sentences = [one for one in re.split(r"(?<=[.?!])\s*", form) if one]
            assert len(sentences) == len(set(sentences)), entry.id


def test_the_welsh_catalogue_is_marked_as_a_draft(welsh: Catalog) -> None:
    assert "DRAFT" in welsh.header_comment
    assert Language.WELSH in DRAFT_LANGUAGES


def test_welsh_pages_say_that_they_are_a_draft_and_english_ones_do_not(client: TestClient) -> None:
    assert "Drafft yw" in client.get("/code?lang=cy").text
    client.cookies.clear()
    assert "draft" not in client.get("/code").text


@pytest.mark.parametrize(
    ("asked", "kept", "accepted", "language"),
    [
        (None, None, None, "en"),
        ("cy", "en", "en", "cy"),
        ("en", "cy", "cy", "en"),
        ("fr", "cy", "en", "cy"),
        (None, "nonsense", "cy-GB, en;q=0.5", "cy"),
        (None, None, "en-GB,en;q=0.9,cy;q=0.8", "en"),
        (None, None, "fr, cy;q=0.3, en;q=0.2", "cy"),
        (None, None, "cy;q=0", "en"),
        (None, None, "cy;q=a", "en"),
        (None, None, "fr;q=1", "en"),
        (None, None, ";;;,=", "en"),
    ],
)
def test_the_language_asked_for_wins_then_the_one_kept_then_the_browsers(
    asked: str | None, kept: str | None, accepted: str | None, language: str
) -> None:
    assert choose_language(asked=asked, kept=kept, accepted=accepted) == language


@given(st.text(), st.text(), st.text())
def test_any_header_gives_a_language(asked: str, kept: str, accepted: str) -> None:
    assert choose_language(asked=asked, kept=kept, accepted=accepted) in set(Language)


def test_a_tag_names_a_language_whatever_its_region() -> None:
    assert known_language("cy-GB") is Language.WELSH
    assert known_language("EN") is Language.ENGLISH
    assert known_language("cym") is None


def test_a_chosen_language_is_kept_and_a_merely_preferred_one_is_not(client: TestClient) -> None:
    client.get("/code?lang=cy")
    assert '<html lang="cy"' in client.get("/code").text
    client.cookies.clear()
    client.get("/code", headers={"accept-language": "cy"})
    assert '<html lang="en"' in client.get("/code").text


def test_the_language_link_stays_on_the_page(client: TestClient) -> None:
    assert 'href="?lang=cy" hreflang="cy"' in client.get("/code?lang=en").text


def test_error_pages_speak_welsh_too(client: TestClient) -> None:
    page = client.get("/nothing?lang=cy", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert '<html lang="cy"' in page.text


def test_days_are_in_words_on_the_clock_of_the_united_kingdom() -> None:
    english, welsh = speech_of(Language.ENGLISH), speech_of(Language.WELSH)
    assert english.day(date(2026, 11, 21)) == "21 November 2026"
    assert welsh.day(date(2026, 11, 21)) == "21 Tachwedd 2026"
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert english.day(late) == "1 July 2026"
    assert english.day_and_time(late) == "1 July 2026, 00:30"
    assert welsh.day_and_time(late) == "1 Gorffennaf 2026, 00:30"


def test_a_moment_without_a_time_zone_is_a_callers_mistake() -> None:
    with pytest.raises(ValueError, match="timezone-aware"):
        speech_of(Language.ENGLISH).day_and_time(datetime(2026, 1, 1))  # noqa: DTZ001


def test_every_language_has_its_templates(app: PassportApp) -> None:
    for language, environment in app.state.pages.environments.items():
        for name in environment.list_templates(
            filter_func=lambda name: not name.startswith("govuk_frontend")
        ):
            if not name.startswith("govuk_frontend_jinja/"):
                environment.get_template(name)
        assert environment.globals["language"] == language
