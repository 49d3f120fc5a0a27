"""The plain records of a book: what is written, before ids exist. Same seed, same records.

References are ordinals: ``customer`` counts through the whole book, ``unit``, ``agent`` and ``user`` through the company,
``household``, ``policy``, ``claim``, ``complaint`` and ``task`` through their batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple


class CustomerRecord(NamedTuple):
    customer: int
    kind: str
    name: str
    unit: int
    source: str
    source_detail: str
    created_at: datetime


class PersonRecord(NamedTuple):
    customer: int
    sex: str
    birth_date: date
    native_place: str
    marital_status: str
    education: str
    document_kind: str
    id_number: str
    mobile: str | None
    email: str | None
    employer: str
    department: str
    employer_address: str
    position: str
    work_phone: str | None
    fax: str
    occupation: str
    occupation_class: int | None
    home_phone: str | None
    home_address: str
    region: str
    bank_account: str | None
    driving_licence_on: date | None
    annual_income: Decimal | None
    household_income: Decimal | None
    debts: Decimal | None
    housing: str
    cars_owned: int | None
    children: int | None
    smoker: bool | None
    health_note: str | None
    hobbies: str
    preferred_channel: str
    preferred_time: str
    life_note: str


class EnterpriseRecord(NamedTuple):
    customer: int
    uscc: str
    industry: str
    business_nature: str
    employees: int
    registered_capital: Decimal
    established_on: date
    legal_representative: str
    contact_name: str
    contact_position: str
    contact_mobile: str
    phone: str
    fax: str
    email: str
    address: str
    region: str
    bank_account: str


class IdentifierRecord(NamedTuple):
    customer: int
    kind: str
    value: str
    subject: int | None  # a policy or claim of the batch
    since: date
    ended_on: date | None


class HouseholdRecord(NamedTuple):
    household: int
    name: str


class MemberRecord(NamedTuple):
    customer: int
    household: int
    role: str


class RelationRecord(NamedTuple):
    customer: int
    other: int
    kind: str
    since: date | None
    note: str


class ConsentRecord(NamedTuple):
    customer: int
    purpose: str
    given_at: datetime
    withdrawn_at: datetime | None
    wording: str
    channel: str


class ExternalCoverRecord(NamedTuple):
    customer: int
    insurer: str
    line: str
    sum_insured: Decimal
    premium: Decimal
    ends_on: date


class AssignmentRecord(NamedTuple):
    customer: int
    agent: int
    kind: str
    starts_on: date
    ends_on: date | None


class PolicyRecord(NamedTuple):
    policy: int
    customer: int
    number: str
    product: int
    channel: str
    premium: Decimal
    sum_insured: Decimal | None
    payment_mode: int
    payment_years: int | None
    signed_on: date
    starts_on: date
    ends_on: date | None
    agent: int | None
    unit: int
    recorded_at: datetime


class TermRecord(NamedTuple):
    policy: int
    customer: int
    starts_on: date
    ends_on: date | None
    premium: Decimal
    agreed_on: date
    recorded_at: datetime


class FactRecord(NamedTuple):
    policy: int
    customer: int
    kind: str
    on: date
    until: date | None
    amount: Decimal | None
    note: str
    recorded_at: datetime


class ObjectRecord(NamedTuple):
    policy: int
    customer: int
    kind: str
    label: str
    plate: str
    vin: str
    details: dict[str, Any]


class PartyRecord(NamedTuple):
    policy: int
    customer: int
    role: str
    share: Decimal | None


class ClaimRecord(NamedTuple):
    claim: int
    customer: int
    policy: int
    number: str
    cause: str
    occurred_on: date
    notified_on: date
    papers_complete_on: date | None
    decided_on: date | None
    decision: str
    refusal_notified_on: date | None
    paid_on: date | None
    closed_on: date | None
    claimed_amount: Decimal
    paid_amount: Decimal | None
    recorded_at: datetime


class ComplaintRecord(NamedTuple):
    complaint: int
    customer: int
    policy: int | None
    number: str
    channel: str
    reason: str
    summary: str
    received_at: datetime
    complex_on: date | None
    decided_at: datetime | None
    told_at: datetime | None
    closed_at: datetime | None
    upheld: bool | None


class TaskRecord(NamedTuple):
    task: int
    customer: int
    title: str
    note: str
    owner: int
    created_by: int | None
    created_at: datetime
    due_at: datetime
    done_at: datetime | None


class RenewalRecord(NamedTuple):
    """A renewal that is worked on; the summary of its outcomes is worked out when it is written (retention.rules)."""

    renewal: int
    customer: int
    policy: int
    due_on: date
    assignee: int | None
    assigned_at: datetime | None


class OutcomeRecord(NamedTuple):
    renewal: int
    customer: int
    on: date
    channel: str
    outcome: str
    reason: str
    next_contact_on: date | None
    text: str
    by: int | None
    recorded_at: datetime


class EventRecord(NamedTuple):
    """A line of the log. ``subject`` is (type, ordinal in the batch); customers need no subject."""

    occurred_at: datetime
    name: str
    customer: int
    unit: int
    actor_kind: str
    actor_user: int | None  # user ordinal; None for customers and the system
    actor_name: str
    subject_type: str
    subject: int | None
    payload: dict[str, Any]


@dataclass(slots=True)
class Batch:
    """Some whole households and enterprises with all that ever happened to them, table by table, parents first."""

    customers: list[CustomerRecord] = field(default_factory=list)
    persons: list[PersonRecord] = field(default_factory=list)
    enterprises: list[EnterpriseRecord] = field(default_factory=list)
    households: list[HouseholdRecord] = field(default_factory=list)
    members: list[MemberRecord] = field(default_factory=list)
    relations: list[RelationRecord] = field(default_factory=list)
    consents: list[ConsentRecord] = field(default_factory=list)
    external_covers: list[ExternalCoverRecord] = field(default_factory=list)
    assignments: list[AssignmentRecord] = field(default_factory=list)
    policies: list[PolicyRecord] = field(default_factory=list)
    terms: list[TermRecord] = field(default_factory=list)
    facts: list[FactRecord] = field(default_factory=list)
    objects: list[ObjectRecord] = field(default_factory=list)
    parties: list[PartyRecord] = field(default_factory=list)
    claims: list[ClaimRecord] = field(default_factory=list)
    complaints: list[ComplaintRecord] = field(default_factory=list)
    tasks: list[TaskRecord] = field(default_factory=list)
    renewals: list[RenewalRecord] = field(default_factory=list)
    outcomes: list[OutcomeRecord] = field(default_factory=list)
    identifiers: list[IdentifierRecord] = field(default_factory=list)
    events: list[EventRecord] = field(default_factory=list)

    def tables(self) -> Iterator[tuple[str, list[Any]]]:
        """Each list with its name, in the order of writing."""
        for place in fields(self):
            yield place.name, getattr(self, place.name)

    def __len__(self) -> int:
        return sum(len(rows) for _, rows in self.tables())
