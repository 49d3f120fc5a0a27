"""Changing what we know: before and after go into the log, and identifiers follow their fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from django.db import transaction

from keyuan.customers import custom, events
from keyuan.customers.access import actor_of, locked, require_unit
from keyuan.customers.actions.identifiers import follow_field
from keyuan.customers.cleaning import cleaned_details
from keyuan.customers.drafts import EnterpriseDraft, PersonDraft
from keyuan.customers.fields import CUSTOMER_FIELDS, detail_fields, sealed_fields
from keyuan.customers.models import Customer, Enterprise, Person
from keyuan.customers.names import search_forms
from keyuan.customers.refusals import FieldUnknown, ValueNotAllowed
from keyuan.customers.rules import (
    ENTERPRISE_IDENTIFIERS,
    PERSON_IDENTIFIERS,
    complete_enterprise,
    complete_person,
    tidy_name,
)
from keyuan.customers.sealed_changes import packed
from keyuan.customers.states import CustomerKind, Source
from keyuan.customfields.rules import merged
from keyuan.customfields.shapes import PREFIX
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import today

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.kernel.actor import Actor

Diff = dict[str, tuple[Any, Any]]


@transaction.atomic
def change_customer(customer_id: int, *, changes: Mapping[str, Any], by: Viewer | Actor) -> tuple[str, ...]:
    """Write the changed fields and return their names; nothing is written or logged if nothing differs.

    ``changes`` names fields of the customer (name, source, source_detail, org_unit_id), of the person or enterprise, and
    custom fields (``custom.slug``). A new ID number brings its birth date and sex with it. Raises FieldUnknown,
    ValueNotAllowed, CustomValuesRefused, IdentifierTaken and whatever the rules refuse.
    """
    customer = locked(customer_id, by=by)
    _known(customer, changes)
    diff = _change_own(customer, changes, by)
    diff |= _change_details(customer, changes, by)
    diff |= _change_custom(customer, changes, by)
    if diff:
        sealed = sealed_fields(customer.kind)
        told = {
            name: [packed(name, before, sealed=name in sealed), packed(name, after, sealed=name in sealed)]
            for name, (before, after) in diff.items()
        }
        record(
            events.CHANGED,
            by=actor_of(by),
            customer_id=customer.pk,
            org_unit_id=customer.org_unit_id,
            subject=("customer", customer.pk),
            payload={"changes": told},
        )
    return tuple(diff)


def _known(customer: Customer, changes: Mapping[str, Any]) -> None:
    for name in changes:
        if name.startswith(PREFIX):
            continue  # looked up by their own rules
        if name not in CUSTOMER_FIELDS and name not in detail_fields(customer.kind):
            raise FieldUnknown(field=name, name=name)


def _change_own(customer: Customer, changes: Mapping[str, Any], by: Viewer | Actor) -> Diff:
    diff: Diff = {}
    for name in CUSTOMER_FIELDS:
        if name not in changes:
            continue
        before, after = getattr(customer, name), _own_value(customer, name, changes[name], by)
        if before != after:
            diff[name] = (before, after)
            setattr(customer, name, after)
    if "name" in diff:
        forms = search_forms(customer.name, person=customer.kind == CustomerKind.INDIVIDUAL)
        customer.name_pinyin, customer.name_initials, customer.name_grams = (
            forms.pinyin,
            forms.initials,
            list(forms.grams),
        )
    if diff:
        customer.save()
    return diff


def _own_value(customer: Customer, name: str, value: Any, by: Viewer | Actor) -> Any:
    if name == "name":
        return tidy_name(str(value))
    if name == "org_unit_id":
        require_unit(by, int(value))
        return int(value)
    if name == "source" and value not in Source.values:
        label = Customer._meta.get_field("source").verbose_name
        raise ValueNotAllowed(field=name, label=label, reason=str(value))
    return str(value).strip()


def _change_custom(customer: Customer, changes: Mapping[str, Any], by: Viewer | Actor) -> Diff:
    diff = custom.changed(customer.kind, customer.custom, changes, by=by)
    if diff:
        customer.custom = merged(customer.custom, {slug: after for slug, (_before, after) in diff.items()})
        customer.save(update_fields=["custom"])
    return {f"{PREFIX}{slug}": pair for slug, pair in diff.items()}


def _change_details(customer: Customer, changes: Mapping[str, Any], by: Viewer | Actor) -> Diff:
    own = [name for name in changes if name not in CUSTOMER_FIELDS and not name.startswith(PREFIX)]
    wanted = cleaned_details(customer.kind, {name: changes[name] for name in own})
    if not wanted:
        return {}
    person = customer.kind == CustomerKind.INDIVIDUAL
    row: Person | Enterprise = customer.person if person else customer.enterprise
    after = _completed(row, wanted, person=person)
    diff = {name: (getattr(row, name), value) for name, value in after.items() if getattr(row, name) != value}
    for field, kind in (PERSON_IDENTIFIERS if person else ENTERPRISE_IDENTIFIERS).items():
        if field in diff:
            follow_field(customer, kind, *diff[field], by=by)
    for name, (_, value) in diff.items():
        setattr(row, name, value)
    if diff:
        row.save(update_fields=list(diff))
    return diff


def _completed(row: Person | Enterprise, wanted: dict[str, Any], *, person: bool) -> dict[str, Any]:
    """All details after the change, by the same rules as at registration."""
    shape = PersonDraft if person else EnterpriseDraft
    values = {field.name: getattr(row, field.name) for field in fields(shape)} | wanted
    if not person:
        return asdict(complete_enterprise(EnterpriseDraft(**values)))
    if wanted.get("id_number"):
        # A corrected ID number corrects what was read from the old one, unless the same change says otherwise.
        values |= {"birth_date": wanted.get("birth_date"), "sex": wanted.get("sex", "")}
    return asdict(complete_person(PersonDraft(**values), on=today()))
