"""E-mail addresses: one plain mailbox in ASCII, or a refusal that says what to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passport.messages.address import AddressError, read_address


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("sam@mail.example", "sam@mail.example"),
        (" Sam.O'Neil+work@MAIL.Example ", "Sam.O'Neil+work@mail.example"),
        ("a@b.cd", "a@b.cd"),
        ("sam@xn--caf-dma.example", "sam@xn--caf-dma.example"),
        (f"{'a' * 64}@{'b' * 63}.example", f"{'a' * 64}@{'b' * 63}.example"),
    ],
)
def test_a_plain_address_is_read(typed: str, read: str) -> None:
    assert read_address(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "sam",
        "@mail.example",
        "sam@",
        "sam@localhost",
        "sam@mail..example",
        "sam@-mail.example",
        "sam@mail-.example",
        "sam@mail.example.",
        ".sam@mail.example",
        "sam.@mail.example",
        "s..m@mail.example",
        "sam@127.0.0.1",
        "sam@[127.0.0.1]",
        "sam@mail.example, alex@mail.example",
        "sam@mail.example;alex@mail.example",
        "Sam <sam@mail.example>",
        '"sam example"@mail.example',
        "sam(work)@mail.example",
        "sam@mail.example\n",
        "sam@mail.example\r\nBcc: everybody@mail.example",
        "=?utf-8?q?sam=40mail.example=2c?=@mail.example",
        "=?utf-8?b?CkJjYzogYUBiLmNk?=@mail.example",
        "sam\x00@mail.example",
        "sam@mail\t.example",
        "sam@café.example",
        "zoë@mail.example",
        "sam@mail.example\u2028",
        f"{'a' * 65}@mail.example",
        f"sam@{'b' * 64}.example",
        "sam@" + ".".join(["b" * 60] * 5),
    ],
    ids=repr,
)
def test_anything_else_is_refused_and_not_repeated(typed: str) -> None:
    with pytest.raises(AddressError) as refused:
        read_address(typed)
    assert not typed.strip() or typed not in str(refused.value)


def test_an_international_domain_is_told_how_to_be_written() -> None:
    with pytest.raises(AddressError, match="xn--"):
        read_address("sam@café.example")


@given(st.text(max_size=40) | st.from_regex(r"[a-z.@ \r\n<>\"]{1,30}"))
def test_what_is_read_is_one_line_with_one_at_sign(typed: str) -> None:
    try:
        address = read_address(typed)
    except AddressError:
        return
    assert address.isascii()
    assert address.isprintable()
    assert address.count("@") == 1
    assert not set(address) & set(' ,;<>()"[]\\')
