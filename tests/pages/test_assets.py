"""What browsers load: ours alone, without what only GOV.UK may use, and kept for ever under a name of its content."""

import stat
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import hatch_build
from passport.app import PassportApp
from passport.web.assets import FOLDER, Asset, Assets, MissingAssetError, read_assets

GOVUK_ALONE = ("gds transport", "font-face", "crest", "crown")


@pytest.mark.parametrize("trace", GOVUK_ALONE)
def test_no_asset_keeps_what_only_govuk_may_use(trace: str) -> None:
    for path in FOLDER.rglob("*"):
        if path.suffix in {".css", ".js", ".svg"}:
            assert trace not in path.read_text(encoding="utf-8").lower(), path


def test_nothing_but_known_kinds_of_file_is_brought() -> None:
    assert {path.name for path in (FOLDER / "govuk").iterdir()} == {
        "govuk-frontend.min.css",
        "govuk-frontend.min.js",
        "NOTICE.txt",
        "VERSION",
    }


def test_assets_come_from_the_present_build_hook() -> None:
    assert (FOLDER / "govuk" / hatch_build.STAMP).read_text(encoding="ascii") == hatch_build.stamp()


@pytest.mark.parametrize("path", ["/accessibility", "/v", "/code", "/nothing-here"])
@pytest.mark.parametrize("language", ["en", "cy"])
def test_no_page_looks_like_a_government_page(client: TestClient, path: str, language: str) -> None:
    page = client.get(f"{path}?lang={language}", headers={"accept": "text/html"}).text.lower()
    assert "gov.uk" not in page
    assert "crown" not in page
    assert "crest" not in page


@pytest.mark.parametrize("path", ["/accessibility", "/v", "/code"])
def test_pages_load_nothing_inline_and_nothing_from_elsewhere(client: TestClient, path: str) -> None:
    page = client.get(path).text
    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page
    assert 'src="http' not in page
    assert 'src="//' not in page


def test_versioned_assets_may_be_kept_for_ever(app: PassportApp, client: TestClient) -> None:
    address = app.state.pages.environments["en"].globals["asset"]("page.js")
    reply = client.get(address)
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert reply.headers["content-type"] == "text/javascript; charset=utf-8"


def test_assets_of_another_version_are_not_found_and_not_kept(client: TestClient) -> None:
    reply = client.get("/static/0000000000000000/page.js")
    assert reply.status_code == 404
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["../app.py", "..%2fapp.py", "govuk/VERSION", "/etc/passwd", ""])
def test_nothing_but_the_listed_files_is_served(app: PassportApp, client: TestClient, name: str) -> None:
    version = app.state.pages.environments["en"].globals["asset"]("page.js").split("/")[2]
    assert client.get(f"/static/{version}/{name}").status_code == 404


def test_the_version_changes_with_any_file() -> None:
    before = Assets(
        {"a.js": Asset(b"1", b"", "text/javascript"), "b.js": Asset(b"2", b"", "text/javascript")}
    )
    after = Assets({"a.js": Asset(b"1", b"", "text/javascript"), "b.js": Asset(b"3", b"", "text/javascript")})
    assert before.version != after.version


def test_a_template_that_names_no_file_fails_at_once() -> None:
    with pytest.raises(MissingAssetError, match=r"no-such\.js"):
        Assets({}).address("no-such.js")


def test_starting_without_govuk_frontend_says_how_to_bring_it(tmp_path: Path) -> None:
    with pytest.raises(MissingAssetError, match="make run"):
        read_assets(tmp_path)


@pytest.mark.parametrize(
    "css",
    [
        "a{font-family:'GDS Transport'}",
        ".x{background:red url(/assets/images/govuk-crest.svg)",
        ".govuk-crown-copyright{}",
        "a{b:url(/x.png)}",
    ],
)
def test_the_build_fails_where_a_trace_survives_stripping(css: str) -> None:
    with pytest.raises(hatch_build.AssetError, match="still holds"):
        hatch_build.plain_styles(css)


def test_stripping_keeps_the_rest_of_a_rule() -> None:
    css = "a{color:red;background-image:url(/assets/images/govuk-crest.svg);font-family:GDS Transport,arial}"
    assert hatch_build.plain_styles(css) == "a{color:red;font-family:arial}"


def given_an_npm_that_brings(folder: Path, content: str) -> list[str]:
    npm = folder / "npm"
    npm.write_text(f"#!/bin/sh\nprintf '%s' '{content}' > govuk-frontend-6.3.0.tgz\n", encoding="ascii")
    npm.chmod(npm.stat().st_mode | stat.S_IXUSR)
    return [str(npm)]


def test_another_package_than_the_pinned_one_is_refused_unopened(tmp_path: Path) -> None:
    npm = given_an_npm_that_brings(tmp_path, "not the package")
    with pytest.raises(hatch_build.AssetError, match="expected SHA-512"):
        hatch_build.fetch_package(npm)


def test_an_npm_that_fails_is_reported() -> None:
    with pytest.raises(hatch_build.AssetError, match="npm could not bring"):
        hatch_build.fetch_package(["false"])
