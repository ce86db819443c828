"""RFC 9901 section 7.1: what an issuer signed, or a stranger put in its place, and the disclosures beside it."""

import hashlib
import hmac
import json

from tests.outside.cases import may_accept, may_refuse, must_refuse, valid
from tests.outside.drafts import AUDIENCE, HOLDER, NOW, STRANGER, Draft, Key, b64, compact

# What is valid.


@valid("RFC 9901 sections 4 and 7")
def untouched(draft: Draft) -> None:
    pass


@may_accept("RFC 9901 section 4.1.1: sha-256 is the one that all know", hash_name="sha-384")
def sha_384(draft: Draft) -> None:
    pass


@may_accept("RFC 9901 section 4.1.1: sha-256 is the one that all know", hash_name="sha-512")
def sha_512(draft: Draft) -> None:
    pass


@valid("RFC 9901 section 4.1.1: sha-256 where it is left out")
def hash_name_left_out(draft: Draft) -> None:
    del draft.payload["_sd_alg"]


@valid("RFC 9901 section 7.1 step 3.c.i: digests without a disclosure are ignored")
def nothing_disclosed(draft: Draft) -> None:
    draft.disclosures.clear()


@valid("RFC 9901 section 4.2.4.1")
def empty_list_of_digests(draft: Draft) -> None:
    draft.payload["nothing"] = {"_sd": []}


@valid("RFC 9901 section 4.2.2")
def element_that_is_an_object_with_digests(draft: Draft) -> None:
    inner = draft.disclose("street", "x")
    row = draft.disclose({"_sd": [draft.digest(inner)]})
    draft.payload["rows"].append({"...": draft.digest(row)})
    draft.disclosures += [inner, row]


@valid("RFC 7515 section 4.1.4: kid is optional")
def no_kid(draft: Draft) -> None:
    del draft.jwt.header["kid"]


@valid("RFC 7519 section 2: NumericDate may have a fraction")
def times_with_a_fraction(draft: Draft) -> None:
    draft.payload.update(iat=NOW - 60.25, exp=NOW + 3600.5)


@valid("RFC 7519 section 4.1.3")
def meant_for_this_audience(draft: Draft) -> None:
    draft.payload["aud"] = ["https://other.example", AUDIENCE]


# Step 2: the issuer-signed JWT.


@must_refuse("RFC 9901 section 7.1 step 2.a")
def alg_none(draft: Draft) -> None:
    draft.jwt.header["alg"] = "none"
    draft.jwt.sign = lambda _key, _text: b""


@must_refuse("RFC 9901 section 7.1 step 2.a, RFC 8725 section 3.1")
def alg_of_a_shared_secret(draft: Draft) -> None:
    draft.jwt.header["alg"] = "HS256"
    draft.jwt.sign = lambda key, text: hmac.new(compact(key.jwk), text.encode(), hashlib.sha256).digest()


@must_refuse("RFC 9901 section 7.1 step 2.a")
def alg_of_another_curve(draft: Draft) -> None:
    draft.jwt.header["alg"] = "ES384"


@must_refuse("RFC 7515 section 4.1.1")
def alg_missing(draft: Draft) -> None:
    del draft.jwt.header["alg"]


@must_refuse("RFC 9901 section 7.1 step 2.b")
def signature_altered(draft: Draft) -> None:
    def one_bit_off(key: Key, text: str) -> bytes:
        first, *others = key.sign(text)
        return bytes((first ^ 1, *others))

    draft.jwt.sign = one_bit_off


@must_refuse("RFC 9901 section 7.1 step 2.b")
def signature_empty(draft: Draft) -> None:
    draft.jwt.sign = lambda _key, _text: b""


@must_refuse("RFC 9901 section 7.1 step 2.b, RFC 7518 section 3.4")
def signature_of_zeros(draft: Draft) -> None:
    draft.jwt.sign = lambda _key, _text: bytes(64)


@must_refuse("RFC 9901 section 7.1 step 2.b")
def payload_altered(draft: Draft) -> None:
    def another(text: str) -> str:
        header, _, signature = text.split(".")
        return f"{header}.{b64(compact({**draft.payload, 'admin': True}))}.{signature}"

    draft.jwt.finish = another


