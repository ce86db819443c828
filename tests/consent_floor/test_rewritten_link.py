"""A link that was rewritten on its way is recognised, and says which share its secret belonged to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.rewritten_link import (
    ENCODINGS_MAX,
    READINGS_MAX,
    TARGET_LENGTH_MAX,
    RewrittenLink,
    readings,
    rewritten_link,
    rewritten_reply_link,
)
from consent.share import (
    LABEL_LENGTH_MAX,
    LINK_LENGTH_MAX,
    Shlink,
    decode_shlink,
    encode_shlink,
    link,
    manifest_url,
)
from issuers.encoding import encode_base64url

BASE = "https://passport.example"
TOKEN = encode_base64url(bytes(range(32)))
SHLINK = Shlink(
    url=manifest_url(BASE, TOKEN),
    key=bytes(range(32)),
    expires_at=datetime(2027, 1, 1, tzinfo=UTC),
    passcode=True,
)
LINK = link(BASE, SHLINK)
BARE = encode_shlink(SHLINK)
PAYLOAD = BARE.removeprefix("shlink:/")
KEY = encode_base64url(SHLINK.key)


def found_in(target: str) -> RewrittenLink | None:
    return rewritten_link(target.encode("ascii"), base_url=BASE)


def defended(url: str) -> str:
    """Return where Proofpoint URL Defense, version 2, leads instead: `-` for `%`, `_` for `/`."""
    spelt = quote(url, safe="/").replace("-", "%2D").replace("_", "%5F")
    return f"/v2/url?u={spelt.replace('/', '_').replace('%', '-')}&d=DwMF"


WAYS = {
    "hash sign encoded": f"/v%23{BARE}",
    "encoded twice": f"/v%2523{quote(BARE, safe='')}",
    "encoded four times": "/v" + quote(quote(quote(quote("#" + BARE, safe=""), safe=""), safe=""), safe=""),
    "in another's query": "/go?url=" + quote(LINK, safe=""),
    "in a query, encoded twice": "/go?x=1&url=" + quote(quote(LINK, safe=""), safe=""),
    "as a form that was sent by GET": f"/v/open?who=&shlink={quote(BARE, safe='')}",
    "scheme in capitals": f"/v%23SHLINK:/{PAYLOAD}",
    "slash taken away": f"/v%23shlink:{PAYLOAD}",
    "slash doubled": f"/v%23shlink://{PAYLOAD}",
    "without the scheme": f"/v/{PAYLOAD}",
    "wrapped": f"/v%23{BARE[:76]}%0D%0A{BARE[76:]}",
    "wrapped as quoted-printable": f"/v%23{BARE[:76]}=%0D%0A{BARE[76:]}",
    "wrapped with a space": f"/v%23{BARE[:76]}+{BARE[76:]}",
    "cut short after its url": f"/v%23{BARE[:-60]}",
    "every letter encoded": "/v" + "".join(f"%{ord(c):02X}" for c in "#" + BARE),
    "full-width hash sign": f"/v%EF%BC%83{BARE}",
    "full-width throughout": "/v" + quote("".join(chr(ord(c) + 0xFEE0) for c in "#" + BARE)),
    "hash sign as in HTML": f"/v&%2335;{BARE}",
    "colon as in HTML": f"/v%23shlink&colon;/{PAYLOAD}",
    "page in capitals": f"/V%23{BARE}",
    "slash before the hash sign": f"/v/%23{BARE}",
    "made a path": f"/v/{BARE}",
    "with what shows nothing in it": f"/v%23{BARE[:30]}%E2%80%8B{BARE[30:]}",
    "Proofpoint, version 2": defended(LINK),
    "Proofpoint, version 2, encoded": quote(defended(LINK)),
    "Proofpoint, version 3": f"/v3/__{LINK.replace('#', '*')}__;Iw!!ABC!def$",
}


@pytest.mark.parametrize(("way", "target"), WAYS.items(), ids=WAYS)
def test_the_secret_is_found_however_the_link_was_rewritten(way: str, target: str) -> None:
    assert found_in(target) == RewrittenLink(TOKEN, "" if "cut short" in way else KEY)


@pytest.mark.parametrize("lost", range(0, 80, 7))
def test_of_a_link_that_was_cut_short_as_much_of_the_key_is_found_as_came(lost: int) -> None:
    found = found_in(f"/v%23{BARE[: len(BARE) - lost]}")
    assert found is not None
    assert found.token == TOKEN
    assert KEY.startswith(found.key)
    assert len(KEY) - len(found.key) <= lost


def test_the_link_of_which_most_came_is_the_one_that_counts() -> None:
    assert found_in(f"/v?a=shlink:/x&b={BARE[:-60]}&c={BARE}&d={BARE[:-20]}") == RewrittenLink(TOKEN, KEY)


@pytest.mark.parametrize(
    "target",
    [
        "/v%23shlink:/",
        f"/v%23{BARE[:60]}",
        f"/v%23{BARE.lower()}",
        "/v%23shlink:/" + encode_base64url(b'{"url":"https://elsewhere.example/m/' + TOKEN.encode() + b'"}'),
        "/v%23shlink:/" + encode_base64url(b'{"url":"' + manifest_url(BASE, "x" * 43).encode() + b'"}'),
        "/v%23shlink:/a",
    ],
)
def test_a_link_of_which_too_little_came_is_recognised_as_one(target: str) -> None:
    assert found_in(target) == RewrittenLink(None)


@pytest.mark.parametrize(
    "target", ["/", "/v", f"/m/{TOKEN}", "/v?lang=cy", "/a%2523b?c=%00%FF", "/shlink", "/%"]
)
def test_other_addresses_are_none(target: str) -> None:
    assert found_in(target) is None


REPLY = f"{BASE}/r#{TOKEN}"
REPLY_WAYS = {
    "hash sign encoded": f"/r%23{TOKEN}",
    "encoded twice": f"/r%2523{TOKEN}",
    "encoded four times": "/r" + quote(quote(quote(quote("#" + TOKEN, safe=""), safe=""), safe=""), safe=""),
    "in another's query": "/go?url=" + quote(REPLY, safe=""),
    "in a query, encoded twice": "/go?x=1&url=" + quote(quote(REPLY, safe=""), safe=""),
    "as a form that was sent by GET": f"/r?token={TOKEN}",
    "as a form among other fields": f"/r/reply?lang=cy&token={TOKEN}",
    "made a path": f"/r/{TOKEN}",
    "without the hash sign": f"/r{TOKEN}",
    "wrapped": f"/r%23{TOKEN[:30]}%0D%0A{TOKEN[30:]}",
    "wrapped as quoted-printable": f"/r%23{TOKEN[:30]}=%0D%0A{TOKEN[30:]}",
    "every letter encoded": "/r" + "".join(f"%{ord(c):02X}" for c in "#" + TOKEN),
    "something after it": f"/r%23{TOKEN}%3Futm_source%3Dmail",
    "letters after it": f"/r%23{TOKEN}abc",
    "full-width hash sign": f"/r%EF%BC%83{TOKEN}",
    "small hash sign": f"/r%EF%B9%9F{TOKEN}",
    "hash sign as in HTML": f"/r&%2335;{TOKEN}",
    "hash sign named as in HTML": f"/r%26num%3B{TOKEN}",
    "page in capitals": f"/R%23{TOKEN}",
    "made a path, page in capitals": f"/R/{TOKEN}",
    "slash before the hash sign": f"/r/%23{TOKEN}",
    "space before the hash sign": f"/r%20%23{TOKEN}",
    "with what shows nothing in it": f"/r%23%EF%BB%BF{TOKEN[:20]}%E2%80%8B{TOKEN[20:]}",
    "Proofpoint, version 2": defended(REPLY),
    "Proofpoint, version 2, encoded": quote(defended(REPLY)),
    "Proofpoint, version 3": f"/v3/__{REPLY.replace('#', '*')}__;Iw!!ABC!def$",
}


@pytest.mark.parametrize("target", REPLY_WAYS.values(), ids=REPLY_WAYS)
def test_a_reply_token_is_found_however_its_link_was_rewritten(target: str) -> None:
    assert rewritten_reply_link(target.encode("ascii")) == RewrittenLink(TOKEN)
    assert found_in(target) is None


@pytest.mark.parametrize(
    "target", ["/r%23", f"/r%23{TOKEN[:30]}", f"/r%23{TOKEN[:-1]}9A", f"/r%23{'x' * 43}"]
)
def test_a_reply_link_of_which_too_little_came_is_recognised_as_one(target: str) -> None:
    assert rewritten_reply_link(target.encode("ascii")) == RewrittenLink(None)


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/r",
        "/r/reply",
        "/r/reviews.ics",
        "/r?lang=cy",
        f"/m/{TOKEN}",
        f"/log/inclusion/r{TOKEN[1:]}",
        f"/r/receipt/{TOKEN}",
        "/%",
    ],
)
def test_other_addresses_hold_no_reply_link(target: str) -> None:
    assert rewritten_reply_link(target.encode("ascii")) is None


@pytest.mark.parametrize("target", WAYS.values(), ids=WAYS)
def test_a_shares_link_is_no_reply_link(target: str) -> None:
    assert rewritten_reply_link(target.encode("ascii")) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(target: bytes) -> None:
    for before in (b"", b"/%23shlink:/", b"/r%23"):
        rewritten_link(before + target, base_url=BASE)
        rewritten_reply_link(before + target)


def test_a_token_with_every_sign_comes_back_from_a_defended_link() -> None:
    token = encode_base64url(bytes([0xFB, 0xEF, 0xBE, 0xFF, 0xFF, 0xFF] * 5 + [0, 0]))
    assert {"-", "_"} <= set(token)
    assert rewritten_reply_link(defended(f"{BASE}/r#{token}").encode()) == RewrittenLink(token)


def test_neither_the_token_nor_the_key_shows() -> None:
    assert not {TOKEN, KEY} & set(repr(RewrittenLink(TOKEN, KEY)).split("'"))
    assert "A" not in repr(RewrittenLink("A", "A"))


@given(st.text("-%2534A\u0301&#;", max_size=300))
def test_a_target_is_read_in_a_bounded_number_of_ways_and_each_of_them_once(text: str) -> None:
    found = readings(text.encode())
    assert len(set(found)) == len(found) <= READINGS_MAX


def test_the_longest_link_is_found_encoded_as_often_as_one_may_be_and_nothing_is_looked_for_beyond() -> None:
    label = encode_shlink(replace(SHLINK, label="x" * LABEL_LENGTH_MAX))
    text = "".join(f"%{'25' * (ENCODINGS_MAX - 1)}{ord(sign):02X}" for sign in "#" + label)
    assert found_in("/v" + text + "x" * TARGET_LENGTH_MAX) == RewrittenLink(TOKEN, KEY)
    assert LINK_LENGTH_MAX * len("%2525252541") < TARGET_LENGTH_MAX
    assert found_in("/" + "x" * TARGET_LENGTH_MAX + f"%23{BARE}") is None


def test_marks_are_left_as_they_stand_however_many() -> None:
    marks = "\u0301" * 50 + "\u0316" * 50
    assert readings(f"/%41e{marks}".encode()) == [f"/%41e{marks}", f"/Ae{marks}"]


READABLE: dict[str, Callable[[str], str]] = {
    "scheme in capitals": lambda text: text.replace("shlink:/", "SHLINK:/"),
    "wrapped": lambda text: f"{text[:76]}\r\n {text[76:]}",
    "spaces around it": lambda text: f"\t{text} \n",
}


@pytest.mark.parametrize("way", READABLE.values(), ids=READABLE)
@pytest.mark.parametrize("text", [LINK, BARE], ids=["link", "bare"])
def test_what_does_not_harm_a_link_is_read_over(way: Callable[[str], str], text: str) -> None:
    assert decode_shlink(way(text)) == SHLINK
