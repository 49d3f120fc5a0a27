"""Family, relations, consents, agents and outside cover of one customer. Ties show people outside the scope by name only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q

from keyuan.accounts.roles import Permission
from keyuan.customers.masking import mask
from keyuan.customers.models import (
    Assignment,
    Consent,
    Customer,
    Enterprise,
    ExternalCover,
    HouseholdMember,
    Person,
    Relation,
)
from keyuan.customers.queries.profile import must_be_visible
from keyuan.customers.queries.scope import visible
from keyuan.customers.states import AssignmentKind, HouseholdRole, RelationKind
from keyuan.kernel.fields import SealedTextField
from keyuan.kernel.statements import ask
from keyuan.kernel.wording import in_language

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.agents.models import Agent


@dataclass(frozen=True, slots=True)
class Tie:
    """Another customer as this one's family or relation. ``open`` says whether the viewer may open their page."""

    customer_id: int
    number: str
    name: str
    role: str
    label: str
    open: bool
    since: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class HouseholdSeen:
    """A household with its members, the customer's own place included; ``relations`` are ties among the members."""

    id: int
    name: str
    members: tuple[Tie, ...]
    relations: tuple[tuple[int, str, int], ...]


def household_of(customer_id: int, *, viewer: Viewer) -> HouseholdSeen | None:
    """The household, its members (head first) and who is what to whom; None if the customer is in none."""
    must_be_visible(customer_id, viewer=viewer)
    own = HouseholdMember.objects.select_related("household").filter(customer_id=customer_id).first()
    if own is None:
        return None
    members = list(HouseholdMember.objects.filter(household=own.household).select_related("customer"))
    seen = _seen((member.customer_id for member in members), viewer)
    order = list(HouseholdRole)
    members.sort(key=lambda member: (order.index(HouseholdRole(member.role)), member.pk))
    ids = [member.customer_id for member in members]
    among = Relation.objects.filter(customer_id__in=ids, other_id__in=ids).order_by("customer_id", "other_id")
    return HouseholdSeen(
        own.household_id,
        own.household.name,
        tuple(_tie(one.customer, one.role, str(HouseholdRole(one.role).label), seen) for one in members),
        tuple(among.values_list("customer_id", "kind", "other_id")),
    )


def relations_of(customer_id: int, *, viewer: Viewer) -> tuple[Tie, ...]:
    """Everyone to whom the customer is tied, by kind of relation and name."""
    must_be_visible(customer_id, viewer=viewer)
    rows = list(Relation.objects.filter(customer_id=customer_id).select_related("other"))
    seen = _seen((row.other_id for row in rows), viewer)
    order = list(RelationKind)
    rows.sort(key=lambda row: (order.index(RelationKind(row.kind)), row.other.name))
    return tuple(
        _tie(row.other, row.kind, str(RelationKind(row.kind).label), seen, since=row.since, note=row.note)
        for row in rows
    )


def referral_source(customer_id: int, *, viewer: Viewer) -> Tie | None:
    """The customer who brought this one, if any."""
    return next((tie for tie in relations_of(customer_id, viewer=viewer) if tie.role == RelationKind.REFERRER), None)


def consents_of(customer_id: int, *, viewer: Viewer) -> QuerySet[Consent]:
    """Every consent ever given, newest first; in force while ``withdrawn_at`` is empty."""
    return Consent.objects.filter(customer__in=visible(viewer), customer_id=customer_id).order_by("-given_at", "-pk")


def external_covers_of(customer_id: int, *, viewer: Viewer) -> QuerySet[ExternalCover]:
    """Cover with other insurers, the one that ends next first."""
    return ExternalCover.objects.filter(customer__in=visible(viewer), customer_id=customer_id).order_by("ends_on", "pk")


def assignments_of(customer_id: int, *, viewer: Viewer) -> QuerySet[Assignment]:
    """Every agent who ever served or sold to the customer, newest first."""
    rows = Assignment.objects.filter(customer__in=visible(viewer), customer_id=customer_id)
    return rows.select_related("agent", "agent__org_unit").order_by("-starts_on", "-pk")


def owner_of(customer_id: int, *, viewer: Viewer, on: date) -> Agent | None:
    """The agent who serves the customer on a day."""
    for one in assignments_of(customer_id, viewer=viewer).filter(kind=AssignmentKind.SERVICING, starts_on__lte=on):
        if one.ends_on is None or on < one.ends_on:
            return one.agent
    return None


@dataclass(frozen=True, slots=True)
class Server:
    """The agent who serves a customer; ``user_id`` is their account, if they have one."""

    agent_id: int
    name: str
    user_id: int | None
    left_on: date | None


