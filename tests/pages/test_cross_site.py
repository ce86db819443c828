"""Another site cannot make a browser change anything here; programs and our own pages can."""

import pytest
from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse

from passport.app import OPEN_PREFIXES, PassportApp

HOME = "http://localhost:8000"


async def _change() -> PlainTextResponse:
    return PlainTextResponse("changed")


@pytest.fixture
def changing(app: PassportApp, client: TestClient) -> TestClient:
    """A client of an application with routes that change something."""
    for path in ("/change", f"{OPEN_PREFIXES[0]}change"):
        app.add_api_route(path, _change, methods=["POST", "PUT", "PATCH", "DELETE"])
    return client


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": HOME}, 403),
        ({"sec-fetch-site": "anything else"}, 403),
        ({"origin": HOME}, 200),
        ({"origin": "https://other.example"}, 403),
        ({"origin": "http://localhost:8001"}, 403),
        ({"origin": "http://localhost:8000.other.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://[["}, 403),
        ({"origin": "null", "cookie": "own-page=1"}, 200),
        ({"origin": "null", "cookie": "own-page=0"}, 403),
        ({"origin": "https://other.example", "cookie": "own-page=1"}, 403),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_change_needs_to_come_from_here(
    changing: TestClient, method: str, headers: dict[str, str], status: int
) -> None:
    assert changing.request(method, "/change", headers=headers).status_code == status


def test_reading_is_free(client: TestClient) -> None:
    headers = {"origin": "https://other.example", "sec-fetch-site": "cross-site"}
    assert client.get("/v", headers=headers).status_code == 200


def test_open_data_takes_no_cookies_and_so_takes_requests_from_anywhere(changing: TestClient) -> None:
    headers = {"origin": "https://viewer.example", "sec-fetch-site": "cross-site"}
    assert changing.post(f"{OPEN_PREFIXES[0]}change", headers=headers).status_code == 200


def test_a_refused_person_gets_a_page_that_says_what_to_do(changing: TestClient) -> None:
    reply = changing.post("/change", headers={"sec-fetch-site": "cross-site", "accept": "text/html"})
    assert "You cannot do this from here" in reply.text


def test_a_refused_program_gets_a_problem(changing: TestClient) -> None:
    reply = changing.post("/change", headers={"sec-fetch-site": "cross-site"})
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["code"] == "cross_site"


def test_every_page_leaves_the_cookie_that_other_sites_cannot_send(client: TestClient) -> None:
    cookie = client.get("/code").headers["set-cookie"]
    assert cookie.startswith("own-page=1;")
    assert "SameSite=strict" in cookie
