"""What a case is: one change to a valid SD-JWT, the answer that is right, and the clause that says so."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.outside.drafts import Draft, draft

Change = Callable[[Draft], None]


@dataclass(frozen=True)
class Case:
    """One named change. `must` says that every verifier has to answer so; else it may be stricter, or laxer."""

    name: str
    clause: str
    change: Change
    accepted: bool  # our answer, which the clause makes right
    must: bool
    hash_name: str
    bound: bool  # the verifier requires key binding

    def text(self, rng: Random, hash_name: str | None = None) -> str:
        """Return a random presentation with this change, under the case's hash unless told otherwise."""
        return self.drafted(rng, hash_name).text()

    def drafted(self, rng: Random, hash_name: str | None = None) -> Draft:
        """Return the draft that `text` presents."""
        made = draft(rng, hash_name or self.hash_name)
        self.change(made)
        return made


CASES: Final[dict[str, Case]] = {}


def _register(
    clause: str, *, accepted: bool, must: bool, hash_name: str = "sha-256", bound: bool = True
) -> Callable[[Change], Change]:
    def register(change: Change) -> Change:
        name = change.__name__
        assert name not in CASES
        CASES[name] = Case(name, clause, change, accepted, must, hash_name, bound)
        return change

    return register


def valid(clause: str, *, hash_name: str = "sha-256", bound: bool = True) -> Callable[[Change], Change]:
    """Register a change that leaves a presentation valid: every verifier has to accept it."""
    return _register(clause, accepted=True, must=True, hash_name=hash_name, bound=bound)


def may_accept(clause: str, *, hash_name: str = "sha-256") -> Callable[[Change], Change]:
    """Register a change that we accept and another verifier may refuse, by a rule or a limit of its own."""
    return _register(clause, accepted=True, must=False, hash_name=hash_name)


def must_refuse(clause: str, *, hash_name: str = "sha-256", bound: bool = True) -> Callable[[Change], Change]:
    """Register a change that every verifier has to refuse."""
    return _register(clause, accepted=False, must=True, hash_name=hash_name, bound=bound)


def may_refuse(clause: str, *, bound: bool = True) -> Callable[[Change], Change]:
    """Register a change that the clause forbids or discourages without obliging every verifier to notice it."""
    return _register(clause, accepted=False, must=False, bound=bound)