@must_refuse("RFC 9901 section 7.1 step 2.c")
def signed_by_a_stranger(draft: Draft) -> None:
    draft.jwt.key = STRANGER


@must_refuse("RFC 9901 section 7.1 step 2.c")
def key_from_the_header(draft: Draft) -> None:
    draft.jwt.key = STRANGER
    draft.jwt.header.update(jwk=STRANGER.jwk, kid=STRANGER.kid)


@must_refuse("RFC 9901 section 7.1 step 2.c")
def signed_by_the_holder(draft: Draft) -> None:
    draft.jwt.key = HOLDER


@may_refuse("RFC 7515 section 4.1.4: kid says which key was used")
def kid_of_another_key(draft: Draft) -> None:
    draft.jwt.header["kid"] = STRANGER.kid


@may_refuse("SD-JWT VC section 2.2.1, RFC 8725 section 3.11")
def typ_of_another_token(draft: Draft) -> None:
    draft.jwt.header["typ"] = "at+jwt"


@may_refuse("SD-JWT VC section 2.2.1, RFC 8725 section 3.11")
def typ_missing(draft: Draft) -> None:
    del draft.jwt.header["typ"]


@must_refuse("RFC 7515 section 4.1.11")
def crit_of_an_unknown_extension(draft: Draft) -> None:
    draft.jwt.header.update(crit=["x-must"], **{"x-must": 1})


@must_refuse("RFC 9901 section 7.1 step 2.d")
def unknown_hash(draft: Draft) -> None:
    draft.payload["_sd_alg"] = "md5"


@must_refuse("RFC 9901 section 7.1 step 2.d: names are case-sensitive")
def hash_in_capitals(draft: Draft) -> None:
    draft.payload["_sd_alg"] = "SHA-256"


@must_refuse("RFC 9901 section 7.1 step 2.d")
def hash_that_is_no_text(draft: Draft) -> None:
    draft.payload["_sd_alg"] = ["sha-256"]


# Step 3: disclosures and digests.


@must_refuse("RFC 9901 section 7.1 step 3.c.ii.1")
def property_without_a_name(draft: Draft) -> None:
    draft.add(draft.disclose("value"))


@must_refuse("RFC 9901 section 7.1 step 3.c.ii.1")
def property_of_four_parts(draft: Draft) -> None:
    draft.add(draft.disclose("extra", 1, 2))


@must_refuse("RFC 9901 section 7.1 step 3.c.ii.1")
def property_whose_name_is_no_text(draft: Draft) -> None:
    draft.add(draft.disclose(5, 1))


@must_refuse("RFC 9901 section 7.1 step 3.c.ii.1")
def property_that_is_no_array(draft: Draft) -> None:
    draft.add(draft.disclose(raw=compact({"0": draft.salt(), "1": "extra", "2": 1})))


@must_refuse("RFC 9901 section 7.1 step 3.c.ii.2")
def name_of_digests(draft: Draft) -> None:
    draft.add(draft.disclose("_sd", []))


@must_refuse("RFC 9901 section 7.1 step 3.c.ii.2")
def name_of_dots(draft: Draft) -> None:
    draft.add(draft.disclose("...", "x"))


@must_refuse("RFC 9901 section 7.1 step 3.c.ii.2")
def name_of_digests_below_the_top(draft: Draft) -> None:
    bad = draft.disclose("_sd", [])
    draft.payload["below"] = {"_sd": [draft.digest(bad)]}
    draft.disclosures.append(bad)


@may_refuse("RFC 9901 section 4.1.1: _sd_alg stands at the top, in the clear")
def name_of_the_hash(draft: Draft) -> None:
    bad = draft.disclose("_sd_alg", "sha-256")
    draft.payload["below"] = {"_sd": [draft.digest(bad)]}
    draft.disclosures.append(bad)


@must_refuse("RFC 9901 section 7.1 step 3.c.ii.3")
def name_that_is_visible(draft: Draft) -> None:
    draft.add(draft.disclose("vct", "https://issuer.example/vct/2"))


