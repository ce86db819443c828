"""Whatever fits the OpenAPI description, and whatever does not, is answered as the description says; never with 5xx."""

from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from tests.service.replying import shares_and_opens
from tests.service.world import ADVICE, Person, World

EXAMPLES = 2  # of each operation, each way and each engine; every run draws others
CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",  # the last: what is not JSON has no schema here
)
load_all_checks()


def description(world: World) -> Any:
    return schemathesis.openapi.from_dict(world.client.get("/openapi.json").json())


def known_ids(world: World, sam: Person, jo: Person) -> dict[str, str]:
    """Path parameters that exist, so that not everything is answered with 404."""
    grant = sam.lets_write(jo, "plan", "scores", "work-advice", "daily-impact")
    (entry_id,) = jo.appends(grant, "work-advice", ADVICE).json()["entry_ids"]
    share = sam.shares_with(passcode=False)
    return {
        "share_id": share.share_id,
        "token": share.url_token,
        "entry_id": entry_id,
        "grant_id": grant,
        "issuer_id": "told",
        "list_id": "1",
        "section": "about-me",
        "version": "1",
        "decision": "accept",
    }


def bearer_for(case: Any, world: World, sam: Person, jo: Person, reply_token: str) -> str:
    """Return the token of somebody who may call an operation."""
    if (case.method, case.path) == ("DELETE", "/api/v1/session"):
        return world.signs_in_again(sam)  # it ends
    if case.path == "/api/v1/reply" or case.path.startswith(("/api/v1/reply/", "/api/v1/openings")):
        return reply_token
    return jo.token if case.path.endswith("/entries") else sam.token


def takes_anything(operation: Any) -> bool:
    return bool(operation.body or operation.path_parameters or operation.query)


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fits", "does not fit"]
)
def test_answers_are_as_described(world: World, sam: Person, mode: GenerationMode) -> None:
    jo = world.practitioner()
    ids = known_ids(world, sam, jo)
    _share, reader = shares_and_opens(world, sam)
    checks: list[Any] = [CHECKS.get_one(name) for name in CHECKED]
    for found in description(world).get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not takes_anything(operation):
            continue

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
        def answers_as_described(case: Case[Any], real: bool) -> None:
            if real:
                known = {name: ids[name] for name in case.path_parameters or {} if name in ids}
                case.path_parameters = {**(case.path_parameters or {}), **known}
            case.headers["authorization"] = f"Bearer {bearer_for(case, world, sam, jo, reader.token)}"
            sent = case.as_transport_kwargs(base_url=world.d.settings.base_url)
            sent.pop("cookies", None)
            sent["content"] = sent.pop("data", None)
            reply = world.client.request(**sent, follow_redirects=False)
            is_json = reply.headers.get("content-type", "").endswith("json")
            case.validate_response(reply, checks=checks if is_json else checks[:-1])

        with suppress(Unsatisfiable):  # any text fits some paths: nothing does not fit
            answers_as_described()


def test_every_operation_says_what_it_is_for_and_how_it_fails(world: World) -> None:
    described = world.client.get("/openapi.json").json()
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert operation["description"], (method, path)
            assert operation["tags"], (method, path)
            failures = {status for status in operation["responses"] if status >= "400"}
            assert failures, (method, path)
