"""Pages of a hundred words or more read at grade 7 at most, in sentences of 25 words at most.

What people wrote themselves is theirs: it is left out, and so are answers to choose from.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
import textstat
from fastapi.testclient import TestClient

from passport import auth, demo, holders
from passport.app import create_app
from passport.demo import DemoAccount, demo_accounts
from passport.deployment import Deployment
from passport.settings import Settings
from passport.stories import read_stories
from schemas.catalogue import CATALOGUE
from schemas.plan import QUESTIONS
from schemas.vocabulary import Language
from tests.pages.demo_service import Clock
from tests.pages.furnishing import furnish
from tests.pages.paths import FORMS, HOLDERS, PRACTITIONERS, PUBLIC, RECIPIENTS
from tests.service.world import CHEAP

# Names of things that have no plainer name.
UNAVOIDABLE = {
    "Web Content Accessibility Guidelines": "rules",
    "Accessibility": "Rules",
    "JavaScript": "script",
    "Workability Action Plan": "plan",
    "practitioner": "helper",
    "Practitioner": "Helper",
    "organisation": "group",
}
THEIRS = {"passport-entry", "passport-rows", "passport-lines", "passport-link"}
QUESTIONS_ASKED = {question.en for question in QUESTIONS.values()}  # the evaluation's, word for word
TITLE = "|".join(spec.label.en for spec in CATALOGUE.values())
TITLES = re.compile(f"(?:{TITLE})(?:, (?:{TITLE}))+")  # a list of names, not a sentence
SILENT = {"textarea", "option", "script", "style", "dd"}
BLOCKS = {"p", "li", "h1", "h2", "h3", "div", "label", "legend", "button", "dt", "span", "summary", "a"}
GRADE = 7
WORDS_A_SENTENCE = 25


class Prose(HTMLParser):
    """Collect the texts of the main part, one block at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.skipped: list[str] = []  # the open elements from the outermost that is left out
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside |= tag == "main"
        classes = set((dict(attrs).get("class") or "").split())
        if tag not in ("input", "br") and (self.skipped or tag in SILENT or classes & THEIRS):
            self.skipped.append(tag)
        if tag in BLOCKS or tag == "br":
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside &= tag != "main"
        if self.skipped and self.skipped[-1] == tag:
            self.skipped.pop()
        if tag in BLOCKS:
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.inside and not self.skipped and self.texts:
            self.texts[-1] += data


def prose_of(page: str) -> list[str]:
    """Return the sentences of a page."""
    parser = Prose()
    parser.feed(page)
    texts = [" ".join(text.split()) for text in parser.texts]
    ours = [TITLES.sub("", text) for text in texts if not any(text.startswith(q) for q in QUESTIONS_ASKED)]
    sentences = [sentence for text in ours if text for sentence in re.split(r"(?<=[.?!])\s+", text)]
    for term, plain in UNAVOIDABLE.items():
        sentences = [sentence.replace(term, plain) for sentence in sentences]
    return sentences


def assert_plain(page: str) -> None:
    """Fail where a page's prose is hard to read, or shows that something was not there."""
    assert re.search(r">\s*(None|undefined)\s*<", page) is None
    sentences = [sentence for sentence in prose_of(page) if re.search(r"[A-Za-z]{2}", sentence)]
    assert sentences
    assert [sentence for sentence in sentences if len(sentence.split()) > WORDS_A_SENTENCE] == []
    text = " ".join(sentence if sentence[-1] in ".?!" else f"{sentence}." for sentence in sentences)
    if len(text.split()) >= 100:
        assert textstat.flesch_kincaid_grade(text) <= GRADE, text


