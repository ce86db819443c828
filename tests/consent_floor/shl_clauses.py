"""Every SHALL of SMART Health Links in HL7 SMART Health Cards and Links IG 1.0.0, as data.

The guide numbers nothing: a clause is named by its heading there and its place under it. Summaries are our own words;
the guide says what is binding. A test says which clauses it shows with `@pytest.mark.shl("request/3")`. Clauses that
bind only applications which fetch links of others say why nothing here can break them.
"""

from typing import Final, NamedTuple

NOTHING_FETCHED: Final = "no link is fetched here: only this service's own are opened, without a request"
ONLY_PLAIN: Final = "every link made here is a plain one"


class Clause(NamedTuple):
    """One clause. `left_out`: why it cannot bind this service; None where a test must show it."""

    number: str
    summary: str
    left_out: str | None = None


CLAUSES: Final = (
    # "Pre-protocol step: Sharing User configures a new SMART Health Link"
    Clause("configure/1", "a random key is made for each link when it is set up"),
    # "Establish a SMART Health Link Manifest URL"
    Clause("url/1", "a manifest URL has at least 256 bits of entropy"),
    Clause("url/2", "a manifest URL has at most 128 characters"),
    # "Construct a SMART Health Link Payload"
    Clause("payload/key", "key is 43 characters: 32 random bytes in base64url"),
    Clause("payload/exp", "exp is a number of seconds since 1970"),
    Clause(
        "payload/flag",
        "flags are single characters in alphabetical order: L for what can change, P for a passcode",
    ),
    Clause("payload/flag-u", "U does not stand beside P"),
    Clause("payload/label", "label has at most 80 characters"),
    Clause(
        "payload/form",
        "minified, base64url, after shlink:/ and perhaps after the address of a viewer with a #",
    ),
    # "Protocol Versioning"
    Clause("version/1", "payloads are made as version 1 says"),
    Clause("version/2", "label, exp and flag mean what they mean in version 1"),
    Clause("version/3", "properties of a payload that are not known are ignored"),
    Clause("version/4", "flags that are not known are ignored"),
    Clause("version/5", "parameters and headers of a manifest request that are not known are ignored"),
    Clause("update/1", "a later version of a file is encrypted with the key of the first"),
    # "Including additional client authentication", "Extensions", "transmits a SMART Health Link"
    Clause(
        "extension/1", "FHIR extensions in a manifest that are not understood are ignored", NOTHING_FETCHED
    ),
    Clause("extension/2", "extension properties of a payload that are not understood are ignored"),
    Clause("material/1", "what asks for more material does not call itself a SMART Health Link", ONLY_PLAIN),
    # "SMART Health Link Manifest Request"
    Clause(
        "request/1", "a manifest is asked for by POST of JSON with recipient, passcode, embeddedLengthMax"
    ),
    Clause("request/2", "passcode is given where the flag P stands"),
    Clause("request/3", "a link that is no longer active is answered with 404"),
    Clause("request/4", "a wrong passcode is rejected, and wrong ones are counted over the life of the link"),
    Clause("request/5", "a wrong passcode is answered with 401 and remainingAttempts in JSON"),
    # "SMART Health Link Manifest File"
    Clause("manifest/1", "a valid request is answered with a manifest as application/json"),
    Clause("manifest/2", "a file without embedded content has a location"),
    Clause("manifest/3", "a file without a location has embedded content"),
    Clause("manifest/4", "a location is short-lived and meant for one use"),
    # ".files.location links"
    Clause("location/1", "a location needs no authentication of its own"),
    Clause("location/2", "a location lives for an hour at most"),
    Clause("location/3", "a client takes locations as short-lived, perhaps good once", NOTHING_FETCHED),
    Clause(
        "location/4",
        "a client asks no location after an hour, and can ask for the manifest anew",
        NOTHING_FETCHED,
    ),
    Clause("location/5", "a location answers a GET with application/jose and the JWE"),
    # ".files.embedded content"
    Clause("embedded/1", "no embedded content is longer than embeddedLengthMax"),
    Clause("embedded/2", "embedded content is up to date when the manifest is asked for"),
    # "Polling manifest for changes"
    Clause("poll/1", "after a 429, Retry-After says when a client shall ask again"),
    # "SMART Health Link Direct File Request (with U Flag)"
    Clause("direct/1", "with the flag U, no manifest is asked for but the file", NOTHING_FETCHED),
    # "Encrypting and Decrypting Files"
    Clause("encrypt/1", "files are compact JWE: dir, A256GCM, and cty says what the content is"),
    Clause("encrypt/2", "no nonce is used twice, neither for files nor for their later versions"),
    # "Conformance and User-Facing Identification"
    Clause("plain/1", "a client that knows nothing but the guide gets through to the files"),
    Clause("plain/2", "shlink: is for plain links alone", ONLY_PLAIN),
    Clause("plain/3", "the name and the logo are for plain links alone", ONLY_PLAIN),
    Clause("plain/4", "who defines links that are not plain gives them a scheme of their own", ONLY_PLAIN),
)
NUMBERS: Final = frozenset(clause.number for clause in CLAUSES if clause.left_out is None)
