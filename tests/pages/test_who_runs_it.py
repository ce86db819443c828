"""Pages say who runs the service and how to reach them, or that nobody has said."""

import pytest
from fastapi.testclient import TestClient

from passport.app import create_app
from passport.settings import Settings

PAGES = ["/privacy", "/accessibility"]


def shown(settings: Settings, path: str, **told: str) -> str:
    app = create_app(settings.model_copy(update=told))
    return TestClient(app, base_url="http://localhost:8000").get(path).text


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("contact", "link"),
    [("help@trust.example", "mailto:help@trust.example"), ("https://trust.example/us",) * 2],
)
def test_a_page_names_the_operator_and_links_to_them(
    page_settings: Settings, path: str, contact: str, link: str
) -> None:
    page = shown(page_settings, path, operator_name="Made-up <i>Trust", operator_contact=contact)
    assert "Made-up &lt;i&gt;Trust runs this service and answers for what it keeps." in page
    assert f'href="{link}">{contact}</a>' in page


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_that_the_operator_has_not_said_who_they_are(client: TestClient, path: str) -> None:
    page = client.get(path).text
    assert "Whoever runs this service has not said who they are." in page
    assert "They have not said how to reach them." in page
    assert "wedi dweud pwy ydynt" in client.get(path, params={"lang": "cy"}).text