@must_refuse("RFC 9901 section 7.1 step 3.c.ii.3")
def name_disclosed_twice(draft: Draft) -> None:
    draft.add(draft.disclose("told", "another"))


@must_refuse("RFC 9901 section 7.1 step 3.c.ii.3")
def name_visible_inside_a_disclosure(draft: Draft) -> None:
    draft.replace(draft.outer, draft.disclose("address", {"_sd": [draft.digest(draft.inner)], "street": 1}))


@must_refuse("RFC 9901 section 7.1 step 3.c.iii.1")
def element_with_a_name(draft: Draft) -> None:
    draft.replace(draft.element, draft.disclose("name", "value"))


@must_refuse("RFC 9901 section 7.1 step 3.c.iii.1")
def element_of_a_salt_alone(draft: Draft) -> None:
    draft.replace(draft.element, draft.disclose())


@must_refuse("RFC 9901 section 7.1 step 3.c.iii.1")
def element_that_is_no_array(draft: Draft) -> None:
    draft.replace(draft.element, draft.disclose(raw=compact("text")))


@may_refuse("RFC 9901 section 4.2.1: the salt is a text")
def salt_that_is_no_text(draft: Draft) -> None:
    draft.replace(draft.claim, draft.disclose(raw=compact([5, "told", 1])))


@may_refuse("RFC 9901 section 4.2.4.1")
def digests_that_are_no_array(draft: Draft) -> None:
    draft.payload["below"] = {"_sd": {"a": "b"}}


@may_refuse("RFC 9901 section 4.2.4.1")
def digest_that_is_no_text(draft: Draft) -> None:
    draft.digests.append(5)


@may_refuse("RFC 9901 section 4.2.4.2: no other member beside ...")
def element_with_two_members(draft: Draft) -> None:
    draft.payload["rows"].append({"...": draft.digest(draft.disclose(1)), "more": 1})


@may_refuse("RFC 9901 section 4.1: no claim is called ...")
def dots_outside_an_array(draft: Draft) -> None:
    draft.payload["below"] = {"...": draft.digest(draft.disclose(1))}


@may_refuse("RFC 9901 section 4.1.1: _sd_alg stands at the top")
def hash_name_below_the_top(draft: Draft) -> None:
    draft.payload["below"] = {"_sd_alg": "sha-256"}


# Steps 4 and 5: each digest once, each disclosure referred to.


@must_refuse("RFC 9901 section 7.1 step 4")
def digest_twice_in_one_list(draft: Draft) -> None:
    draft.digests.append(draft.digest(draft.claim))


@must_refuse("RFC 9901 section 7.1 step 4")
def digest_at_two_levels(draft: Draft) -> None:
    draft.payload["below"] = {"_sd": [draft.digest(draft.claim)]}


@must_refuse("RFC 9901 section 7.1 step 4")
def digest_in_two_elements(draft: Draft) -> None:
    draft.payload["rows"].append({"...": draft.digest(draft.element)})


@must_refuse("RFC 9901 section 7.1 step 4")
def decoy_twice(draft: Draft) -> None:
    draft.digests.extend([draft.digest("decoy")] * 2)


@must_refuse("RFC 9901 section 7.1 step 4")
def decoy_in_two_elements(draft: Draft) -> None:
    draft.payload["rows"].extend([{"...": draft.digest("decoy")}] * 2)


@must_refuse("RFC 9901 section 7.1 step 4: directly or by way of a disclosure")
def decoy_at_the_top_and_in_a_disclosure(draft: Draft) -> None:
    draft.digests.append(draft.digest("decoy"))
    draft.add(draft.disclose("holder_of_it", {"_sd": [draft.digest("decoy")]}))


@must_refuse("RFC 9901 section 7.1 step 5")
def disclosure_that_nothing_refers_to(draft: Draft) -> None:
    draft.disclosures.append(draft.disclose("admin", True))


@must_refuse("RFC 9901 section 7.1 step 5")
def disclosure_whose_parent_is_withheld(draft: Draft) -> None:
    draft.disclosures.remove(draft.outer)


