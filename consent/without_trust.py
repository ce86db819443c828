"""What can be said of something received when no trust list is at hand: refused by its form, else not checked. Pure."""

from datetime import datetime

from consent.verification import Outcome, Policy, Step, StepNumber, StepResult, Verification
from consent.verify import DEFAULT_POLICY, verify
from issuers.trust import TrustList


def verify_without_trust(
    raw: bytes | str, *, now: datetime, missing: str, policy: Policy = DEFAULT_POLICY
) -> Verification:
    """Return a refusal where not even the form is right, else "not checked"; `missing` says why there is no trust list.

    Raises:
        ValueError: `now` is not timezone-aware, or not of the years 1970 to 8999.
    """
    nobody = TrustList(version=1, issued_at=now, expires_at=now, issuers=())
    parsed = verify(raw, trust=nobody, statuses={}, now=now, policy=policy).steps[0]
    if parsed.result is StepResult.FAILED:
        return ended(Outcome.REFUSED, parsed, now=now)
    step = Step(StepNumber.ISSUER, StepResult.NOT_CHECKED, "trust_list_missing", missing)
    return ended(Outcome.NOT_CHECKED, parsed, step, now=now)


def ended(outcome: Outcome, *taken: Step, now: datetime) -> Verification:
    """Return the answer of a verification that could take no more than these first steps."""
    left = [
        Step(number, StepResult.NOT_CHECKED, "not_reached", "an earlier step could not be passed")
        for number in list(StepNumber)[len(taken) :]
    ]
    return Verification(outcome, now, (*taken, *left), (), None)
