"""How sure we are of a recipient: each level has its sentence, and only from a work address up may an answer travel."""

import pytest

from consent.assurance import at_least, may_travel, sentence
from consent.personal_domains import PERSONAL_DOMAINS, PROVIDERS
from consent.work_email import AddressProblem, WorkAddress, work_address
from schemas.consent_vocabulary import Assurance
from schemas.vocabulary import Language

CHECKED = {"name": "Pat", "address": "pat@acme.example", "organisation": "House of jo"}


def test_each_level_includes_the_one_before() -> None:
    levels = list(Assurance)
    for low, one in enumerate(levels):
        assert [at_least(one, needed) for needed in levels] == [at <= low for at in range(len(levels))]


def test_an_answer_travels_from_a_work_address_up() -> None:
    assert [may_travel(level) for level in Assurance] == [False, True, True]


@pytest.mark.parametrize("language", Language)
def test_each_level_says_itself_apart_in_both_languages(language: Language) -> None:
    said = {sentence(level, language, **CHECKED) for level in Assurance}
    assert len(said) == len(Assurance)
    assert "acme" not in sentence(Assurance.LINK, language, **CHECKED)


def test_nobody_is_named_by_what_was_not_checked() -> None:
    with pytest.raises(ValueError, match="address"):
        sentence(Assurance.WORK_EMAIL, Language.ENGLISH, name="Pat")
    with pytest.raises(ValueError, match="organisation"):
        sentence(Assurance.TRUST_LIST, Language.ENGLISH, name="Pat")
    assert sentence(Assurance.LINK, Language.ENGLISH) == "Someone with the link"


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (" Pat@ACME.Example ", "Pat@acme.example"),
        ("p.q+r@a.b.co.uk", "p.q+r@a.b.co.uk"),
        ("o'neil@xn--caf-dma.example", "o'neil@xn--caf-dma.example"),
    ],
)
def test_a_work_address_is_written_one_way(typed: str, text: str) -> None:
    found = work_address(typed)
    assert isinstance(found, WorkAddress)
    assert found.text == text


OF_MANY_COUNTRIES = [
    f"{name}.{rest}" for name in sorted(PROVIDERS) for rest in ("com", "ie", "fr", "co.uk", "com.au")
]
BELOW = ("mail.gmail.com", "a.b.hotmail.co.uk", "sam.plus.com", "x.tempmail.plus")


@pytest.mark.parametrize(
    "domain",
    [
        "outlook.acme.example",
        "outlook.consulting",
        "gmx-acme.de",
        "live.acme.co.uk",
        "live.abc.uk",
        "acme-live.com",
        "notgmail.com",
        "gmail.com.acme.example",
        "proton.com",
        "acme.onmicrosoft.com",
        "nhs.net",
        "gov.wales",
    ],
)
def test_a_name_that_reminds_of_a_provider_is_none(domain: str) -> None:
    assert isinstance(work_address(f"pat@{domain}"), WorkAddress)


@pytest.mark.parametrize("domain", sorted({*PERSONAL_DOMAINS, *OF_MANY_COUNTRIES, *BELOW}))
def test_a_personal_address_is_told_apart_however_it_is_spelt(domain: str) -> None:
    assert work_address(f"pat@{domain.upper()}") is AddressProblem.PERSONAL


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "pat",
        "@acme.example",
        "pat@",
        "pat@acme",
        "pat@@acme.example",
        "pat@-acme.example",
        "pat@acme..example",
        "pat@192.0.2.1",
        "=?utf-8?q?kim=40bank.example=2c?=@acme.example",
        "pat@[192.0.2.1]",
        '"pat x"@acme.example',
        "pat @acme.example",
        "pat@acme.example\r\nBcc: x@y.example",
        "pat\0@acme.example",
        "p\u00e4t@acme.example",
        ".pat@acme.example",
        "x" * 65 + "@acme.example",
        "pat@" + "a" * 250 + ".example",
        "pat@acme.example,kim@acme.example",
    ],
)
def test_what_is_no_address_gets_no_code(typed: str) -> None:
    assert work_address(typed) is AddressProblem.FORM
