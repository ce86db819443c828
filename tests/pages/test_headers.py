"""Every reply carries the security headers: pages, problems, assets and the last-resort 500."""

import pytest
from fastapi.testclient import TestClient

from passport.app import OPEN_PREFIXES, PassportApp, create_app
from passport.settings import Settings


def _fail() -> None:
    raise RuntimeError("private words")


@pytest.fixture
def failing(app: PassportApp, client: TestClient) -> TestClient:
    """A client of an application with a route that fails."""
    app.add_api_route("/fails", _fail)
    return client


@pytest.mark.parametrize(
    "path", ["/v", "/accessibility", "/nothing", "/fails", "/static/x/y.js", "/openapi.json"]
)
def test_every_reply_is_secured(failing: TestClient, path: str) -> None:
    headers = failing.get(path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "worker-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]


def test_a_failure_tells_nothing_of_what_failed(failing: TestClient) -> None:
    for accept in ("text/html", "application/json"):
        reply = failing.get("/fails", headers={"accept": accept})
        assert reply.status_code == 500
        assert "private words" not in reply.text


@pytest.mark.parametrize("path", [f"{prefix}nothing" for prefix in OPEN_PREFIXES])
def test_data_for_verifiers_is_open_to_scripts_of_other_sites_even_where_it_fails(
    client: TestClient, path: str
) -> None:
    reply = client.get(path, headers={"origin": "https://viewer.example"})
    assert reply.status_code >= 400
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in reply.headers


def test_a_preflight_for_a_manifest_is_answered(client: TestClient) -> None:
    headers = {"origin": "https://viewer.example", "access-control-request-method": "POST"}
    reply = client.options(f"{OPEN_PREFIXES[1]}anything", headers=headers)
    assert reply.status_code == 204
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "POST" in reply.headers["access-control-allow-methods"]
    assert "content-type" in reply.headers["access-control-allow-headers"]


@pytest.mark.parametrize("path", ["/v", "/code", "/nothing"])
def test_pages_are_not_open_to_scripts_of_other_sites(client: TestClient, path: str) -> None:
    reply = client.get(path, headers={"origin": "https://other.example"})
    assert "access-control-allow-origin" not in reply.headers


def test_https_is_insisted_on_only_where_it_is_spoken(page_settings: Settings, client: TestClient) -> None:
    assert "strict-transport-security" not in client.get("/v").headers
    secure = create_app(page_settings.model_copy(update={"base_url": "https://passport.example"}))
    reply = TestClient(secure, base_url="https://passport.example").get("/v")
    assert reply.headers["strict-transport-security"] == "max-age=31536000"


def test_cookies_are_bound_to_the_host_over_https(page_settings: Settings) -> None:
    secure = create_app(page_settings.model_copy(update={"base_url": "https://passport.example"}))
    reply = TestClient(secure, base_url="https://passport.example").get("/v?lang=cy")
    for cookie in reply.headers.get_list("set-cookie"):
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
