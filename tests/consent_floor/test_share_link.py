"""The link of a share: what is written is read back, and what the IG forbids is refused."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.share import (
    LABEL_LENGTH_MAX,
    ForeignLinkError,
    Shlink,
    ShlinkError,
    decode_shlink,
    encode_shlink,
    is_url_token,
    link,
    manifest_url,
    new_share_secret,
    own_token,
)
from issuers.encoding import encode_base64url

BASE = "https://passport.example"
KEY = bytes(range(32))
TOKEN = encode_base64url(bytes(32))
URL = manifest_url(BASE, TOKEN)

moments = st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(9999, 12, 30)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
shlinks = st.builds(
    Shlink,
    url=st.binary(min_size=32, max_size=32).map(lambda token: manifest_url(BASE, encode_base64url(token))),
    key=st.binary(min_size=32, max_size=32),
    expires_at=st.none() | moments,
    passcode=st.booleans(),
    live=st.booleans(),
    label=st.none() | st.text(st.characters(codec="utf-8"), min_size=1, max_size=LABEL_LENGTH_MAX),
)


def payload(**members: object) -> str:
    body = {"url": URL, "key": encode_base64url(KEY), **members}
    kept = {name: value for name, value in body.items() if value is not ...}
    return "shlink:/" + encode_base64url(json.dumps(kept).encode())


@pytest.mark.shl("payload/form", "version/1")
@given(shlinks)
def test_a_link_is_read_back_as_it_was_written(shlink: Shlink) -> None:
    assert decode_shlink(encode_shlink(shlink)) == shlink
    assert decode_shlink(link(BASE, shlink)) == shlink


@pytest.mark.shl("payload/flag")
@given(shlinks)
def test_flags_are_in_alphabetical_order(shlink: Shlink) -> None:
    assert list(shlink.flag) == sorted(shlink.flag)


@pytest.mark.shl("version/2")
def test_the_example_of_the_guide_is_read() -> None:
    text = (
        "https://viewer.example.org#shlink:/eyJ1cmwiOiJodHRwczovL2Voci5leGFtcGxlLm9yZy9xci9ZOXh3a1VkdG1OOXd3b0pvTjNm"
        "ZkpJaFgyVUd2Q0wxSm5sUFZOTDNrRFdNL20iLCJmbGFnIjoiTFAiLCJrZXkiOiJyeFRnWWxPYUtKUEZ0Y0VkMHFjY2VOOHdFVTRwOTRTcUF3"
        "SVdRZTZ1WDdRIiwibGFiZWwiOiJCYWNrLXRvLXNjaG9vbCBpbW11bml6YXRpb25zIGZvciBPbGl2ZXIgQnJvd24ifQ"
    )
    shlink = decode_shlink(text)
    assert (shlink.passcode, shlink.live, shlink.expires_at) == (True, True, None)
    assert shlink.label == "Back-to-school immunizations for Oliver Brown"


def test_the_link_keeps_its_secret_in_the_fragment() -> None:
    before, _, fragment = link(BASE, Shlink(url=URL, key=KEY)).partition("#")
    assert before == f"{BASE}/v"
    assert fragment.startswith("shlink:/")


def test_secrets_do_not_show_in_a_repr() -> None:
    secret = new_share_secret(lambda size: b"\x07" * size)
    shown = repr(secret) + repr(Shlink(url=manifest_url(BASE, secret.url_token), key=secret.key))
    assert secret.url_token not in shown
    assert repr(secret.key) not in shown


@pytest.mark.shl("url/1", "payload/key")
def test_a_fresh_secret_has_the_entropy_that_the_guide_asks_for() -> None:
    secret = new_share_secret(bytes)
    assert is_url_token(secret.url_token)
    assert len(secret.key) == 32


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("https://passport.example/v", id="no payload"),
        pytest.param("https://passport.example/v%23shlink:/" + payload()[8:], id="a rewritten fragment sign"),
        pytest.param(payload()[:-3], id="cut short"),
        pytest.param(payload()[:60] + "." + payload()[60:], id="a full stop inside"),
        pytest.param("shlink:/" + encode_base64url(b'{"url":1,"url":2}'), id="duplicate member"),
        pytest.param("shlink:/" + encode_base64url(b"[]"), id="not an object"),
        pytest.param(payload(url=...), id="no url"),
        pytest.param(payload(url="https://passport.example/m/" + "a" * 128), id="url over 128 characters"),
        pytest.param(payload(url="javascript:alert(1)"), id="not a web address"),
        pytest.param(payload(url="https://user@passport.example/m/x"), id="credentials in the url"),
        pytest.param(payload(url="https://[broken/m/x"), id="broken host"),
        pytest.param(payload(url="https://passport.example:99999/m/x"), id="no such port"),
        pytest.param(payload(url="https://passport.example:x/m/x"), id="a port that is no number"),
        pytest.param(payload(url="https://passport.example/m/é"), id="not ASCII"),
        pytest.param(payload(key=...), id="no key"),
        pytest.param(payload(key=encode_base64url(KEY[:-1])), id="short key"),
        pytest.param(payload(key=encode_base64url(KEY)[:-1] + "9"), id="key not canonical"),
        pytest.param(payload(label="a" * 81), id="label over 80 characters"),
        pytest.param(payload(label=5), id="label not text"),
        pytest.param(payload(exp="tomorrow"), id="exp not a number"),
        pytest.param(payload(exp=True), id="exp a boolean"),
        pytest.param(payload(exp=10**18), id="exp after the year 9999"),
        pytest.param(payload(exp=-1), id="exp before 1970"),
        pytest.param(payload(v=2), id="newer version"),
        pytest.param(payload(v=True), id="version a boolean"),
        pytest.param(payload(flag="U"), id="a direct file"),
        pytest.param(payload(_pad="a" * 2_100), id="too long"),
    ],
)
def test_what_is_no_link_is_refused(text: str) -> None:
    with pytest.raises(ShlinkError):
        decode_shlink(text)


@pytest.mark.parametrize(
    "after", [*".),>\"=';!?]}", "\u200b", "\u2026", "\u201d", "\u00a0", ").\u201d\n", "\u200b.>"]
)
def test_what_a_sentence_puts_after_a_link_is_no_part_of_it(after: str) -> None:
    shlink = Shlink(url=URL, key=KEY)
    assert decode_shlink(encode_shlink(shlink) + after) == decode_shlink(link(BASE, shlink) + after) == shlink


@pytest.mark.parametrize("unseen", ["\r\n ", "\u200b", "\u00ad", "\ufeff", "\u2060"])
def test_what_is_unseen_in_a_link_is_no_part_of_it(unseen: str) -> None:
    text = payload()
    assert decode_shlink(unseen + text[:70] + unseen + text[70:] + unseen) == decode_shlink(text)


@pytest.mark.shl("version/3", "version/4", "extension/2")
@pytest.mark.parametrize("member", ["extension", "_ours", "nickname"])
def test_unknown_properties_and_flags_are_ignored(member: str) -> None:
    assert decode_shlink(payload(**{member: "x"}, flag="LPX", v=1)).live


@pytest.mark.parametrize(
    "url",
    [
        f"https://passport.example.evil/m/{TOKEN}",
        f"http://passport.example/m/{TOKEN}",
        f"https://passport.example/n/{TOKEN}",
        f"https://passport.example/m/{TOKEN}/x",
        "https://passport.example/m/short",
    ],
)
def test_a_link_of_another_service_is_refused(url: str) -> None:
    assert own_token(Shlink(url=URL, key=KEY), BASE) == TOKEN
    with pytest.raises(ForeignLinkError):
        own_token(Shlink(url=url, key=KEY), BASE)


@given(st.text())
def test_hostile_text_raises_only_our_error(text: str) -> None:
    with pytest.raises(ShlinkError):
        decode_shlink("shlink:/" + text)
