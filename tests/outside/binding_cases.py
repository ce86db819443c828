"""RFC 9901 section 7.3: key binding, and what was done to a presentation after it was bound."""

from tests.outside.cases import may_refuse, must_refuse, valid
from tests.outside.drafts import AUDIENCE, HOLDER, NONCE, NOW, STRANGER, Draft, Jws, b64, compact


def _binding(draft: Draft) -> Jws:
    assert draft.binding is not None
    return draft.binding


@valid("RFC 9901 section 7.3 step 1: a policy may do without", bound=False)
def without_key_binding(draft: Draft) -> None:
    draft.binding = None


@valid("RFC 7800 section 3.2")
def holders_key_with_its_use(draft: Draft) -> None:
    draft.payload["cnf"]["jwk"].update(use="sig", alg="ES256")


@must_refuse("RFC 9901 section 7.3 step 2")
def key_binding_missing(draft: Draft) -> None:
    draft.binding = None


@must_refuse("RFC 9901 section 7.3 step 3")
def key_binding_that_is_no_jwt(draft: Draft) -> None:
    _binding(draft).finish = lambda text: text.rpartition(".")[0]


# Step 5: the key-binding JWT.


@must_refuse("RFC 9901 section 7.3 step 5.a")
def holders_key_missing(draft: Draft) -> None:
    del draft.payload["cnf"]


@must_refuse("RFC 9901 section 7.3 step 5.a")
def holders_key_off_the_curve(draft: Draft) -> None:
    draft.payload["cnf"]["jwk"]["y"] = HOLDER.jwk["x"]


@may_refuse("RFC 7517 section 4.2: a key for encryption signs nothing")
def holders_key_for_encryption(draft: Draft) -> None:
    draft.payload["cnf"]["jwk"]["use"] = "enc"


@may_refuse("RFC 7517 section 4.3")
def holders_key_for_agreement(draft: Draft) -> None:
    draft.payload["cnf"]["jwk"]["key_ops"] = ["deriveKey"]


@may_refuse("SD-JWT VC section 2.2.2.1: cnf is no disclosure")
def holders_key_in_a_disclosure(draft: Draft) -> None:
    draft.add(draft.disclose("cnf", draft.payload.pop("cnf")))


@must_refuse("RFC 9901 section 7.3 step 5.b")
def kb_alg_none(draft: Draft) -> None:
    _binding(draft).header["alg"] = "none"
    _binding(draft).sign = lambda _key, _text: b""


@must_refuse("RFC 9901 section 7.3 step 5.b")
def kb_alg_of_another_curve(draft: Draft) -> None:
    _binding(draft).header["alg"] = "ES384"


@must_refuse("RFC 9901 section 7.3 step 5.c")
def kb_signed_by_a_stranger(draft: Draft) -> None:
    _binding(draft).key = STRANGER


@must_refuse("RFC 9901 section 7.3 step 5.c")
def kb_key_from_its_header(draft: Draft) -> None:
    _binding(draft).key = STRANGER
    _binding(draft).header["jwk"] = STRANGER.jwk


@must_refuse("RFC 9901 section 7.3 step 5.c")
def kb_altered(draft: Draft) -> None:
    def another(text: str) -> str:
        header, _, signature = text.split(".")
        return f"{header}.{b64(compact({**_binding(draft).payload, 'iat': NOW - 1}))}.{signature}"

    _binding(draft).finish = another


@may_refuse("RFC 7515 section 4.1.4: kid says which key was used")
def kb_kid_of_another_key(draft: Draft) -> None:
    _binding(draft).header["kid"] = STRANGER.kid


@must_refuse("RFC 9901 section 7.3 step 5.d")
def kb_typ_of_another_token(draft: Draft) -> None:
    _binding(draft).header["typ"] = "JWT"


@must_refuse("RFC 9901 section 7.3 step 5.d")
def kb_typ_missing(draft: Draft) -> None:
    del _binding(draft).header["typ"]