@must_refuse("RFC 9901 section 7.1 step 5")
def disclosure_altered(draft: Draft) -> None:
    position = draft.disclosures.index(draft.claim)
    draft.disclosures[position] = draft.disclose("told", "forged")


@must_refuse("RFC 9901 section 7.1 step 5, section 4.2.3: the digest is over the text")
def disclosure_named_by_the_digest_of_its_bytes(draft: Draft) -> None:
    raw = compact([draft.salt(), "extra", 1])
    draft.digests.append(b64(hashlib.sha256(raw).digest()))
    draft.disclosures.append(b64(raw))


@may_refuse("RFC 9901 section 7.1 step 5: one digest refers to one disclosure")
def disclosure_sent_twice(draft: Draft) -> None:
    draft.disclosures.append(draft.claim)


# Step 6: whether it is valid here and now.


@must_refuse("RFC 9901 section 7.1 step 6, RFC 7519 section 4.1.4")
def expired(draft: Draft) -> None:
    draft.payload["exp"] = NOW - 3600


@must_refuse("RFC 9901 section 7.1 step 6, RFC 7519 section 4.1.5")
def not_yet_valid(draft: Draft) -> None:
    draft.payload["nbf"] = NOW + 3600


@may_refuse("RFC 9901 section 7.1 step 6, RFC 7519 section 4.1.6")
def issued_in_the_future(draft: Draft) -> None:
    draft.payload["iat"] = NOW + 3600


@must_refuse("RFC 9901 section 7.1 step 6: the processed payload counts")
def expired_in_a_disclosure(draft: Draft) -> None:
    del draft.payload["exp"]
    draft.add(draft.disclose("exp", NOW - 3600))


@must_refuse("RFC 9901 section 7.1 step 6, RFC 7519 section 4.1.4: exp is a number")
def expiry_that_is_text(draft: Draft) -> None:
    draft.payload["exp"] = "tomorrow"


@must_refuse("RFC 9901 section 7.1 step 6, RFC 7519 section 4.1.3")
def meant_for_another_audience(draft: Draft) -> None:
    draft.payload["aud"] = "https://other.example"


# JSON of the issuer-signed JWT.


@must_refuse("RFC 7519 section 7.2 step 10: completely valid JSON")
def payload_with_nan(draft: Draft) -> None:
    draft.jwt.encode_payload = lambda payload: json.dumps({**payload, "level": float("nan")}).encode()


@must_refuse("RFC 7519 section 7.2 step 10: an object")
def payload_in_an_array(draft: Draft) -> None:
    draft.jwt.encode_payload = lambda payload: compact([payload])


@must_refuse("RFC 7519 section 7.2 step 10: UTF-8")
def payload_in_another_encoding(draft: Draft) -> None:
    draft.jwt.encode_payload = lambda payload: compact(payload)[:-1] + b',"a_town":"\xe9"}'


@must_refuse("RFC 7519 section 7.2 step 10: completely valid JSON")
def payload_followed_by_more(draft: Draft) -> None:
    draft.jwt.encode_payload = lambda payload: compact(payload) + b"{}"


@may_refuse("RFC 7519 section 4: claim names are unique")
def payload_with_a_member_twice(draft: Draft) -> None:
    draft.jwt.encode_payload = lambda payload: (
        b'{"told_by":"a",' + compact(payload)[1:-1] + b',"told_by":"b"}'
    )


@may_refuse("RFC 7515 section 4: header parameter names are unique")
def header_with_a_member_twice(draft: Draft) -> None:
    draft.jwt.encode_header = lambda header: b'{"alg":"ES256",' + compact(header)[1:]


@may_refuse("RFC 8259 section 8.1: no byte order mark")
def payload_with_a_byte_order_mark(draft: Draft) -> None:
    draft.jwt.encode_payload = lambda payload: b"\xef\xbb\xbf" + compact(payload)


@may_refuse("RFC 8259 section 8.2: a lone surrogate is no text")
def payload_with_half_a_character(draft: Draft) -> None:
    draft.jwt.encode_payload = lambda payload: compact(payload)[:-1] + b',"a_town":"\\ud800"}'
