"""What an agent earns by a sale: the product's own schedule, on the premium that came in. Nothing without an agent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from keyuan.billing import actions as billing
from keyuan.kernel.clock import today
from keyuan.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keyuan.accounts.scope import Viewer
    from keyuan.billing.models import Attempt
    from keyuan.policies.models import Policy
    from keyuan.products.definition import Definition

#: An agent's customer who buys online is still the agent's: the schedule of agents holds where there is one.
AGENTS = "agent"


def share_of(definition: Definition, *, year: int, channel: str) -> Decimal:
    """The agent's share of the premiums of a policy year: that of the channel, else of agents, else of everybody."""
    found = {one.channel: one.share for one in definition.commission if one.year == year}
    return next((found[name] for name in (channel, AGENTS, None) if name in found), Decimal(0))


def entitle_first(policy: Policy, definition: Definition, *, channel: str, paid: Money, by: Viewer) -> None:
    """The commission on the first premium, owed to the policy's agent from now on."""
    earned = paid.times(share_of(definition, year=1, channel=channel)) if policy.agent_id is not None else Money(0)
    if earned.amount > 0:
        billing.entitle_commission(
            ("policy", policy.pk),
            amount=earned,
            on=today(),
            customer_id=policy.customer_id,
            memo=f"{policy.number} {policy.agent_id}",
            by=by.actor,
        )


def entitle_later(policy: Policy, definition: Definition, *, attempt: Attempt, by: Viewer) -> None:
    """The commission on later premiums that one payment paid, each with the share of its policy year."""
    earned = Money(0, attempt.currency)
    for one in attempt.instalments.all():
        months = (one.due_on.year - policy.starts_on.year) * 12 + one.due_on.month - policy.starts_on.month
        share = share_of(definition, year=months // 12 + 1, channel=policy.channel)
        earned = earned + Money(one.amount, attempt.currency).times(share)
    if earned.amount > 0:
        billing.entitle_commission(
            ("payment", attempt.number),
            amount=earned,
            on=today(),
            customer_id=policy.customer_id,
            memo=f"{policy.number} {policy.agent_id}",
            by=by.actor,
        )


def take_back(policy_id: int, payments: Iterable[Attempt], *, by: Viewer) -> None:
    """The sale is undone: what was owed for it and for its later premiums is owed no more."""
    subjects: list[tuple[str, str | int]] = [("policy", policy_id)]
    subjects += [("payment", one.number) for one in payments]
    for subject in subjects:
        billing.reverse_commission(subject, on=today(), by=by.actor)
