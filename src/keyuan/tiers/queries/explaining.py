"""Why a customer has this tier, policy by policy, and what would change it: the page, the customer's page and the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.kernel.statements import together
from keyuan.policies import queries as policies
from keyuan.tiers import rules
from keyuan.tiers.models import Membership
from keyuan.tiers.queries.measuring import PolicyCounted, counted
from keyuan.tiers.queries.scope import memberships, standings
from keyuan.tiers.queries.seen import TierSeen, ask_tier
from keyuan.tiers.queries.versions import in_force
from keyuan.tiers.rules import Factor, Ladder, Measure, Missing, Tier
from keyuan.tiers.states import RulesBy


@dataclass(frozen=True, slots=True)
class Raise:
    """One way to what is missing: so much premium a year of new cover of this kind."""

    factor: Factor
    premium: Decimal


@dataclass(frozen=True, slots=True)
class Explained:
    """A customer's tier and its reasons on a day. ``contribution`` is shown to whoever may see the company's figures.

    ``reached``: what the measure of the day would give, which is lower than what is held while a membership year runs.
    ``decides_premium``: converted premium has a say.
    """

    customer_id: int
    number: str
    name: str
    kind: str
    on: date
    ladder: Ladder
    held: TierSeen | None
    measure: Measure
    reached: Tier
    by_premium: Tier
    by_contribution: Tier | None
    policies: Sequence[PolicyCounted]
    missing: Missing | None
    ways: tuple[Raise, ...]

    @property
    def counting(self) -> list[PolicyCounted]:
        return [one for one in self.policies if one.counted.why_not is None]

    @property
    def not_counting(self) -> list[PolicyCounted]:
        return [one for one in self.policies if one.counted.why_not is not None]

    @property
    def level(self) -> int:
        return 0 if self.held is None else self.held.level

    @property
    def would_fall(self) -> bool:
        """Whether the tier would be lowered if its year ended on this day."""
        return self.reached.level < self.level

    @property
    def decides_premium(self) -> bool:
        return self.ladder.rules_by != RulesBy.CONTRIBUTION

    @property
    def contribution_unknown(self) -> bool:
        """Whether the scale that should decide has nothing to go by, so that premium does."""
        return self.ladder.rules_by == RulesBy.CONTRIBUTION and self.measure.contribution is None


def explain(customer_id: int, *, viewer: Viewer, on: date) -> Explained:
    """Everything about the tier of one customer in scope, on any day that has come. Raises CustomerNotFound."""
    seen = customers.in_scope(customer_id, viewer=viewer)
    customer = customers.the_customer(customer_id, viewer=viewer)
    with together():
        the_tier = ask_tier(seen, on=on)
        the_holdings = policies.ask_holdings(seen, on=on)
    ladder = in_force(customer.kind, on=on)
    held = the_tier()
    each = counted(the_holdings(), ladder, on=on)
    total = sum((one.counted.converted for one in each), rules.ZERO)
    known = (
        standings(viewer=viewer)
        .filter(pk=customer_id, contribution_on__lte=on)
        .values_list("contribution", flat=True)
        .first()
    )
    measure = Measure(total, known)
    level = 0 if held is None else held.level
    missing = rules.missing(measure, ladder, level=max(level, rules.level_of(measure, ladder)))
    by_contribution = rules.level_by_contribution(known, ladder)
    return Explained(
        customer_id=customer_id,
        number=customer.number,
        name=customer.name,
        kind=customer.kind,
        on=on,
        ladder=ladder,
        held=held,
        measure=measure if viewer.may(Permission.SEE_INSIGHT) else Measure(total),
        reached=ladder.tier(rules.level_of(measure, ladder)),
        by_premium=ladder.tier(rules.level_by_premium(total, ladder)),
        by_contribution=None
        if by_contribution is None or not viewer.may(Permission.SEE_INSIGHT)
        else ladder.tier(by_contribution),
        policies=each,
        missing=missing,
        ways=_ways(missing, ladder),
    )


def _ways(missing: Missing | None, ladder: Ladder) -> tuple[Raise, ...]:
    """What would bring the missing premium, the cheapest way first; factors that count the same once."""
    if missing is None or not missing.premium:
        return ()
    found = [(factor, rules.bring(missing.premium, factor)) for factor in ladder.factors]
    ways = [Raise(factor, premium) for factor, premium in found if premium is not None]
    return tuple(sorted(ways, key=lambda way: way.premium))


def history(customer_id: int, *, viewer: Viewer, on: date | None = None) -> list[Membership]:
    """The membership years of a customer in scope, the newest first; ``on``: those that had begun by the day."""
    rows = memberships(viewer=viewer).filter(customer_id=customer_id)
    if on is not None:
        rows = rows.filter(starts_on__lte=on)
    return list(rows.order_by("-starts_on", "-pk"))
