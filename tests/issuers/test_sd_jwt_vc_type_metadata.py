"""Type Metadata documents: SD-JWT VC section 5.2 and what it refers to, property by property."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuers.integrity import integrity_of
from issuers.type_metadata import (
    ClaimDisplay,
    ClaimMetadata,
    Disclosability,
    TypeMetadata,
    TypeMetadataFormatError,
    read_type_metadata,
)
from issuers.type_rendering import Image, Rendering, SimpleRendering, SvgTemplate

VCT = "https://types.example/volunteer/2"
SEAL = integrity_of(b"x")
WHOLE: dict[str, Any] = {
    "vct": VCT,
    "name": "Volunteer, second draft",
    "description": "For developers.",
    "extends": "urn:example:member:1",
    "extends#integrity": SEAL,
    "display": [
        {
            "locale": "cy-GB",
            "name": "Gwirfoddolwr",
            "description": "Rhywun sy’n helpu",
            "rendering": {
                "simple": {
                    "logo": {
                        "uri": "https://types.example/l.png",
                        "uri#integrity": SEAL,
                        "alt_text": "Llong",
                    },
                    "background_image": {"uri": "data:image/png;base64,AAAA"},
                    "background_color": "#12107c",
                    "text_color": "rgb(255, 255, 255)",
                },
                "svg_templates": [
                    {"uri": "https://types.example/a.svg", "properties": {"orientation": "portrait"}},
                    {
                        "uri": "https://types.example/b.svg",
                        "uri#integrity": SEAL,
                        "properties": {"color_scheme": "dark", "contrast": "high", "shape": "round"},
                    },
                ],
            },
        },
        {"locale": "en", "name": "Volunteer"},
    ],
    "claims": [
        {
            "path": ["places", None, "town"],
            "display": [{"locale": "en", "label": "Town", "description": "Where"}],
            "mandatory": True,
            "sd": "always",
            "svg_id": "town_1",
        },
        {"path": ["places", 0]},
    ],
}


def read(document: object) -> TypeMetadata:
    return read_type_metadata(json.dumps(document).encode())


def test_sd_jwt_vc_5_2_everything_a_document_says_is_read() -> None:
    found = read(WHOLE)
    assert (found.vct, found.name, found.description) == (VCT, "Volunteer, second draft", "For developers.")
    assert (found.extends, found.extends_integrity) == ("urn:example:member:1", SEAL)
    assert found.display is not None
    welsh, english = found.display
    assert (welsh.locale, welsh.name, welsh.description) == ("cy-GB", "Gwirfoddolwr", "Rhywun sy’n helpu")
    assert (english.locale, english.name, english.description, english.rendering) == (
        "en",
        "Volunteer",
        None,
        None,
    )
    assert welsh.rendering == Rendering(
        SimpleRendering(
            Image("https://types.example/l.png", SEAL, "Llong"),
            Image("data:image/png;base64,AAAA"),
            "#12107c",
            "rgb(255, 255, 255)",
        ),
        (
            SvgTemplate("https://types.example/a.svg", None, {"orientation": "portrait"}),
            SvgTemplate("https://types.example/b.svg", SEAL, {"color_scheme": "dark", "contrast": "high"}),
        ),
    )
    assert found.claims == (
        ClaimMetadata(
            ("places", None, "town"),
            (ClaimDisplay("en", "Town", "Where"),),
            stated_mandatory=True,
            stated_sd=Disclosability.ALWAYS,
            svg_id="town_1",
        ),
        ClaimMetadata(("places", 0)),
    )


def test_sd_jwt_vc_5_2_only_vct_has_to_be_there_and_what_is_not_said_has_its_default() -> None:
    assert read({"vct": VCT}) == TypeMetadata(VCT, None, None, None, None, None, ())
    (claim,) = read({"vct": VCT, "claims": [{"path": ["a"]}]}).claims
    assert (claim.mandatory, claim.sd) == (False, Disclosability.ALLOWED)  # 5.6.3 and 5.6.4


@pytest.mark.parametrize(
    "document",
    [
        {"vct": VCT, "schema": {"type": "object"}, "schema_uri": 5},  # no property of the draft since -12
        {"vct": VCT, "display": [{"locale": "en", "name": "A", "lang": 5}]},
        {"vct": VCT, "display": [{"locale": "en", "name": "A", "rendering": {"hologram": 5}}]},
        {"vct": VCT, "display": [{"locale": "en", "name": "A", "rendering": {"simple": {"glow": 5}}}]},
        {"vct": VCT, "claims": [{"path": ["a"], "format": "date"}]},
        {"vct": VCT, "claims": [{"path": ["a"], "display": [{"locale": "en", "label": "A", "name": 5}]}]},
    ],
)
def test_sd_jwt_vc_5_2_properties_that_are_not_understood_are_ignored_at_every_level(
    document: object,
) -> None:
    assert read(document).vct == VCT


def changed(*keys: str | int, to: object) -> Any:
    """Return the whole document with one member changed."""
    document = json.loads(json.dumps(WHOLE))
    inner = document
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = to
    return document


def without(*keys: str | int) -> Any:
    document = json.loads(json.dumps(WHOLE))
    inner = document
    for key in keys[:-1]:
        inner = inner[key]
    del inner[keys[-1]]
    return document


SIMPLE = ("display", 0, "rendering", "simple")
SVG = ("display", 0, "rendering", "svg_templates")
REFUSED: list[tuple[str, Any]] = [
    ("5.2 no object", [WHOLE]),
    ("5.2 no object", "x"),
    ("5.2 no vct", without("vct")),
    ("5.2 vct", changed("vct", to=None)),
    ("5.2 vct", changed("vct", to="")),
    ("5.2 vct of anybody", changed("vct", to="volunteer")),
    ("5.2 name", changed("name", to=None)),
    ("5.2 name", changed("name", to="")),
    ("5.2 description", changed("description", to=["x"])),
    ("5.2 extends", changed("extends", to=None)),
    ("5.2 extends", changed("extends", to={"vct": VCT})),
    ("6 extends#integrity", changed("extends#integrity", to="sha256-x")),
    ("6 extends#integrity", changed("extends#integrity", to=None)),
    ("6 extends#integrity of nothing", without("extends")),
    ("5.5 display", changed("display", to={"en": "A"})),
    ("5.5 display", changed("display", to=None)),
    ("5.5 display", changed("display", to=["en"])),
    ("5.5 no locale", without("display", 1, "locale")),
    ("5.5 lang, as before draft 12", changed("display", 1, to={"lang": "en", "name": "Volunteer"})),
    ("5.5 locale", changed("display", 1, "locale", to="english language")),
    ("5.5 locale", changed("display", 1, "locale", to=5)),
    ("5.5 one locale twice", changed("display", 1, "locale", to="cy-gb")),
    ("5.5 no name", without("display", 1, "name")),
    ("5.5 name", changed("display", 1, "name", to={})),
    ("5.5 description", changed("display", 0, "description", to=5)),
    ("5.5.1 rendering", changed("display", 0, "rendering", to=[])),
    ("5.5.1.1 simple", changed(*SIMPLE, to=[])),
    ("5.5.1.1 logo", changed(*SIMPLE, "logo", to="https://types.example/l.png")),
    ("5.5.1.1.1 no uri", without(*SIMPLE, "logo", "uri")),
    ("5.5.1.1.1 uri", changed(*SIMPLE, "logo", "uri", to="l.png")),
    ("5.5.1.1.1 uri", changed(*SIMPLE, "logo", "uri", to="https://types.example/ l.png")),
    ("6 uri#integrity", changed(*SIMPLE, "logo", "uri#integrity", to="x")),
    ("5.5.1.1.1 alt_text", changed(*SIMPLE, "logo", "alt_text", to=5)),
    ("5.5.1.1.2 no uri", without(*SIMPLE, "background_image", "uri")),
    ("5.5.1.1 colour", changed(*SIMPLE, "background_color", to="url(https://types.example/)")),
    ("5.5.1.1 colour", changed(*SIMPLE, "text_color", to="#12")),
    ("5.5.1.1 colour", changed(*SIMPLE, "text_color", to="red; x")),
    ("5.5.1.2 svg_templates", changed(*SVG, to={})),
    ("5.5.1.2 svg_templates", changed(*SVG, to=[])),
    ("5.5.1.2 no uri", without(*SVG, 0, "uri")),
    ("6 uri#integrity", changed(*SVG, 1, "uri#integrity", to=5)),
    ("5.5.1.2 two without properties", without(*SVG, 0, "properties")),
    ("5.5.1.2.1 properties", changed(*SVG, 0, "properties", to=[])),
    ("5.5.1.2.1 no property", changed(*SVG, 0, "properties", to={"shape": "round"})),
    ("5.5.1.2.1 orientation", changed(*SVG, 0, "properties", to={"orientation": "upright"})),
    ("5.5.1.2.1 contrast", changed(*SVG, 0, "properties", to={"contrast": ["high"]})),
    ("5.6 claims", changed("claims", to={})),
    ("5.6 claims", changed("claims", to=None)),
    ("5.6 claims", changed("claims", to=["a"])),
    ("5.6 no path", without("claims", 0, "path")),
    ("5.6.1 path", changed("claims", 0, "path", to="town")),
    ("5.6.1 path", changed("claims", 0, "path", to=[])),
    ("5.6.1 path", changed("claims", 0, "path", to=["a", -1])),
    ("5.6.1 path", changed("claims", 0, "path", to=["a", 1.0])),
    ("5.6.1 path", changed("claims", 0, "path", to=["a", True])),
    ("5.6.1 path", changed("claims", 0, "path", to=["a", ["b"]])),
    ("5.6.1 path", changed("claims", 0, "path", to=["a", {}])),
    ("5.6.5 one path twice", changed("claims", 1, "path", to=["places", None, "town"])),
    ("5.6.2 display", changed("claims", 0, "display", to={"en": "A"})),
    ("5.6.2 no locale", without("claims", 0, "display", 0, "locale")),
    ("5.6.2 no label", without("claims", 0, "display", 0, "label")),
    ("5.6.2 label", changed("claims", 0, "display", 0, "label", to=5)),
    ("5.6.2 description", changed("claims", 0, "display", 0, "description", to=None)),
    ("5.6.2 one locale twice", changed("claims", 0, "display", to=[{"locale": "en", "label": "A"}] * 2)),
    ("5.6.3 mandatory", changed("claims", 0, "mandatory", to="true")),
    ("5.6.3 mandatory", changed("claims", 0, "mandatory", to=1)),
    ("5.6.3 mandatory", changed("claims", 0, "mandatory", to=None)),
    ("5.6.4 sd", changed("claims", 0, "sd", to="sometimes")),
    ("5.6.4 sd", changed("claims", 0, "sd", to="ALWAYS")),
    ("5.6.4 sd", changed("claims", 0, "sd", to=True)),
    ("5.6 svg_id", changed("claims", 0, "svg_id", to="1town")),
    ("5.6 svg_id", changed("claims", 0, "svg_id", to="town-1")),
    ("5.6 svg_id", changed("claims", 0, "svg_id", to="tŵr")),
    ("5.6 one svg_id twice", changed("claims", 1, "svg_id", to="town_1")),
]


@pytest.mark.parametrize(
    "document", [pytest.param(one, id=f"{at}-{why}") for at, (why, one) in enumerate(REFUSED)]
)
def test_sd_jwt_vc_5_a_property_of_another_form_is_refused(document: object) -> None:
    with pytest.raises(TypeMetadataFormatError):
        read(document)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'\xef\xbb\xbf{"vct":"urn:a:b"}',
        b'{"vct":"urn:a:b","vct":"urn:a:c"}',
        b'{"vct":"urn:a:b","n":NaN}',
        b'{"vct":"urn:a:b","n":"\\ud800"}',
        b'{"vct":"urn:a:b","n":' + b"[" * 30 + b"]" * 30 + b"}",
        b'{"vct":"urn:a:b"}' + b" " * 256 * 1024,
    ],
)
def test_sd_jwt_vc_5_2_what_is_not_strict_json_is_refused(data: bytes) -> None:
    with pytest.raises(TypeMetadataFormatError):
        read_type_metadata(data)


NAMES = st.sampled_from(
    ["vct", "display", "claims", "path", "sd", "locale", "name", "rendering", "simple", "logo"]
)
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["urn:a:b", "en", "always"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)


@given(st.sampled_from(["name", "extends", "display", "claims"]), ANYTHING)
def test_sd_jwt_vc_5_2_hostile_documents_raise_our_error_or_none(name: str, value: object) -> None:
    with suppress(TypeMetadataFormatError):
        read({"vct": VCT, name: value})