@must_refuse("RFC 9901 section 7.3 step 5.e")
def kb_iat_missing(draft: Draft) -> None:
    del _binding(draft).payload["iat"]


@must_refuse("RFC 9901 section 7.3 step 5.e")
def kb_iat_in_the_future(draft: Draft) -> None:
    _binding(draft).payload["iat"] = NOW + 3600


@must_refuse("RFC 9901 section 7.3 step 5.e")
def kb_iat_long_ago(draft: Draft) -> None:
    draft.payload["iat"] = NOW - 7200
    _binding(draft).payload["iat"] = NOW - 3600


@must_refuse("RFC 9901 section 7.3 step 5.e")
def kb_iat_that_is_text(draft: Draft) -> None:
    _binding(draft).payload["iat"] = "now"


@must_refuse("RFC 9901 section 7.3 step 5.f")
def kb_nonce_of_another_request(draft: Draft) -> None:
    _binding(draft).payload["nonce"] = "another"


@must_refuse("RFC 9901 section 7.3 step 5.f")
def kb_nonce_missing(draft: Draft) -> None:
    del _binding(draft).payload["nonce"]


@must_refuse("RFC 9901 section 7.3 step 5.f")
def kb_audience_of_another_verifier(draft: Draft) -> None:
    _binding(draft).payload["aud"] = "https://other.example"


@must_refuse("RFC 9901 section 7.3 step 5.f")
def kb_audience_missing(draft: Draft) -> None:
    del _binding(draft).payload["aud"]


@may_refuse("RFC 9901 section 4.3: aud is a single text")
def kb_audience_in_a_list(draft: Draft) -> None:
    _binding(draft).payload["aud"] = [AUDIENCE]


@must_refuse("RFC 9901 section 7.3 step 5.g")
def kb_hash_missing(draft: Draft) -> None:
    draft.bound_to = lambda _shown: ""
    _binding(draft).encode_payload = lambda payload: compact(
        {name: value for name, value in payload.items() if name != "sd_hash"}
    )


@must_refuse("RFC 9901 section 7.3 step 5.g")
def kb_of_the_jwt_alone(draft: Draft) -> None:
    draft.bound_to = lambda shown: shown.split("~")[0] + "~"


@must_refuse("RFC 9901 section 7.3 step 5.g, section 4.3.1: with its last tilde")
def kb_without_the_last_tilde(draft: Draft) -> None:
    draft.bound_to = lambda shown: shown[:-1]


@must_refuse("RFC 9901 section 7.3 step 5.g")
def disclosure_dropped_after_binding(draft: Draft) -> None:
    draft.rebind = lambda shown: [one for one in shown if one != draft.claim]


@must_refuse("RFC 9901 section 7.3 step 5.g")
def disclosures_swapped_after_binding(draft: Draft) -> None:
    draft.rebind = lambda shown: [*shown[1:], shown[0]]


@must_refuse("RFC 9901 section 7.3 step 5.g")
def kb_of_another_presentation(draft: Draft) -> None:
    draft.bound_to = lambda shown: shown.replace("~", "~AAAA~", 1)


@must_refuse("RFC 9901 section 7.3 step 5.h, RFC 7519 section 4.1.4")
def kb_expired(draft: Draft) -> None:
    _binding(draft).payload["exp"] = NOW - 3600


@must_refuse("RFC 9901 section 7.3 step 5.h, RFC 7519 section 4.1.5")
def kb_not_yet_valid(draft: Draft) -> None:
    _binding(draft).payload["nbf"] = NOW + 3600


@must_refuse("RFC 9901 section 7.3 step 5.h, RFC 7515 section 4.1.11")
def kb_crit_of_an_unknown_extension(draft: Draft) -> None:
    _binding(draft).header.update(crit=["x-must"], **{"x-must": 1})


@may_refuse("RFC 7519 section 4: claim names are unique")
def kb_with_a_member_twice(draft: Draft) -> None:
    nonce = compact(NONCE)
    _binding(draft).encode_payload = lambda payload: b'{"nonce":' + nonce + b"," + compact(payload)[1:]
