"""The reader of the log: whoever buys, renews or ends a policy is reviewed at once, so that a tier is raised on the day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from keyuan.customers import events as customers
from keyuan.eventlog.followers import follower
from keyuan.kernel.clock import now
from keyuan.policies import events as policies
from keyuan.tiers.actions.reviewing import review_these

if TYPE_CHECKING:
    from keyuan.eventlog.models import Event

ASKED = frozenset(
    kind.name
    for kind in (
        policies.ISSUED,
        policies.RENEWED,
        policies.PREMIUM_RECEIVED,
        policies.REINSTATED,
        policies.CHANGED,
        policies.SURRENDERED,
        policies.CANCELLED,
        policies.LAPSED,
        policies.TRANSFERRED,
        customers.MERGED,
        customers.MERGE_UNDONE,
    )
)
#: What was recorded longer ago than this was looked at by the nightly review of the whole book.
FRESH = timedelta(days=2)


@follower("tiers")
def review_whom_it_concerns(lines: list[Event]) -> None:
    """Review the customers of the lines, each once."""
    since = now() - FRESH
    asked = {
        line.customer_id
        for line in lines
        if line.customer_id is not None and line.name in ASKED and line.at >= since and line.occurred_at >= since
    }
    review_these(asked)
