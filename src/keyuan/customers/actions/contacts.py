"""The people through whom one deals with an enterprise: registered, corrected, ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from keyuan.accounts import limits
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers import events
from keyuan.customers.access import actor_of, require
from keyuan.customers.actions.companies import enterprise
from keyuan.customers.models import Customer, EnterpriseContact
from keyuan.customers.queries.companies import the_contact
from keyuan.customers.queries.scope import visible
from keyuan.customers.refusals import (
    CustomerNotFound,
    EnterpriseContactNotFound,
    FieldUnknown,
    NameMissing,
    PeriodImpossible,
    PurposeMissing,
    RoleMissing,
)
from keyuan.customers.standards import normalise
from keyuan.customers.states import ContactRole, CustomerKind, IdentifierKind
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import today

if TYPE_CHECKING:
    from keyuan.eventlog.kinds import EventKind
    from keyuan.kernel.actor import Actor

SEALED = ("mobile", "phone", "email")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDraft:
    """A contact as typed; ``person_id`` where they are a customer themselves."""

    name: str
    roles: Sequence[str]
    position: str = ""
    mobile: str | None = None
    phone: str | None = None
    email: str | None = None
    person_id: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    note: str = ""


@transaction.atomic
def add_contact(customer_id: int, draft: ContactDraft, *, by: Viewer | Actor) -> EnterpriseContact:
    """Register somebody with their roles. Raises NotAnEnterprise, NameMissing, RoleMissing, PeriodImpossible,
    InvalidIdentifier, CustomerNotFound (the person).
    """
    company = enterprise(customer_id, by=by)
    made = EnterpriseContact(customer=company, **_checked(draft, by))
    made.save()
    _tell(events.CONTACT_ADDED, company, made, by, {"roles": list(made.roles)})
    return made


@transaction.atomic
def change_contact(contact_id: int, draft: ContactDraft, *, by: Viewer | Actor) -> EnterpriseContact:
    """Write what differs; a sealed value that the draft leaves at None stays. Nothing is logged if nothing differs."""
    row, company = _held(contact_id, by)
    values = _checked(draft, by)
    changed = [
        name for name, value in values.items() if getattr(row, name) != value and not (name in SEALED and value is None)
    ]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
        _tell(events.CONTACT_CHANGED, company, row, by, {"fields": [name.removesuffix("_id") for name in changed]})
    return row


@transaction.atomic
def end_contact(contact_id: int, *, on: date | None = None, by: Viewer | Actor) -> EnterpriseContact:
    """From a day on (None: today) one no longer deals with the enterprise through them."""
    row, company = _held(contact_id, by)
    day = on or today()
    if row.starts_on is not None and day <= row.starts_on:
        raise PeriodImpossible(field="on", starts_on=row.starts_on, ends_on=day)
    row.ends_on = day
    row.save(update_fields=["ends_on"])
    _tell(events.CONTACT_ENDED, company, row, by, {"on": day.isoformat()})
    return row


def unmask_contact(contact_id: int, *, field: str, purpose: str, by: Viewer) -> str:
    """The real telephone or mail of a contact; the look is logged with its purpose, as for customers."""
    require(by, Permission.UNMASK)
    row = the_contact(contact_id, viewer=by)
    if not purpose.strip():
        raise PurposeMissing(field="purpose")
    if field not in SEALED:
        raise FieldUnknown(field="field", name=field)
    limits.spend(limits.UNMASK, by=by)
    limits.spend(limits.UNMASK_A_DAY, by=by)
    with transaction.atomic():
        payload = {"field": field, "purpose": purpose.strip()[:200], "contact": row.name}
        _tell(events.UNMASKED, row.customer, row, by, payload)
    return str(getattr(row, field) or "")


def _held(contact_id: int, by: Viewer | Actor) -> tuple[EnterpriseContact, Customer]:
    rows = EnterpriseContact.objects.filter(pk=contact_id)
    if isinstance(by, Viewer):
        rows = rows.filter(customer__in=visible(by))
    customer_id = rows.values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise EnterpriseContactNotFound
    company = enterprise(customer_id, by=by)
    return EnterpriseContact.objects.get(pk=contact_id), company


def _checked(draft: ContactDraft, by: Viewer | Actor) -> dict[str, Any]:
    values: dict[str, Any] = {one.name: getattr(draft, one.name) for one in fields(draft)}
    values["name"] = " ".join(draft.name.split())[:60]
    if not values["name"]:
        raise NameMissing(field="name")
    values["roles"] = [role.value for role in ContactRole if role.value in draft.roles]
    if not values["roles"]:
        raise RoleMissing(field="roles")
    if draft.starts_on is not None and draft.ends_on is not None and draft.ends_on <= draft.starts_on:
        raise PeriodImpossible(field="ends_on", starts_on=draft.starts_on, ends_on=draft.ends_on)
    values["mobile"] = normalise(IdentifierKind.MOBILE, draft.mobile) if draft.mobile else None
    values["email"] = normalise(IdentifierKind.EMAIL, draft.email) if draft.email else None
    values["phone"] = draft.phone.strip()[:40] or None if draft.phone else None
    if draft.person_id is not None:
        _person_must_be_seen(draft.person_id, by)
    return values


def _person_must_be_seen(person_id: int, by: Viewer | Actor) -> None:
    rows = visible(by) if isinstance(by, Viewer) else Customer.objects.all()
    if not rows.filter(pk=person_id, kind=CustomerKind.INDIVIDUAL).exists():
        raise CustomerNotFound(field="person")


def _tell(
    event: EventKind, company: Customer, row: EnterpriseContact, by: Viewer | Actor, more: Mapping[str, Any]
) -> None:
    record(
        event,
        by=actor_of(by),
        customer_id=company.pk,
        org_unit_id=company.org_unit_id,
        subject=("contact", row.pk),
        payload={"contact": row.name, **more},
    )
