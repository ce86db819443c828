"""How often something may happen in a day. One way for all that is counted so: the budget of typed codes keeps it.

What it is counted of (an address, a share) is kept under a keyed hash, until the next day.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from passport.deployment import Deployment
from passport.store import code_budget


@dataclass(frozen=True, slots=True)
class DayBudget:
    """What is counted, and how many times a day it may happen to each."""

    counted: str  # unlike that of any other budget
    limit: int

    def take(self, d: Deployment, connection: Connection, of: str) -> bool:
        """Count one and return whether it may happen; what may not counts nothing."""
        return code_budget.reserve_miss(connection, self.bucket(d, of), limit=self.limit)

    def give_back(self, d: Deployment, connection: Connection, of: str) -> None:
        """Take back one that was counted, once."""
        code_budget.return_miss(connection, self.bucket(d, of))

    def bucket(self, d: Deployment, of: str) -> str:
        """Return under what it is counted today. `T24`: kept for the whole day."""
        return f"{d.today().isoformat()}T24 {d.lookup.budget_hash(self.counted, of).hex()}"
