"""Two people who differ in what an employer is never given look the same to an employer of theirs, to the last byte.

What is random in a share is put level first, byte for byte: keys, salts, digests, signatures, ids and status indices.
"""

import json
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from typing import Any

from consent.sealed_file import open_file, seal_file
from consent.share import Shlink, encode_shlink
from consent.verification import Outcome
from issuers.encoding import decode_base64url, encode_base64url, encode_json
from schemas.catalogue import CATALOGUE
from schemas.vocabulary import Preset, RecipientKind
from tests.service.test_sharing import FULL
from tests.service.world import ADVICE, GOAL, SCORE, Person, Share, World

UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Alone or at the end of a URI: base64url of ids (128 bits), salts (144), digests, keys and nonces (256).
RANDOM = re.compile("(?:^|(?<=[:;/]))(?:[A-Za-z0-9_-]{22}|[A-Za-z0-9_-]{24}|[A-Za-z0-9_-]{43})$")
REPLY_LINK = re.compile(r"(?<=/r#)[A-Za-z0-9_-]{43}")
FILLER = "x"
NEVER = {s.value for s, spec in CATALOGUE.items() if spec.presets[RecipientKind.EMPLOYER] is Preset.NEVER}
SHARED = {section: body for section, body in FULL.items() if section not in NEVER}
ELSE = {section: body for section, body in FULL.items() if section in NEVER}
WISHES: dict[str, Any] = {"sections": [*SHARED, "work-advice"], "typed_code": True}


def given_two_who_differ_in_what_employers_never_get(world: World) -> tuple[Person, Person]:
    """Sam told it all, on several days, with a plan and scores of other organisations; Robin shared the rest alone."""
    jo, kit = world.practitioner("jo"), world.practitioner("kit", organisation="Stroke Service")
    sam, robin = world.holder("sam"), world.holder("robin")
    sam.tells(ELSE)
    world.clock.advance(days=2)
    for person in (sam, robin):
        person.tells(SHARED)
        person.accepts(
            *jo.appends(person.lets_write(jo, "work-advice"), "work-advice", ADVICE).json()["entry_ids"]
        )
    world.clock.advance(days=2)
    sam.accepts(
        *kit.holds_appointment(sam.lets_write(kit, "plan", "scores"), 1, GOAL, SCORE).json()["entry_ids"]
    )
    sam.tells({"diary": {"diary": [{"on": "2026-11-23", "text": "Another thought."}]}})
    return sam, robin


def test_who_differs_in_what_employers_never_get_looks_the_same_to_employers(sqlite_world: World) -> None:
    sam, robin = (
        seen_by_employer(sqlite_world, person.shares_with(**WISHES))
        for person in given_two_who_differ_in_what_employers_never_get(sqlite_world)
    )
    assert sam.link == robin.link
    assert sam.manifest == robin.manifest
    assert sam.bundle == robin.bundle
    assert sam.pages == robin.pages
    assert sam.receipt == robin.receipt
    assert sam.receipt_forms == robin.receipt_forms
    assert "start at ten" in sam.pages[0]
    assert "Tires after two hours" not in sam.pages[0]  # the practitioner's comments are theirs and the GP's


@dataclass(frozen=True)
class Seen:
    """What an employer is given of one share, what is random in it put level."""

    link: Shlink
    manifest: Any
    bundle: bytes
    pages: list[str]  # in English and in Welsh
    receipt: list[str]  # the signed receipt and the signed statement of having read
    receipt_forms: list[bytes]


def seen_by_employer(world: World, share: Share) -> Seen:
    """Ask for the manifest as a program does, and open the link as a person does."""
    manifest = world.opens(share).json()
    (file,) = manifest["files"]
    sealed = file.pop("embedded")
    bundle = open_file(sealed, share.shlink.key).content
    assert world.verifies(bundle).outcome is Outcome.VALID
    assert len(sealed) == len(seal_file(bundle, bytes(32), content_type=file["contentType"], iv=bytes(12)))
    link = replace(
        share.shlink,
        url=share.shlink.url.replace(share.url_token, FILLER * len(share.url_token)),
        key=bytes(32),
    )
    pages = pages_of(world, share)
    return Seen(link, manifest, level_bundle(bundle), pages, *receipts_of(world))


def pages_of(world: World, share: Share) -> list[str]:
    world.client.cookies.clear()
    form = {"shlink": encode_shlink(share.shlink), "who": "Jo", "passcode": share.passcode}
    assert world.client.post("/v/open", data=form, follow_redirects=False).status_code == 303
    replies = [world.client.get(f"/v/reading?lang={language}") for language in ("en", "cy")]
    assert all(reply.status_code == 200 for reply in replies)
    return [REPLY_LINK.sub(FILLER, reply.text) for reply in replies]


def receipts_of(world: World) -> tuple[list[str], list[bytes]]:
    """Return what the reader of the share that is open may keep: tokens levelled part by part, and the other forms."""
    replies = [
        world.client.get(f"/v/reading/{path}") for path in ("receipt/jwt", "receipt/versions", "read-receipt")
    ]
    numbers: dict[str, str] = {}
    tokens = [_level_part(reply.text.strip(), numbers) for reply in replies]
    forms = [world.client.get(f"/v/reading/receipt/{form}").json() for form in ("json-ld", "fhir")]
    forms[1]["sourceAttachment"].pop("data")  # the token, in another coding
    forms[1].pop("id")  # its hash
    return tokens, [encode_json(_level(form, numbers)) for form in forms]


def level_bundle(bundle: bytes) -> bytes:
    """Return a Bundle with equally long fillers for what is random, so that only what may be told is left to differ."""
    numbers: dict[str, str] = {}
    document = json.loads(bundle)
    for entry in document["entry"]:
        if entry["resource"]["resourceType"] == "Binary":
            presentation = b64decode(entry["resource"]["data"]).decode()
            levelled = "~".join(_level_part(part, numbers) for part in presentation.split("~"))
            entry["resource"]["data"] = b64encode(levelled.encode()).decode()
    return encode_json(_level(document, numbers))


def _level_part(part: str, numbers: dict[str, str]) -> str:
    """Level a JWT or a disclosure."""
    *read, signature = part.split(".") if "." in part else (part, "")
    levelled = [
        encode_base64url(encode_json(_level(json.loads(decode_base64url(one)), numbers))) for one in read
    ]
    return ".".join([*levelled, FILLER * len(signature)])


def _level(value: Any, numbers: dict[str, str], name: str = "") -> Any:
    """Level every value: an id becomes its number among the ids, so that who points at whom still shows."""
    if isinstance(value, dict):
        return {key: _level(inner, numbers, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_level(inner, numbers) for inner in value]
    if name == "idx":
        return 0
    if isinstance(value, str):
        value = UUID.sub(lambda found: numbers.setdefault(found[0], f"{len(numbers):036}"), value)
        return RANDOM.sub(lambda found: FILLER * len(found[0]), value)
    return value
