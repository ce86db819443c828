"""How a type wants its credentials shown (SD-JWT VC draft-24 section 5.5.1).

Read strictly, and handed on as data: drawing an image or an SVG is for whoever shows it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from issuers.type_members import (
    TypeMetadataFormatError,
    as_integrity,
    as_matching,
    as_object,
    as_objects,
    as_text,
    as_uri,
    optional,
    required,
)

_COLOUR: Final = re.compile(  # CSS Color: an RGB value in hexadecimal or as a function
    r"#(?:[0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})|rgba?\([0-9., /%]{5,40}\)"
)
_SVG_PROPERTIES: Final[Mapping[str, frozenset[str]]] = {
    "orientation": frozenset({"portrait", "landscape"}),
    "color_scheme": frozenset({"light", "dark"}),
    "contrast": frozenset({"normal", "high"}),
}


@dataclass(frozen=True, slots=True)
class Image:
    """An image to show (sections 5.5.1.1.1 and 5.5.1.1.2)."""

    uri: str
    integrity: str | None = None
    alt_text: str | None = None


@dataclass(frozen=True, slots=True)
class SimpleRendering:
    """How to show a credential without SVG (section 5.5.1.1)."""

    logo: Image | None = None
    background_image: Image | None = None
    background_color: str | None = None
    text_color: str | None = None


@dataclass(frozen=True, slots=True)
class SvgTemplate:
    """An SVG to show a credential with, and whom it suits (section 5.5.1.2)."""

    uri: str
    integrity: str | None
    properties: Mapping[str, str]  # orientation, color_scheme, contrast


@dataclass(frozen=True, slots=True)
class Rendering:
    """The ways to show a credential that are understood (section 5.5.1)."""

    simple: SimpleRendering | None = None
    svg_templates: tuple[SvgTemplate, ...] = ()


def as_rendering(value: object, name: str) -> Rendering:
    """Return the ways to show a credential; those that are not understood are left out.

    Raises:
        TypeMetadataFormatError: one that is understood is not of its form.
    """
    source = as_object(value, name)
    return Rendering(
        optional(source, "simple", _simple),
        optional(source, "svg_templates", _svg_templates) or (),
    )


def _simple(value: object, name: str) -> SimpleRendering:
    source = as_object(value, name)
    return SimpleRendering(
        logo=optional(source, "logo", _image),
        background_image=optional(source, "background_image", _image),
        background_color=optional(source, "background_color", _colour),
        text_color=optional(source, "text_color", _colour),
    )


def _image(value: object, name: str) -> Image:
    source = as_object(value, name)
    return Image(
        uri=required(source, "uri", as_uri),
        integrity=optional(source, "uri#integrity", as_integrity),
        alt_text=optional(source, "alt_text", as_text),
    )


def _svg_templates(value: object, name: str) -> tuple[SvgTemplate, ...]:
    templates = as_objects(value, name)
    if not templates:
        raise TypeMetadataFormatError("expected a template where there are svg_templates")
    if len(templates) > 1 and not all("properties" in one for one in templates):
        raise TypeMetadataFormatError("expected properties that say which of several templates suits whom")
    return tuple(
        SvgTemplate(
            uri=required(one, "uri", as_uri),
            integrity=optional(one, "uri#integrity", as_integrity),
            properties=optional(one, "properties", _svg_properties) or {},
        )
        for one in templates
    )


def _svg_properties(value: object, name: str) -> Mapping[str, str]:
    source = as_object(value, name)
    known = {key: as_text(source[key], key) for key in _SVG_PROPERTIES if key in source}
    if not known or not all(said in _SVG_PROPERTIES[key] for key, said in known.items()):
        raise TypeMetadataFormatError(f"expected {name} to say orientation, color_scheme or contrast")
    return known


def _colour(value: object, name: str) -> str:
    return as_matching(value, name, _COLOUR)
