"""@sd-jwt/sd-jwt-vc (npm, 0.19.0) behind Node: a whole batch in one process."""

from collections.abc import Sequence
from typing import Any, Final

from tests.outside.drafts import HOLDER, ISSUER, NONCE, NOW
from tests.outside.node import run

NAME: Final = "@sd-jwt/sd-jwt-vc"
PACKAGE: Final = "@sd-jwt/sd-jwt-vc 0.19.0"


def judged(presentations: Sequence[tuple[str, bool]]) -> list[dict[str, Any] | None]:
    """Return the claims that it reads in each presentation, or None where it refuses; `bound` requires key binding."""
    answers = run(
        "judge.mjs",
        [
            {"presentation": text, "issuerKey": ISSUER.jwk, "now": NOW, **({"nonce": NONCE} if bound else {})}
            for text, bound in presentations
        ],
    )
    return [answer["claims"] if answer["ok"] else None for answer in answers]


def issued(cases: Sequence[dict[str, Any]]) -> list[str]:
    """Return the presentations that it makes of these: claims, frame, shown, hash and binding."""
    keys = {"issuerKey": ISSUER.private_jwk(), "holderKey": HOLDER.private_jwk()}
    answer: list[str] = run("issue.mjs", [{**case, **keys} for case in cases])
    return answer
