"""The published schemas describe what the models accept."""

import json
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from schemas.catalogue import CATALOGUE, claims_of
from schemas.metadata import json_schema, type_document, type_metadata
from schemas.vocabulary import AuthorKind, Section
from tests.schemas.test_stories import STORIES

VCT = "https://passport.example/vct/about-me/1"


def paths(section: Section) -> list[tuple[str | None, ...]]:
    return [tuple(claim["path"]) for claim in type_metadata(section, vct=VCT)["claims"]]


@pytest.mark.parametrize("section", Section)
def test_type_metadata_names_the_type_in_both_languages(section: Section) -> None:
    document = type_metadata(section, vct=VCT)
    label = CATALOGUE[section].label
    assert document["vct"] == VCT
    assert document["display"] == [
        {"locale": "en-GB", "name": label.en},
        {"locale": "cy-GB", "name": label.cy},
    ]


@pytest.mark.parametrize("section", Section)
def test_every_claim_has_a_path_a_label_and_a_disclosability(section: Section) -> None:
    document = type_metadata(section, vct=VCT)
    for claim in document["claims"]:
        assert claim["sd"] in {"always", "never"}  # section 5.6.4 advises against "allowed"
        if claim["path"][-1] in {"key", "about"}:  # they tie rows together; nobody reads them
            continue
        assert [shown["locale"] for shown in claim["display"]] == ["en-GB", "cy-GB"]
        assert all(shown["label"] for shown in claim["display"])
    assert len(set(paths(section))) == len(paths(section))


@pytest.mark.parametrize("section", Section)
def test_rows_are_always_disclosable_and_their_list_never(section: Section) -> None:
    disclosable = {tuple(one["path"]): one["sd"] for one in type_metadata(section, vct=VCT)["claims"]}
    for claim in claims_of(section):
        if claim.is_list:
            assert (disclosable[claim.name,], disclosable[claim.name, None]) == ("never", "always")
        else:
            assert disclosable[claim.name,] == "always"
    assert disclosable["told_on",] == "always"


@pytest.mark.parametrize("section", Section)
def test_no_part_of_a_row_can_be_held_back_by_itself(section: Section) -> None:
    claims = type_metadata(section, vct=VCT)["claims"]
    parts = [one for one in claims if len([name for name in one["path"] if name is not None]) > 1]
    assert all(one["sd"] == "never" and "mandatory" not in one for one in parts)
    lists = {claim.name for claim in claims_of(section) if claim.is_list}
    assert lists <= {one["path"][0] for one in parts}  # each row is made of parts that are described


def test_parts_of_parts_are_described() -> None:
    assert {("discharge", "reason"), ("goals", None, "by")} <= set(paths(Section.PLAN))


@pytest.mark.parametrize("section", Section)
@pytest.mark.parametrize("name", ["iss", "vct", "vct#integrity", "iat", "nbf", "exp", "cnf", "status"])
def test_what_everybody_sees_is_never_hidden_and_mandatory_but_for_the_seal(
    section: Section, name: str
) -> None:
    (found,) = [one for one in type_metadata(section, vct=VCT)["claims"] if one["path"] == [name]]
    assert (found["mandatory"], found["sd"]) == (name != "vct#integrity", "never")


@pytest.mark.parametrize("section", Section)
def test_the_published_bytes_are_the_document(section: Section) -> None:
    data = type_document(section, VCT)
    assert json.loads(data) == type_metadata(section, vct=VCT)
    assert type_document(section, VCT) is data  # made once


@pytest.mark.parametrize("section", Section)
def test_author_claims_are_described_where_somebody_else_may_sign(section: Section) -> None:
    only_the_holder = CATALOGUE[section].authors == {AuthorKind.HOLDER}
    assert (("author_name",) in paths(section)) is not only_the_holder


def objects(schema: Any) -> list[dict[str, Any]]:
    if isinstance(schema, list):
        return [found for one in schema for found in objects(one)]
    if not isinstance(schema, dict):
        return []
    own = [schema] if schema.get("type") == "object" else []
    return own + [found for one in schema.values() for found in objects(one)]


@pytest.mark.parametrize("section", Section)
def test_a_json_schema_closes_every_object_and_bounds_every_list_and_text(section: Section) -> None:
    schema = json_schema(section)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert list(schema["properties"]) == [claim.name for claim in claims_of(section)]
    for one in objects(schema):
        assert one["additionalProperties"] is False
        for field in one["properties"].values():
            for kind in field.get("anyOf", [field]):
                assert kind.get("type") != "array" or kind["maxItems"] <= 40
                assert (
                    kind.get("type") != "string" or "format" in kind or "const" in kind or "maxLength" in kind
                )


@pytest.mark.parametrize("section", Section)
def test_a_json_schema_is_plain_json_with_labels_in_both_languages(section: Section) -> None:
    schema = json.loads(json.dumps(json_schema(section)))
    for claim in claims_of(section):
        field = schema["properties"][claim.name]
        assert (field["title"], field["x-title-cy"]) == (claim.label.en, claim.label.cy)


@pytest.mark.parametrize("section", Section)
def test_an_independent_validator_accepts_the_stories_and_refuses_unknown_fields(section: Section) -> None:
    validator = Draft202012Validator(json_schema(section))
    for story in STORIES.values():
        body = (story["sections"] | story["practitioner_sections"]).get(section)
        assert body is None or validator.is_valid(body)
    assert not validator.is_valid({"nonsense": 1})
