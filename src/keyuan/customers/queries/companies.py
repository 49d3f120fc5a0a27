"""Enterprises: the tree of companies, the people one deals with, and contracts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.db.models import F, Q, QuerySet

from keyuan.customers.company_rules import contract_status, in_order
from keyuan.customers.masking import mask
from keyuan.customers.models import Contract, EnterpriseContact, ParentCompany
from keyuan.customers.queries.scope import visible
from keyuan.customers.refusals import ContractNotFound, EnterpriseContactNotFound
from keyuan.customers.states import ContactRole, ContractKind, ContractStatus

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

MOST_LEVELS = 20
MOST_COMPANIES = 500


@dataclass(frozen=True, slots=True)
class CompanySeen:
    """A company of the tree. ``open``: in the viewer's scope; of others only name and place are told."""

    id: int
    number: str
    name: str
    depth: int
    share: Decimal | None
    since: date | None
    open: bool
    own: bool
    circular: bool


class ContactSeen(NamedTuple):
    """A contact as a list shows it: sealed values masked."""

    id: int
    name: str
    roles: tuple[str, ...]
    role_codes: tuple[str, ...]
    position: str
    mobile: str
    phone: str
    email: str
    person_number: str
    starts_on: date | None
    ends_on: date | None
    note: str
    current: bool


@dataclass(frozen=True, slots=True)
class ContractSeen:
    """A contract as it stands on a day."""

    id: int
    customer_id: int
    customer_number: str
    customer_name: str
    number: str
    title: str
    kind: ContractKind
    status: ContractStatus
    signed_on: date | None
    starts_on: date
    ends_on: date | None
    renewal_on: date | None
    amount: Decimal | None
    currency: str
    terminated_on: date | None
    termination_reason: str
    note: str


@dataclass(frozen=True, slots=True)
class ContractFilter:
    """What the list of contracts is narrowed to; an empty part narrows nothing."""

    text: str = ""
    kind: str = ""
    status: str = ""
    ends_before: date | None = None


# Upwards to the top, then everything below it, as of a day. UNION (not ALL) and the depth keep circles finite.
_TREE = """
WITH RECURSIVE up AS (
    SELECT %(id)s::bigint AS company, 0 AS depth
    UNION
    SELECT tie.parent_id, up.depth + 1 FROM up JOIN customers_parentcompany tie ON tie.customer_id = up.company
    WHERE up.depth < %(levels)s AND {held}
), top AS (SELECT company FROM up ORDER BY depth DESC LIMIT 1),
down AS (
    SELECT company, NULL::bigint AS parent, NULL::numeric AS share, NULL::date AS since, 0 AS depth FROM top
    UNION
    SELECT tie.customer_id, tie.parent_id, tie.share, tie.starts_on, down.depth + 1
    FROM down JOIN customers_parentcompany tie ON tie.parent_id = down.company
    WHERE down.depth < %(levels)s AND {held}
)
SELECT down.company, down.parent, down.share, down.since, c.number, c.name
FROM down JOIN customers_customer c ON c.id = down.company ORDER BY down.depth, c.name, c.id LIMIT %(most)s
""".format(  # noqa: S608  constant texts
    held="(tie.starts_on IS NULL OR tie.starts_on <= %(on)s) AND (tie.ends_on IS NULL OR tie.ends_on > %(on)s)"
)


def company_tree(customer_id: int, *, viewer: Viewer, on: date) -> list[CompanySeen]:
    """The whole tree in which a company stands on a day, from the top down; empty for who may not see the company."""
    if not visible(viewer).filter(pk=customer_id).exists():
        return []
    with connection.cursor() as cursor:
        cursor.execute(_TREE, {"id": customer_id, "on": on, "levels": MOST_LEVELS, "most": MOST_COMPANIES})
        rows = cursor.fetchall()
    about = {row[0]: row for row in reversed(rows)}
    children: dict[int, list[int]] = {}
    for company, parent, *_rest in rows:
        if parent is not None and company not in children.get(parent, []):
            children.setdefault(parent, []).append(company)
    seen = set(visible(viewer).filter(pk__in=list(about)).values_list("pk", flat=True))
    return [
        CompanySeen(
            id=branch.company if branch.company in seen else 0,
            number=about[branch.company][4] if branch.company in seen else "",
            name=about[branch.company][5],
            depth=branch.depth,
            share=about[branch.company][2],
            since=about[branch.company][3],
            open=branch.company in seen,
            own=branch.company == customer_id,
            circular=branch.circular,
        )
        for branch in in_order(rows[0][0], children)[:MOST_COMPANIES]
    ]


def parents_of(customer_id: int, *, viewer: Viewer) -> list[ParentCompany]:
    """The companies that were above a company in scope, the latest first."""
    rows = ParentCompany.objects.filter(customer_id=customer_id, customer__in=visible(viewer))
    return list(rows.select_related("parent").order_by(F("starts_on").desc(nulls_last=True), "-id"))