def owners_of(customer_ids: list[int], *, viewer: Viewer, on: date) -> dict[int, Server]:
    """Who serves each of a few customers on a day, in one query; customers whom nobody serves are left out."""
    rows = Assignment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on),
        customer__in=visible(viewer).filter(pk__in=customer_ids),
        kind=AssignmentKind.SERVICING,
        starts_on__lte=on,
    ).order_by("starts_on", "pk")
    told = rows.values_list("customer_id", "agent_id", "agent__name", "agent__user_id", "agent__left_on")
    return {customer_id: Server(agent_id, name, user, left) for customer_id, agent_id, name, user, left in told}


def orphans_of(agent_ids: list[int], *, viewer: Viewer, on: date) -> QuerySet[Assignment]:
    """The customers in scope whom one of the agents served last, who has left, and whom nobody serves on the day."""
    served = Assignment.objects.filter(customer_id=OuterRef("customer_id"), kind=AssignmentKind.SERVICING)
    today = served.filter(starts_on__lte=on).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    working = today.filter(Q(agent__left_on__isnull=True) | Q(agent__left_on__gt=on))
    later = served.filter(starts_on__gt=OuterRef("starts_on"), starts_on__lte=on)
    rows = Assignment.objects.filter(agent_id__in=agent_ids, kind=AssignmentKind.SERVICING, agent__left_on__lte=on)
    if not viewer.sees_whole_company:
        rows = rows.filter(customer__in=visible(viewer))
    elif not viewer.may(Permission.SEE_CUSTOMERS):
        rows = rows.none()
    return rows.exclude(Exists(working)).exclude(Exists(later)).select_related("customer").order_by("customer_id")


def served_counts(agent_ids: list[int], *, viewer: Viewer, on: date) -> dict[int, int]:
    """How many customers in scope each of the agents serves on a day."""
    rows = Assignment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on),
        agent_id__in=agent_ids,
        kind=AssignmentKind.SERVICING,
        starts_on__lte=on,
    )
    if not viewer.sees_whole_company:
        rows = rows.filter(customer__in=visible(viewer))
    counted = rows.values("agent_id").annotate(count=Count("pk")).values_list("agent_id", "count")
    return dict(counted)


def briefs(customer_ids: list[int], *, viewer: Viewer) -> dict[int, tuple[str, str]]:
    """Branch and masked telephone of a few customers, for a list of hits, in one query."""
    if viewer.sees_whole_company and viewer.may(Permission.SEE_CUSTOMERS):
        return _briefs(customer_ids)
    rows = visible(viewer).filter(pk__in=customer_ids).select_related("org_unit", "person", "enterprise")
    rows = rows.only(
        "id", "kind", "org_unit__name", "org_unit__name_en", "person__mobile", "enterprise__contact_mobile"
    )
    return {row.pk: (row.org_unit.label, _telephone(row)) for row in rows}


_BRIEFS = """
SELECT customer.id, unit.name, unit.name_en, person.mobile, enterprise.contact_mobile
FROM customers_customer customer JOIN accounts_orgunit unit ON unit.id = customer.org_unit_id
LEFT JOIN customers_person person ON person.customer_id = customer.id
LEFT JOIN customers_enterprise enterprise ON enterprise.customer_id = customer.id
WHERE customer.id = ANY(%s)
"""


def _briefs(customer_ids: list[int]) -> dict[int, tuple[str, str]]:
    """The same in plain SQL, for a viewer of the whole company: asked at every stroke of a type-ahead."""
    found = {}
    for customer_id, unit, unit_en, mobile, contact_mobile in ask(_BRIEFS, [customer_ids]).rows():
        own = _opened(Person, "mobile", mobile) or _opened(Enterprise, "contact_mobile", contact_mobile)
        found[customer_id] = (in_language(unit, unit_en), mask("mobile", own))
    return found


def _opened(model: type[Person] | type[Enterprise], name: str, sealed: bytes | None) -> str | None:
    field = model._meta.get_field(name)
    assert isinstance(field, SealedTextField)  # noqa: S101  named above
    return field.from_db_value(sealed, None, None)


def _telephone(customer: Customer) -> str:
    if hasattr(customer, "person"):
        return mask("mobile", customer.person.mobile)
    if hasattr(customer, "enterprise"):
        return mask("mobile", customer.enterprise.contact_mobile)
    return ""


def _seen(ids: Iterable[int], viewer: Viewer) -> frozenset[int]:
    return frozenset(visible(viewer).filter(pk__in=list(ids)).values_list("pk", flat=True))


def _tie(
    other: Customer, role: str, label: str, seen: frozenset[int], *, since: date | None = None, note: str = ""
) -> Tie:
    may_open = other.pk in seen
    return Tie(other.pk, other.number if may_open else "", other.name, role, label, may_open, since, note)
