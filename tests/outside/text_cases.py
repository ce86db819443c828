"""The compact form and its encodings: RFC 9901 section 4, base64url of RFC 7515 section 2, JSON of disclosures."""

import json
from base64 import urlsafe_b64encode

from tests.outside.cases import may_refuse, must_refuse, valid
from tests.outside.drafts import Draft, b64, compact

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _unused_bits_set(text: str) -> str:
    """Return base64url of 64 bytes, whose last character has 4 bits that no byte uses, with one of them set."""
    return text[:-1] + ALPHABET[ALPHABET.index(text[-1]) ^ 1]


@valid("RFC 8259 section 2: space between tokens")
def header_and_payload_with_spaces(draft: Draft) -> None:
    draft.jwt.encode_header = draft.jwt.encode_payload = lambda members: json.dumps(
        members, indent=1
    ).encode()


@valid("RFC 8259 section 7: any character may be escaped")
def names_with_escapes(draft: Draft) -> None:
    draft.replace(
        draft.outer,
        draft.disclose(
            raw=b'["%s","address",{"\\u005fsd":["%s"],"open":1}]'
            % (draft.salt().encode(), draft.digest(draft.inner).encode())
        ),
    )


@may_refuse("RFC 9901 section 4: a tilde after the JWT", bound=False)
def no_tilde_at_all(draft: Draft) -> None:
    draft.binding = None
    draft.disclosures.clear()
    draft.finish = lambda text: text.rstrip("~")


@may_refuse("RFC 9901 section 7.3 step 3: after the last tilde stands a JWT or nothing", bound=False)
def last_tilde_missing(draft: Draft) -> None:
    draft.binding = None
    draft.finish = lambda text: text[:-1]


@may_refuse("RFC 9901 section 4: no part between tildes is empty", bound=False)
def empty_part_between_tildes(draft: Draft) -> None:
    draft.binding = None
    draft.finish = lambda text: text + "~"


@must_refuse("RFC 7515 section 7.1: three parts")
def jwt_of_two_parts(draft: Draft) -> None:
    draft.jwt.finish = lambda text: text.rpartition(".")[0]


@must_refuse("RFC 7515 section 7.1: three parts")
def jwt_of_four_parts(draft: Draft) -> None:
    draft.jwt.finish = lambda text: text + ".AAAA"


@must_refuse("RFC 7515 section 5.2 step 7: no additional characters")
def line_feed_at_the_end(draft: Draft) -> None:
    draft.finish = lambda text: text + "\n"


@must_refuse("RFC 7515 section 5.2 step 2: no additional characters")
def padding_in_the_header(draft: Draft) -> None:
    draft.jwt.header["x"] = ""
    while len(compact(draft.jwt.header)) % 3 == 0:
        draft.jwt.header["x"] += "x"
    draft.jwt.encode_payload = lambda payload: compact(payload) + b" " * (-len(compact(payload)) % 3)
    draft.jwt.spell = lambda data: urlsafe_b64encode(data).decode()


@must_refuse("RFC 7515 section 5.2 step 6: no additional characters")
def padding_in_the_payload(draft: Draft) -> None:
    draft.payload["x"] = ""
    while len(compact(draft.payload)) % 3 == 0:
        draft.payload["x"] += "x"
    draft.jwt.encode_header = lambda header: compact(header) + b" " * (-len(compact(header)) % 3)
    draft.jwt.spell = lambda data: urlsafe_b64encode(data).decode()


@must_refuse("RFC 7515 section 5.2 step 7: no additional characters")
def padding_after_the_signature(draft: Draft) -> None:
    draft.jwt.finish = lambda text: text + "=="


@must_refuse("RFC 7515 section 5.2 step 6: no additional characters")
def space_in_the_payload(draft: Draft) -> None:
    def with_space(data: bytes) -> str:
        return b64(data)[:4] + " " + b64(data)[4:]

    draft.jwt.spell = with_space


@must_refuse("RFC 7515 section 2: the alphabet of base64url")
def signature_in_the_other_alphabet(draft: Draft) -> None:
    def sign_until_it_shows(key: object, text: str) -> bytes:
        while True:
            signature = draft.jwt.key.sign(text)
            if {"-", "_"} & set(b64(signature)):
                return signature

    draft.jwt.sign = sign_until_it_shows
    draft.jwt.finish = lambda text: ".".join(
        (*text.split(".")[:2], text.split(".")[2].replace("-", "+").replace("_", "/"))
    )


@may_refuse("RFC 4648 section 3.5: bits that no byte uses are zero")
def unused_bits_in_the_signature(draft: Draft) -> None:
    draft.jwt.finish = _unused_bits_set


@may_refuse("RFC 4648 section 3.5: bits that no byte uses are zero")
def unused_bits_in_the_kb_signature(draft: Draft) -> None:
    assert draft.binding is not None
    draft.binding.finish = _unused_bits_set


@may_refuse("RFC 9901 section 4.2.1, RFC 7515 section 2: no padding")
def padding_in_a_disclosure(draft: Draft) -> None:
    text = draft.disclose(raw=b'["salt","extra",100]')  # 20 bytes
    draft.add(text + "=" * (-len(text) % 4))


@may_refuse("RFC 9901 section 4.2.1, RFC 7515 section 2: the alphabet of base64url")
def disclosure_with_a_foreign_character(draft: Draft) -> None:
    draft.add("!" + draft.disclose("extra", 1))


@must_refuse("RFC 9901 section 7.1 step 3.c.ii.1")
def disclosure_that_is_no_json(draft: Draft) -> None:
    draft.add(draft.disclose(raw=b'["salt","extra",'))


@may_refuse("RFC 8259 section 4: names within an object are unique")
def disclosure_with_a_member_twice(draft: Draft) -> None:
    draft.add(draft.disclose(raw=b'["salt","extra",{"a":1,"a":2}]'))


@may_refuse("RFC 8259 section 6: NaN is no number")
def disclosure_with_nan(draft: Draft) -> None:
    draft.add(draft.disclose(raw=b'["salt","extra",NaN]'))


@may_refuse("RFC 8259 section 6: no number is infinite")
def disclosure_with_a_number_too_large(draft: Draft) -> None:
    draft.add(draft.disclose(raw=b'["salt","extra",1e999]'))


@may_refuse("RFC 8259 section 8.1: no byte order mark")
def disclosure_with_a_byte_order_mark(draft: Draft) -> None:
    draft.add(draft.disclose(raw=b'\xef\xbb\xbf["salt","extra",1]'))


@may_refuse("RFC 8259 section 8.1: UTF-8")
def disclosure_in_another_encoding(draft: Draft) -> None:
    draft.add(draft.disclose(raw=b'["salt","extra","\xe9"]'))


@may_refuse("RFC 8259 section 8.2: a lone surrogate is no text")
def disclosure_with_half_a_character(draft: Draft) -> None:
    draft.add(draft.disclose(raw=b'["salt","extra","\\ud800"]'))


@may_refuse("RFC 8259 section 9: a parser may limit how deep values nest")
def disclosure_that_nests_deep(draft: Draft) -> None:
    draft.add(draft.disclose(raw=b'["salt","extra",' + b"[" * 40 + b"]" * 40 + b"]"))
