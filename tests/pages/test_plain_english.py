"""Pages of a hundred words or more read at grade 7 at most, in sentences of 25 words at most."""

import re
from html.parser import HTMLParser

import pytest
import textstat
from fastapi.testclient import TestClient

UNAVOIDABLE = ("Accessibility", "JavaScript", "Web Content Accessibility Guidelines")
BLOCKS = {"p", "li", "h1", "h2", "h3", "div", "label", "button"}  # each starts a text of its own


class Prose(HTMLParser):
    """Collect the texts of the main part, one sentence or list item at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside |= tag == "main"
        if tag in BLOCKS:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside &= tag != "main"

    def handle_data(self, data: str) -> None:
        if self.inside and self.texts:
            self.texts[-1] += data


def prose_of(page: str) -> list[str]:
    """Return the sentences of a page."""
    parser = Prose()
    parser.feed(page)
    texts = [" ".join(text.split()) for text in parser.texts]
    sentences = [sentence for text in texts if text for sentence in re.split(r"(?<=[.?!])\s+", text)]
    for term in UNAVOIDABLE:
        sentences = [sentence.replace(term, "rules") for sentence in sentences]
    return sentences


@pytest.mark.parametrize("path", ["/accessibility", "/v", "/code", "/nothing-here"])
def test_pages_are_in_plain_english(client: TestClient, path: str) -> None:
    sentences = prose_of(client.get(path, headers={"accept": "text/html"}).text)
    assert sentences
    assert [sentence for sentence in sentences if len(sentence.split()) > 25] == []
    text = " ".join(sentence if sentence[-1] in ".?!" else f"{sentence}." for sentence in sentences)
    if len(text.split()) >= 100:
        assert textstat.flesch_kincaid_grade(text) <= 7
