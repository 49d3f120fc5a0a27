"""What becomes of a policy's parties when two of them turn out to be one customer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from keyuan.customers.merging.clashes import Settled, clash
from keyuan.policies.models import Party


@clash("policies.party")
def shares_add_up(kept: Party, dropped: Party, *, on: date) -> Settled:
    """One beneficiary who was written down twice has both shares; without a share on either side nothing is added."""
    if kept.share is None or dropped.share is None:
        return Settled(keep={"share": kept.share or dropped.share})
    return Settled(keep={"share": min(kept.share + dropped.share, Decimal(1))})
