"""The pages on a database of their own: `client` asks in memory, `service` is a real address for browsers."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, BrowserContext

from passport.app import PassportApp, create_app
from passport.settings import Settings
from passport.web.pages import Pages
from tests.pages.demo_service import DemoService, running, told_once
from tests.pages.walking import Walker, phone, somebody
from tests.serving import served

HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def page_settings(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a service with an empty database."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copyfile(sqlite_template, folder / "passport.db")
    (folder / "passport.db").chmod(0o600)
    return Settings(data_dir=folder)


@pytest.fixture(scope="module")
def compiled_pages(page_settings: Settings) -> Pages:
    """The templates, which take a while to compile: once a module is enough."""
    pages: Pages = create_app(page_settings).state.pages
    return pages


@pytest.fixture
def app(page_settings: Settings, compiled_pages: Pages) -> PassportApp:
    """An application whose routes a test may add to."""
    app = create_app(page_settings)
    app.state.pages = compiled_pages
    return app


@pytest.fixture
def client(app: PassportApp) -> TestClient:
    """A client that sees error replies, as the world does."""
    return TestClient(app, base_url="http://localhost:8000", raise_server_exceptions=False)


@pytest.fixture(scope="module")
def service(page_settings: Settings) -> Iterator[str]:
    """The base URL of a running service."""
    with served(lambda base_url: create_app(page_settings.model_copy(update={"base_url": base_url}))) as url:
        yield url


@pytest.fixture(scope="session")
def told_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the demo's stories are told, to be copied."""
    folder = tmp_path_factory.mktemp("told") / "data"
    told_once(folder)
    return folder


@pytest.fixture(scope="module")
def demo(told_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoService]:
    """The demo as a running service of this module's own."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    shutil.copytree(told_folder, folder)
    with running(folder) as service:
        yield service


@pytest.fixture(scope="session")
def passed_by_axe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where to note which pages axe has passed: for all workers of a run, since asking it takes a quarter second."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "passed-by-axe"
    folder.mkdir(exist_ok=True)
    return folder


# One phone a role and module: to make one takes longer than most of what is done with it.


@pytest.fixture(scope="module")
def recipients_phone(browser: Browser) -> Iterator[BrowserContext]:
    """A small phone."""
    with phone(browser) as context:
        yield context


@pytest.fixture(scope="module")
def welsh_phone(browser: Browser) -> Iterator[BrowserContext]:
    """A small phone of somebody who prefers Welsh."""
    with phone(browser, language="cy") as context:
        yield context


@pytest.fixture(scope="module")
def phone_without_javascript(browser: Browser) -> Iterator[BrowserContext]:
    """A small phone on which no script of ours runs."""
    with phone(browser, scripts=False) as context:
        yield context


@pytest.fixture(scope="module")
def members_phone(browser: Browser) -> Iterator[BrowserContext]:
    """A small phone of somebody who can sign in."""
    with phone(browser) as context:
        yield context


@pytest.fixture
def recipient(recipients_phone: BrowserContext, demo: DemoService, passed_by_axe: Path) -> Iterator[Walker]:
    """Somebody who was given a link or a code."""
    with somebody(recipients_phone, demo.base_url, passed_by_axe) as walker:
        yield walker


@pytest.fixture
def welsh_recipient(welsh_phone: BrowserContext, demo: DemoService, passed_by_axe: Path) -> Iterator[Walker]:
    """Somebody who was given a link, and whose browser asks for Welsh."""
    with somebody(welsh_phone, demo.base_url, passed_by_axe) as walker:
        yield walker


@pytest.fixture
def recipient_without_javascript(
    phone_without_javascript: BrowserContext, demo: DemoService, passed_by_axe: Path
) -> Iterator[Walker]:
    """Somebody who was given a code, and whose browser runs no script."""
    with somebody(phone_without_javascript, demo.base_url, passed_by_axe) as walker:
        yield walker


@pytest.fixture
def member(members_phone: BrowserContext, demo: DemoService, passed_by_axe: Path) -> Iterator[Walker]:
    """A holder or a practitioner, not signed in yet."""
    with somebody(members_phone, demo.base_url, passed_by_axe) as walker:
        yield walker


@pytest.fixture
def member_without_javascript(
    phone_without_javascript: BrowserContext, demo: DemoService, passed_by_axe: Path
) -> Iterator[Walker]:
    """A holder or a practitioner, not signed in yet, whose browser runs no script."""
    with somebody(phone_without_javascript, demo.base_url, passed_by_axe) as walker:
        yield walker
