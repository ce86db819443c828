"""What a verifier asks of an SD-JWT. Leaves out: how it is checked (`issuers.verification`)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

CLOCK_LEEWAY: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class SdJwtPolicy:
    """What is asked for. RFC 9901 section 7.3 step 1: this alone decides whether key binding is required.

    Key binding that is present is always checked, required or not.
    """

    audience: str | None = (
        None  # of key binding, and of an SD-JWT that has an audience; None takes any in key binding
    )
    nonce: str | None = None  # None takes any
    require_key_binding: bool = False
    leeway: timedelta = (
        CLOCK_LEEWAY  # how far ahead another machine's clock may be; nothing is taken after its end
    )
    max_key_binding_age: timedelta | None = None  # None: any age, but not older than the SD-JWT itself
    required_claims: frozenset[str] = frozenset()  # RFC 9901 section 9.7: names at the top that must be there

    @property
    def asks_for_key_binding(self) -> bool:
        """Whether key binding must be there: also when an audience or nonce is expected, which it alone can name."""
        return self.require_key_binding or self.audience is not None or self.nonce is not None
