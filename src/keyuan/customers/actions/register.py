"""Registering a customer: one transaction of five statements, whatever the draft holds."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from keyuan.agents.queries import agent_of_user
from keyuan.customers import custom, events
from keyuan.customers.access import actor_of, require, require_unit
from keyuan.customers.actions.identifiers import claim_all
from keyuan.customers.actions.relations import write_relation
from keyuan.customers.cleaning import cleaned_details
from keyuan.customers.drafts import CustomerDraft, EnterpriseDraft, PersonDraft
from keyuan.customers.models import Assignment, Customer, Enterprise, Person
from keyuan.customers.names import search_forms
from keyuan.customers.numbers import customer_number
from keyuan.customers.registry import Claim
from keyuan.customers.rules import (
    ENTERPRISE_IDENTIFIERS,
    PERSON_IDENTIFIERS,
    complete_enterprise,
    complete_person,
    identifiers_in,
    tidy_name,
)
from keyuan.customers.standards import normalise
from keyuan.customers.states import CustomerKind, IdentifierKind, RelationKind
from keyuan.eventlog.actions import Line, record_many
from keyuan.kernel.clock import today

if TYPE_CHECKING:
    from datetime import date

    from keyuan.kernel.actor import Actor


def next_customer_numbers(count: int) -> list[str]:
    """``count`` numbers that nobody has had or will get."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('customers_number_serial') FROM generate_series(1, %s)", [count])
        return [customer_number(serial) for (serial,) in cursor.fetchall()]


@transaction.atomic
def register_customer(draft: CustomerDraft, *, by: Viewer | Actor) -> Customer:
    """Create the customer with their details, identifiers, agent and referrer, and write the log line.

    Birth date and sex come from the ID number. An agent's new customer is assigned to that agent, in the agent's unit.
    Raises IdentifierTaken, InvalidIdentifier, the contradictions of rules.complete_person, CustomValuesRefused,
    NotPermitted, OutsideScope.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    day = today()
    org_unit_id, agent_id = _place(draft, by)
    details = _complete(draft.details, on=day)
    values = custom.at_entry(draft.kind, draft.custom, by=by)
    customer = _write_customer(draft, org_unit_id, values, person=isinstance(details, PersonDraft))
    _write_details(customer, details)
    claim_all(_claims(customer, draft, details), by=by)
    lines = [
        Line(
            events.REGISTERED,
            actor_of(by),
            customer.pk,
            org_unit_id,
            ("customer", customer.pk),
            {"number": customer.number, "kind": customer.kind, "source": customer.source},
        )
    ]
    if agent_id is not None:
        Assignment.objects.create(customer=customer, agent_id=agent_id, starts_on=day)
        lines.append(
            Line(events.ASSIGNED, actor_of(by), customer.pk, org_unit_id, ("agent", agent_id), {"agent_id": agent_id})
        )
    if draft.referrer_id is not None:
        lines.extend(write_relation(customer.pk, draft.referrer_id, kind=RelationKind.REFERRER, since=day, by=by))
    record_many(lines)
    return customer


def _place(draft: CustomerDraft, by: Viewer | Actor) -> tuple[int, int | None]:
    """The unit and the agent of the new customer."""
    if isinstance(by, Viewer) and by.role == Role.AGENT:
        agent = agent_of_user(by.user_id)
        if agent is not None:
            return agent.org_unit_id, agent.pk
    require_unit(by, draft.org_unit_id)
    return draft.org_unit_id, draft.agent_id


def _complete(details: PersonDraft | EnterpriseDraft, *, on: date) -> PersonDraft | EnterpriseDraft:
    return complete_person(details, on=on) if isinstance(details, PersonDraft) else complete_enterprise(details)


def _write_customer(draft: CustomerDraft, org_unit_id: int, values: dict[str, Any], *, person: bool) -> Customer:
    name = tidy_name(draft.name)
    forms = search_forms(name, person=person)
    return Customer.objects.create(
        number=next_customer_numbers(1)[0],
        kind=CustomerKind.INDIVIDUAL if person else CustomerKind.ENTERPRISE,
        name=name,
        name_pinyin=forms.pinyin,
        name_initials=forms.initials,
        name_grams=list(forms.grams),
        org_unit_id=org_unit_id,
        source=draft.source,
        source_detail=draft.source_detail,
        synthetic=draft.synthetic,
        custom=values,
    )


def _write_details(customer: Customer, details: PersonDraft | EnterpriseDraft) -> None:
    values = cleaned_details(customer.kind, asdict(details))
    if isinstance(details, PersonDraft):
        Person.objects.create(customer=customer, **values)
    else:
        Enterprise.objects.create(customer=customer, **values)


def _claims(customer: Customer, draft: CustomerDraft, details: PersonDraft | EnterpriseDraft) -> list[Claim]:
    kinds = PERSON_IDENTIFIERS if isinstance(details, PersonDraft) else ENTERPRISE_IDENTIFIERS
    claims = [Claim(IdentifierKind.CUSTOMER_NO, customer.number, customer.pk)]
    if draft.external_no:
        external = normalise(IdentifierKind.EXTERNAL, draft.external_no)
        claims.append(Claim(IdentifierKind.EXTERNAL, external, customer.pk))
    claims.extend(Claim(kind, value, customer.pk) for kind, value in identifiers_in(asdict(details), kinds).values())
    return claims
