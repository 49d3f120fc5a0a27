"""What a tier brings a customer: how often, how often taken, what was taken."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from keyuan.accounts.scope import Viewer
from keyuan.tiers.models import Membership, Redemption
from keyuan.tiers.queries.scope import memberships, redemptions
from keyuan.tiers.queries.versions import ladder_of
from keyuan.tiers.rules import Benefit
from keyuan.tiers.states import Who


@dataclass(frozen=True, slots=True)
class BenefitHeld:
    """A benefit of the membership year that runs. ``quota`` None: as often as one likes."""

    benefit: Benefit
    quota: int | None
    used: int

    @property
    def left(self) -> int | None:
        return None if self.quota is None else max(self.quota - self.used, 0)

    @property
    def open(self) -> bool:
        """Whether it can be redeemed: what has no limit is simply there."""
        return bool(self.left)

    @property
    def by_customer(self) -> bool:
        return Who.CUSTOMER in self.benefit.who


def current(customer_id: int, *, viewer: Viewer) -> Membership | None:
    """The membership that the customer holds now."""
    return memberships(viewer=viewer).filter(customer_id=customer_id, ends_on__isnull=True).first()


def benefits_of(customer_id: int, *, viewer: Viewer) -> list[BenefitHeld]:
    """The benefits of the tier that a customer in scope holds now; none without a tier.

    They are those of the rules under which the membership year began: what was promised for the year stays.
    """
    held = current(customer_id, viewer=viewer)
    if held is None:
        return []
    rows = redemptions(viewer=viewer).filter(
        customer_id=customer_id, year_from=held.starts_on, given_back_at__isnull=True
    )
    used = Counter(rows.values_list("benefit", flat=True))
    found = []
    for benefit in ladder_of(held.ladder, held.rules).benefits:
        quota = benefit.quota(held.level)
        if quota != 0:
            found.append(BenefitHeld(benefit, quota, used[benefit.code]))
    return found


def redeemed(customer_id: int, *, viewer: Viewer, most: int = 50) -> list[Redemption]:
    """What a customer in scope has redeemed, the newest first, also what was given back."""
    rows = redemptions(viewer=viewer).filter(customer_id=customer_id)
    return list(rows.order_by("-on", "-pk")[:most])


def benefit_named(row: Redemption) -> Benefit | None:
    """What was redeemed, by the rules of its day."""
    return ladder_of(row.ladder, row.rules).benefit(row.benefit)