def contacts_of(customer_id: int, *, viewer: Viewer, on: date) -> list[ContactSeen]:
    """The contacts of an enterprise in scope, those of the day first, each group by its first role."""
    rows = EnterpriseContact.objects.filter(customer_id=customer_id, customer__in=visible(viewer))
    found = [_contact(row, on) for row in rows.select_related("person")]
    people = [row.person_id for row in rows if row.person_id is not None]
    open_ = set(visible(viewer).filter(pk__in=people).values_list("number", flat=True)) if people else set()
    order = list(ContactRole.values)
    shown = [one if one.person_number in open_ else one._replace(person_number="") for one in found]
    return sorted(shown, key=lambda one: (not one.current, min(map(order.index, one.role_codes), default=99), one.id))


def the_contact(contact_id: int, *, viewer: Viewer) -> EnterpriseContact:
    """One contact with their company; raises EnterpriseContactNotFound."""
    rows = EnterpriseContact.objects.filter(customer__in=visible(viewer)).select_related("customer", "person")
    found = rows.filter(pk=contact_id).first()
    if found is None:
        raise EnterpriseContactNotFound
    return found


def visible_contracts(viewer: Viewer) -> QuerySet[Contract]:
    """The contracts of the enterprises in scope."""
    if viewer.sees_whole_company:
        return Contract.objects.all()
    return Contract.objects.filter(customer__in=visible(viewer))


def contracts(wanted: ContractFilter | None = None, *, viewer: Viewer, on: date) -> QuerySet[Contract]:
    """The contracts in scope that fit on a day, in order; what asks for renewal soonest comes first."""
    chosen = wanted or ContractFilter()
    rows = visible_contracts(viewer).select_related("customer")
    if chosen.text.strip():
        text = chosen.text.strip()
        rows = rows.filter(Q(number__istartswith=text) | Q(title__icontains=text) | Q(customer__name__icontains=text))
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.ends_before is not None:
        rows = rows.filter(ends_on__lt=chosen.ends_before)
    if chosen.status in ContractStatus.values:
        rows = rows.filter(_standing(ContractStatus(chosen.status), on))
    return rows.order_by(F("renewal_on").asc(nulls_last=True), "id")


def contracts_of(customer_id: int, *, viewer: Viewer, on: date) -> list[ContractSeen]:
    """The contracts of an enterprise in scope, the latest first."""
    rows = visible_contracts(viewer).filter(customer_id=customer_id).select_related("customer")
    return [contract_seen(row, on=on) for row in rows.order_by("-starts_on", "-id")]


def the_contract(contract_id: int, *, viewer: Viewer) -> Contract:
    """One contract with its enterprise; raises ContractNotFound."""
    found = visible_contracts(viewer).select_related("customer").filter(pk=contract_id).first()
    if found is None:
        raise ContractNotFound
    return found


def contract_seen(row: Contract, *, on: date) -> ContractSeen:
    """A row as it stands on a day."""
    return ContractSeen(
        id=row.pk,
        customer_id=row.customer_id,
        customer_number=row.customer.number,
        customer_name=row.customer.name,
        number=row.number,
        title=row.title,
        kind=ContractKind(row.kind),
        status=contract_status(
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            renewal_on=row.renewal_on,
            terminated_on=row.terminated_on,
            on=on,
        ),
        signed_on=row.signed_on,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        renewal_on=row.renewal_on,
        amount=row.amount,
        currency=row.currency,
        terminated_on=row.terminated_on,
        termination_reason=row.termination_reason,
        note=row.note,
    )


def _standing(status: ContractStatus, on: date) -> Q:
    """company_rules.contract_status as a condition; a test holds the two together."""
    live = Q(terminated_on__isnull=True) | Q(terminated_on__gt=on)
    running = live & Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    due = Q(renewal_on__isnull=False, renewal_on__lte=on)
    return {
        ContractStatus.TERMINATED: Q(terminated_on__lte=on),
        ContractStatus.NOT_STARTED: live & Q(starts_on__gt=on),
        ContractStatus.ENDED: live & Q(starts_on__lte=on, ends_on__lte=on),
        ContractStatus.RENEWAL_DUE: running & due,
        ContractStatus.IN_FORCE: running & (Q(renewal_on__isnull=True) | Q(renewal_on__gt=on)),
    }[status]


def _contact(row: EnterpriseContact, on: date) -> ContactSeen:
    begun = row.starts_on is None or row.starts_on <= on
    return ContactSeen(
        id=row.pk,
        name=row.name,
        roles=tuple(str(ContactRole(role).label) for role in row.roles),
        role_codes=tuple(row.roles),
        position=row.position,
        mobile=mask("mobile", _text(row.mobile)),
        phone=mask("work_phone", _text(row.phone)),
        email=mask("email", _text(row.email)),
        person_number="" if row.person is None else row.person.number,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        note=row.note,
        current=begun and (row.ends_on is None or row.ends_on > on),
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
