"""Customers who may leave, with whose they are: the scores of insight beside the lines of customers and policies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from keyuan.customers import queries as customers
from keyuan.insight.scores import queries as scores
from keyuan.insight.scores.queries import WarningFilter
from keyuan.insight.scores.wording import sentences
from keyuan.kernel.statements import together
from keyuan.policies import queries as policies

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.customers.queries import CustomerLine
    from keyuan.insight.models import Score
    from keyuan.policies.queries import PolicyLine

ORDER_OF = {30: "-within_30", 60: "-within_60"}


@dataclass(frozen=True, slots=True)
class Warned:
    """A customer who may leave, by the policy that they are likeliest to leave."""

    score: Score
    customer: CustomerLine
    policy: PolicyLine | None

    @property
    def pk(self) -> int:
        return self.score.customer_id

    @property
    def reasons(self) -> list[str]:
        return sentences(self.score.reasons)

    @property
    def owner(self) -> str:
        return self.customer.server or _("无人服务")


def beside(found: Sequence[Score], *, viewer: Viewer) -> list[Warned]:
    """The scores with whose they are; what the viewer may not see is left out."""
    if not found:
        return []
    with together():
        holders = customers.ask_lines([one.customer_id for one in found], viewer=viewer)
        covers = policies.ask_lines([one.policy_id for one in found if one.policy_id is not None], viewer=viewer)
    people, lines = holders(), covers()
    return [
        Warned(one, people[one.customer_id], lines.get(one.policy_id or 0))
        for one in found
        if one.customer_id in people
    ]


def warned(wanted: WarningFilter, *, viewer: Viewer, size: int = 100) -> list[Warned]:
    """Who may leave within the horizon, the likeliest first."""
    order = ORDER_OF.get(wanted.horizon, "-value")
    return beside(list(scores.warned(wanted, viewer=viewer).order_by(order, "-pk")[:size]), viewer=viewer)


def as_told(row: Warned) -> dict[str, Any]:
    """The row for a program."""
    score = row.score
    return {
        "customer": row.customer.number,
        "name": row.customer.name,
        "policy": None if row.policy is None else row.policy.number,
        "within_30_days": score.within_30,
        "within_60_days": score.within_60,
        "within_90_days": score.value,
        "value_at_risk": score.value_at_risk,
        "currency": "CNY" if row.policy is None else row.policy.currency,
        "due_on": score.due_on,
        "last_contact_on": score.spoken_on,
        "owner": row.customer.server,
        "branch": row.customer.branch,
        "reasons": [{**one, "text": text} for one, text in zip(score.reasons, row.reasons, strict=True)],
        "as_of": score.day,
        "version": score.version,
    }
