"""What a successor needs to know of a customer: who they are, what they hold, what is due, what was said, what is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.customers.queries import ProfileField, Tie
from keyuan.eventlog import queries as log
from keyuan.eventlog.kinds import Category
from keyuan.kernel.clock import today
from keyuan.policies import queries as policies
from keyuan.policies.queries import Holding
from keyuan.policies.rules import NextDate
from keyuan.retention.queries.listing import renewals_of
from keyuan.retention.queries.told import RenewalSeen
from keyuan.servicedesk import queries as servicedesk

if TYPE_CHECKING:
    from keyuan.eventlog.models import Event

SAID = 5
MOST = 200


@dataclass(frozen=True, slots=True)
class Brief:
    """One customer on one sheet. Sensitive values are masked."""

    customer_id: int
    number: str
    name: str
    known: tuple[ProfileField, ...]
    family: tuple[Tie, ...]
    holdings: tuple[Holding, ...]
    due: tuple[tuple[Holding, NextDate], ...]
    renewals: tuple[RenewalSeen, ...]
    said: tuple[Event, ...]
    tasks: tuple[str, ...]
    complaints: tuple[str, ...]


def brief(customer_id: int, *, viewer: Viewer) -> Brief:
    """The brief of one customer; raises CustomerNotFound."""
    on = today()
    profile = customers.profile(customer_id, viewer=viewer)
    held = [one for one in policies.holdings(customer_id, viewer=viewer, on=on) if one.in_force]
    home = customers.household_of(customer_id, viewer=viewer)
    due = sorted(((one, day) for one in held for day in one.next_dates[:1]), key=lambda pair: pair[1].on)
    open_complaints = [one for one in servicedesk.complaints_of(customer_id, viewer=viewer) if one.is_open]
    return Brief(
        customer_id=customer_id,
        number=profile.number,
        name=profile.name,
        known=tuple(field for part in profile.parts for field in part.fields if field.shown),
        family=() if home is None else tuple(tie for tie in home.members if tie.customer_id != customer_id),
        holdings=tuple(held),
        due=tuple(due[:6]),
        renewals=tuple(one for one in renewals_of(customer_id, viewer=viewer) if one.said or one.overdue),
        said=tuple(log.of_customer(customer_id, categories=[Category.CONTACT])[:SAID]),
        tasks=tuple(task.title for task in servicedesk.tasks_of(customer_id, viewer=viewer)[:10]),
        complaints=tuple(f"{one.number} {one.summary}" for one in open_complaints),
    )


def briefs_of(customer_ids: Sequence[int], *, viewer: Viewer) -> list[Brief]:
    """The briefs of several customers, at most MOST; those out of scope are left out."""
    seen = set(customers.visible(viewer).filter(pk__in=customer_ids).values_list("pk", flat=True))
    return [brief(customer_id, viewer=viewer) for customer_id in customer_ids[:MOST] if customer_id in seen]
