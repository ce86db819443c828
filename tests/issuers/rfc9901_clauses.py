"""Every normative clause of RFC 9901 sections 7.1 and 7.3, and those of sections 4 and 7.2 that are enforced, as data.

Numbers are the RFC's: its lists go 1, a, i, 1. Summaries are our own words; the RFC says what is binding. A test says
which clauses it shows with `@pytest.mark.rfc9901("7.1/4")`.
"""

from typing import Final, NamedTuple


class Clause(NamedTuple):
    """One clause. `code`: of the error that refuses what breaks it; None where nothing can break it."""

    number: str
    summary: str
    code: str | None = None


CLAUSES: Final = (
    # Section 4: the format.
    Clause(
        "4",
        "JWT, disclosures and key binding stand between tildes; without key binding a tilde ends it",
        "sd_jwt_format",
    ),
    Clause(
        "4.1", "_sd and ... are no names of claims, in the payload or in what is disclosed", "digest_format"
    ),
    Clause("4.1.1", "_sd_alg stands at the top alone; absent it means sha-256", "sd_alg_unknown"),
    Clause("4.1.2", "the holder's key is the one that cnf names", "holder_key"),
    Clause(
        "4.2.1",
        "a property's disclosure is base64url of JSON: salt (text), name (text), value",
        "disclosure_format",
    ),
    Clause("4.2.2", "an element's disclosure is base64url of JSON: salt (text), value", "disclosure_format"),
    Clause(
        "4.2.3",
        "digests are taken over the ASCII text of a disclosure, not over its bytes",
        "disclosure_unreferenced",
    ),
    Clause("4.2.4.1", "_sd is an array of texts, at any level", "digest_format"),
    Clause("4.2.4.2", "... is the only member of its element and holds a text", "digest_format"),
    Clause("4.2.5", "a decoy matches no disclosure and is not to be told from a digest"),
    Clause("4.2.6", "a disclosure inside another comes with it", "disclosure_unreferenced"),
    Clause("4.3", "a key-binding JWT has typ, alg, iat, aud, nonce (text) and sd_hash", "kb_claims"),
    Clause("4.3.1", "sd_hash is taken with the hash of _sd_alg, over all up to the last tilde", "kb_sd_hash"),
    # Section 7.1: the SD-JWT.
    Clause("7.1/1", "take the SD-JWT apart", "sd_jwt_format"),
    Clause("7.1/2.a", "the algorithm is one deemed secure; none never is", "token_alg"),
    Clause("7.1/2.b", "the issuer's signature verifies", "signature_invalid"),
    Clause("7.1/2.c", "the issuer is who it should be, and the key is the issuer's", "unknown_key"),
    Clause("7.1/2.d", "_sd_alg is understood and deemed secure", "sd_alg_unknown"),
    Clause("7.1/3.a.i", "calculate the digest of each disclosure"),
    Clause("7.1/3.b.i", "find every _sd that is an array of texts"),
    Clause("7.1/3.b.ii", "find every element whose one member is ... with a text"),
    Clause("7.1/3.c.i", "a digest without a disclosure is ignored"),
    Clause("7.1/3.c.ii.1", "in _sd: not salt, name and value is rejected", "disclosure_not_property"),
    Clause("7.1/3.c.ii.2", "in _sd: a claim called _sd or ... is rejected", "disclosure_reserved_name"),
    Clause("7.1/3.c.ii.3", "in _sd: a name that exists at its level is rejected", "disclosure_claim_exists"),
    Clause("7.1/3.c.ii.4", "in _sd: the claim is put at the level of the _sd"),
    Clause("7.1/3.c.ii.5", "in _sd: the value is processed in its turn"),
    Clause("7.1/3.c.iii.1", "in an array: not salt and value is rejected", "disclosure_not_element"),
    Clause("7.1/3.c.iii.2", "in an array: the value takes the element's place"),
    Clause("7.1/3.c.iii.3", "in an array: the value is processed in its turn"),
    Clause("7.1/3.d", "elements whose digest was not found are taken out"),
    Clause("7.1/3.e", "every _sd is taken out, and an object may stay empty"),
    Clause("7.1/3.f", "_sd_alg is taken out"),
    Clause("7.1/4", "a digest that is met twice is rejected", "digest_repeated"),
    Clause("7.1/5", "a disclosure that no digest names is rejected", "disclosure_unreferenced"),
    Clause("7.1/6", "nbf, exp and aud of the processed payload are kept; a required one is there", "expired"),
    Clause("7.1/end", "one failed step ends it, and nothing is handed on"),
    # Section 7.2: what a holder is given.
    Clause("7.2", "an SD-JWT+KB that a holder is given is rejected", "credential_bound"),
    # Section 7.3: the presentation.
    Clause("7.3/1", "the policy decides whether key binding is asked for, never its presence"),
    Clause("7.3/2", "key binding that is required and missing is rejected", "kb_missing"),
    Clause("7.3/3", "take the SD-JWT+KB apart", "kb_format"),
    Clause("7.3/4", "the SD-JWT itself passes section 7.1"),
    Clause("7.3/5.a", "the holder's key comes out of the SD-JWT", "holder_key"),
    Clause("7.3/5.b", "the algorithm is one deemed secure; none never is", "kb_alg"),
    Clause("7.3/5.c", "the holder's signature verifies", "kb_signature"),
    Clause("7.3/5.d", "typ is kb+jwt", "kb_typ"),
    Clause("7.3/5.e", "iat is within an acceptable window", "kb_time"),
    Clause("7.3/5.f", "nonce and aud are those of this transaction and verifier", "kb_nonce"),
    Clause("7.3/5.g", "sd_hash is that of the JWT and the disclosures", "kb_sd_hash"),
    Clause("7.3/5.h", "it is a valid JWT in all other respects", "kb_dates"),
    Clause("7.3/end", "one failed step ends it, and nothing is handed on"),
)

NUMBERS: Final = frozenset(clause.number for clause in CLAUSES)
