"""What a look at one customer is made of. The page and the API show exactly these; the API's schema is read off them.

Days are dates of the company's calendar, moments are zone-aware, amounts are exact Decimals in the currency beside
them. Texts in ``label`` fields are in the reader's language; the field beside them holds the stable code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Labelled:
    """A stable code and how the reader's language says it."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A customer that ``find`` brings up. ``reason`` says why, ``matched`` is the value that fits (masked if sealed)."""

    id: int
    number: str
    name: str
    kind: Labelled
    branch: str
    mobile: str
    reason: Labelled
    matched: str


@dataclass(frozen=True, slots=True)
class Warned:
    """Something about the customer that whoever serves them should know first. ``grave`` needs a person now."""

    code: str
    label: str
    grave: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of the profile; ``sealed`` ones show masked and are revealed one by one, each with a log line."""

    name: str
    label: str
    value: str
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One of the four parts of a customer's information (P1). ``missing`` are the labels of what we do not know yet."""

    code: str
    label: str
    facts: tuple[Fact, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day on which something is due; ``policy`` is its number."""

    on: date
    kind: Labelled
    days_left: int
    policy: str = ""
    amount: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Insured:
    """What a policy covers."""

    kind: Labelled
    label: str
    plate: str = ""
    vin: str = ""


@dataclass(frozen=True, slots=True)
class PartyName:
    """Another customer with a role under a policy."""

    role: Labelled
    customer_id: int
    name: str
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """A policy of the customer as it stood on the day. ``paid`` is the premium received so far."""

    id: int
    number: str
    product: str
    line: Labelled
    statuses: tuple[Labelled, ...]
    in_force: bool
    starts_on: date
    ends_on: date | None
    currency: str
    premium: Decimal
    payment_mode: Labelled
    sum_insured: Decimal | None
    paid: Decimal
    terms: int
    agent: str
    channel: Labelled
    objects: tuple[Insured, ...] = ()
    parties: tuple[PartyName, ...] = ()
    next_dates: tuple[DueDay, ...] = ()
    custom: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClaimSeen:
    """A claim as it stood on the day."""

    id: int
    number: str
    policy: str
    cause: str
    occurrences: int
    occurred_on: date
    notified_on: date
    statuses: tuple[Labelled, ...]
    currency: str
    claimed: Decimal | None
    paid: Decimal | None
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class TaskSeen:
    id: int
    title: str
    due_at: datetime
    owner: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class ComplaintSeen:
    number: str
    reason: Labelled
    received_at: datetime
    open: bool


@dataclass(frozen=True, slots=True)
class ConsentSeen:
    purpose: Labelled
    given: bool
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Tie:
    """Another customer and what they are to this one. Outside the viewer's scope there is no ``number``."""

    id: int
    number: str
    name: str
    kind: Labelled


@dataclass(frozen=True, slots=True)
class Flow:
    """Money between the customer and the company in one currency. ``net`` is premium less what was paid out."""

    currency: str
    premiums: Decimal
    claims: Decimal
    payouts: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line of the timeline. ``cursor`` says where to read on from."""

    id: int
    name: str
    label: str
    category: Labelled
    occurred_at: datetime
    actor: str
    text: str
    tags: tuple[str, ...] = ()
    subject: str = ""
    cursor: str = ""

    @property
    def moment(self) -> str:
        """When, for machines."""
        return self.occurred_at.isoformat()

    @property
    def clock(self) -> str:
        """The time of day, for people."""
        return f"{self.occurred_at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who looks after the customer."""

    name: str
    code: str
    left_on: date | None


@dataclass(frozen=True, slots=True)
class TierHeld:
    """The tier of the day: since when, when it is looked at again, and the converted premium that it was reached with."""

    level: int
    label: str
    since: date
    until: date
    converted: Decimal


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything about one customer as of one day. ``custom`` are values of custom fields by slug, as they are stored."""

    id: int
    number: str
    name: str
    kind: Labelled
    branch: str
    source: Labelled
    since: date
    synthetic: bool
    as_of: date
    is_today: bool
    mobile: str
    owner: Owner | None
    warnings: tuple[Warned, ...]
    parts: tuple[Part, ...]
    holdings: tuple[Holding, ...]
    claims: tuple[ClaimSeen, ...]
    next_due: tuple[DueDay, ...]
    tasks: tuple[TaskSeen, ...]
    complaints: tuple[ComplaintSeen, ...]
    consents: tuple[ConsentSeen, ...]
    household: tuple[Tie, ...]
    relations: tuple[Tie, ...]
    money: tuple[Flow, ...]
    timeline: tuple[TimelineLine, ...]
    timeline_next: str = field(default="")
    tier: TierHeld | None = None
    custom: dict[str, Any] = field(default_factory=dict)