@pytest.fixture(scope="module")
def asking(told_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of the demo, in memory."""
    folder = tmp_path_factory.mktemp("plain") / "data"
    shutil.copytree(told_folder, folder)
    app = create_app(Settings(data_dir=folder), now=Clock(), passcode_cost=CHEAP)
    with TestClient(app, base_url="http://localhost:8000", headers={"accept": "text/html"}) as client:
        yield client


def deployment(client: TestClient) -> Deployment:
    found: Deployment = client.app.state.service.deployment  # type: ignore[attr-defined]
    return found


def signed_in(client: TestClient, account: DemoAccount) -> TestClient:
    found = auth.sign_in(deployment(client), username=account.username, code=account.sign_in_code)
    assert found is not None
    client.cookies.set("session", found.token)
    return client


@pytest.fixture
def amara(asking: TestClient) -> TestClient:
    """The client, signed in as the first holder."""
    return signed_in(asking, demo_accounts(deployment(asking), read_stories())[0])


@pytest.fixture
def bethan(asking: TestClient) -> TestClient:
    """The client, signed in as the first practitioner."""
    stories = read_stories()
    return signed_in(asking, demo_accounts(deployment(asking), stories)[len(stories)])


@pytest.mark.parametrize("path", PUBLIC)
def test_pages_for_everybody_are_in_plain_english(client: TestClient, path: str) -> None:
    assert_plain(client.get(path, headers={"accept": "text/html"}).text)


@pytest.fixture(scope="module")
def ids(asking: TestClient) -> Mapping[str, str]:
    """The first holder's passport with one of everything; the client is a recipient of theirs too."""

    def asks(path: str, form: Mapping[str, str] | None = None) -> str:
        return (asking.get(path) if form is None else asking.post(path, data=dict(form))).text

    d = deployment(asking)
    (first, *_) = demo_accounts(d, read_stories())
    with d.database.reading() as connection:
        account = auth.account_of(d, connection, first.username)
    assert account is not None
    assert account.holder_id is not None
    return furnish(d, account.holder_id, asks)


@pytest.mark.parametrize("path", RECIPIENTS)
def test_pages_of_a_recipient_are_in_plain_english(
    asking: TestClient, ids: Mapping[str, str], path: str
) -> None:
    page = asking.get(path.format_map(ids))
    assert page.status_code == 200
    assert_plain(page.text)


@pytest.mark.parametrize("path", [*HOLDERS, *FORMS])
def test_pages_of_a_holder_are_in_plain_english(amara: TestClient, ids: Mapping[str, str], path: str) -> None:
    page = amara.get(path.format_map(ids))
    assert page.status_code == 200
    assert_plain(page.text)


def test_an_empty_passport_says_in_plain_english_how_to_begin(asking: TestClient) -> None:
    d = deployment(asking)
    account = DemoAccount("Kit", "kit", auth.new_sign_in_code(d))
    with d.database.writing() as connection:
        holder_id = holders.create(d, connection, name=account.name, language=Language.ENGLISH)
        auth.create_account(
            d, connection, username=account.username, code=account.sign_in_code, holder_id=holder_id
        )
    kit = signed_in(asking, account)
    home, share = kit.get("/passport").text, kit.get("/passport/shares/new/employer").text
    told = kit.post("/passport/sections/adjustments/edit", data={}).text
    for page in (home, share, told):
        assert_plain(page)
    assert "Start with one thing." in home
    assert "/passport/shares/new" not in home
    assert "There is nothing to share yet." in share
    assert "See what they will see" not in share
    assert "Tell at least one thing, or go back to your passport" in told
    assert 'name="changes-0-change"' in told


def test_pages_on_the_way_to_a_share_are_in_plain_english(amara: TestClient) -> None:
    asked = {
        "recipient": "Acme",
        "sections": ["about-me", "adjustments"],
        "passcode": "yes",
        "typed_code": "yes",
    }
    assert_plain(amara.post("/passport/shares/new/employer", data={"step": "change"}).text)
    assert_plain(amara.post("/passport/shares/new/employer", data=asked | {"recipient": ""}).text)
    kept = re.findall(r'name="keep" value="([^"]+)"', amara.get("/passport/shares/new/employer").text)
    asked["keep"] = kept
    assert_plain(amara.post("/passport/shares/new/employer", data=asked).text)
    shared = amara.post("/passport/shares/new/employer", data=asked | {"step": "share"})
    assert "Stop sharing" in shared.text
    assert_plain(shared.text)
    assert_plain(amara.get(f"{shared.url.path}/receipt").text)
    assert_plain(amara.post(f"{shared.url.path}/stop").text)
    assert_plain(amara.get("/passport/log").text)


def test_pages_about_sections_that_are_asked_for_afresh_are_in_plain_english(amara: TestClient) -> None:
    body = {"recipient": {"kind": "work-coach", "name": "Mererid"}, "purpose": "work-support"}
    token = {"authorization": f"Bearer {amara.cookies['session']}"}
    sections = ["about-me", "adjustments", "conditions"]
    made = amara.post("/api/v1/shares", json={**body, "sections": sections}, headers=token).json()
    path = f"/passport/shares/{made['share']['share_id']}"
    for page in ("", "/again"):
        found = amara.get(path + page)
        assert found.status_code == 200, page
        assert_plain(found.text)


@pytest.mark.parametrize("path", PRACTITIONERS)
def test_pages_of_a_practitioner_are_in_plain_english(
    bethan: TestClient, ids: Mapping[str, str], path: str
) -> None:
    page = bethan.get(path.format_map(ids))
    assert page.status_code == 200
    assert_plain(page.text)


def test_the_form_of_an_appointment_is_in_plain_english(bethan: TestClient, ids: Mapping[str, str]) -> None:
    path = f"/practice/{ids['grant_id']}/appointment"
    rows = {
        "goals-0-goal": "a",
        "obstacles-0-obstacle": "b",
        "solutions-0-solution": "c",
        "steps-0-step": "d",
    }
    assert_plain(bethan.post(path, data=rows | {"add": "step_updates"}).text)
    assert_plain(bethan.post(path, data=rows).text)


def test_the_pages_of_a_recipient_are_in_plain_english(asking: TestClient) -> None:
    d = deployment(asking)
    (first, *_) = demo.seed(d, read_stories())
    for share in first.shares:
        shlink = share.link.partition("#")[2]
        assert_plain(asking.post("/v/open", data={"shlink": shlink, "who": "Jo", "passcode": "wrong"}).text)
        read = asking.post("/v/open", data={"shlink": shlink, "who": "Jo", "passcode": share.passcode or ""})
        assert "What was checked" in read.text
        assert_plain(read.text)
        kept = asking.get("/v/reading/receipt")
        assert kept.status_code == 200
        assert_plain(kept.text)
