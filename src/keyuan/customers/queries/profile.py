"""One customer whole: the row with its details, the four parts as a screen shows them, and both as of another day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from keyuan.customers import events
from keyuan.customers.fields import CUSTOMER_FIELDS, detail_fields, label_of, part_label, parts_of, sealed_fields
from keyuan.customers.masking import mask
from keyuan.customers.models import Customer, Enterprise, Person
from keyuan.customers.queries.redirects import survivor
from keyuan.customers.queries.scope import InScope, in_scope, may_see, visible
from keyuan.customers.queries.whole import ask_whole_customer, whole_customer
from keyuan.customers.refusals import CustomerNotFound
from keyuan.customers.sealed_changes import unpacked
from keyuan.customers.states import CustomerKind, Part
from keyuan.customfields.rules import merged
from keyuan.customfields.shapes import PREFIX
from keyuan.eventlog.queries import of_customer
from keyuan.kernel.clock import COMPANY_ZONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keyuan.accounts.scope import Viewer


@dataclass(frozen=True, slots=True)
class ProfileField:
    """``shown`` is what a screen may print: masked where ``sealed``, empty where nothing is known."""

    name: str
    label: str
    shown: str
    sealed: bool


@dataclass(frozen=True, slots=True)
class ProfilePart:
    part: Part
    label: str
    fields: tuple[ProfileField, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """The four parts. ``known`` is False for a day before we knew the customer: the fields then show what came first."""

    customer_id: int
    number: str
    name: str
    kind: CustomerKind
    parts: tuple[ProfilePart, ...]
    known: bool = True


def ask_customer(seen: InScope, *, as_of: date | None = None) -> Callable[[], Customer]:
    """Ask for the customer as we knew them at the end of a day (None: now); the answer raises CustomerNotFound."""
    asked = ask_whole_customer(seen.customer_id)

    def answer() -> Customer:
        customer = whole_customer(asked)
        if customer is None:
            raise CustomerNotFound
        if as_of is not None:
            _roll_back(customer, as_of)
        return customer

    return answer


def full(customer_id: int, *, viewer: Viewer) -> Customer:
    """The customer with unit and details; one who was merged away answers as the customer they went into.

    Raises CustomerNotFound.
    """
    try:
        return ask_customer(in_scope(customer_id, viewer=viewer))()
    except CustomerNotFound:
        gone_to = survivor(customer_id, viewer=viewer)
        if gone_to is None:
            raise
        return ask_customer(in_scope(gone_to, viewer=viewer))()


def must_be_visible(customer_id: int, *, viewer: Viewer) -> InScope:
    """The customer, who exists and whom the viewer sees; raises CustomerNotFound."""
    if not may_see(customer_id, viewer=viewer):
        raise CustomerNotFound
    return InScope(customer_id, viewer)


def told_of(customer_id: int, *, viewer: Viewer) -> tuple[InScope, tuple[int, ...]]:
    """The customer, and everybody who was merged into them: their log lines make one timeline.

    One who was merged away is the customer they went into. Raises CustomerNotFound.
    """
    found = visible(viewer).filter(pk=customer_id).values_list("pk", "absorbed_ids").first()
    if found is None:
        gone_to = survivor(customer_id, viewer=viewer)
        if gone_to is None:
            raise CustomerNotFound
        return told_of(gone_to, viewer=viewer)
    return InScope(found[0], viewer), tuple(found[1] or ())


def the_customer(customer_id: int, *, viewer: Viewer, as_of: date | None = None) -> Customer:
    """The customer as we knew them at the end of a day (None: now). The row of a past day is for reading only."""
    return ask_customer(in_scope(customer_id, viewer=viewer), as_of=as_of)()


def profile(customer_id: int, *, viewer: Viewer) -> Profile:
    """The four parts as they are now."""
    return profile_of(full(customer_id, viewer=viewer))


def profile_as_of(customer_id: int, day: date, *, viewer: Viewer) -> Profile:
    """The four parts as we knew them at the end of ``day``: later changes taken back, newest first."""
    customer = the_customer(customer_id, viewer=viewer, as_of=day)
    return profile_of(customer, known=customer.created_at.astimezone(COMPANY_ZONE).date() <= day)


def details_of(customer: Customer) -> Person | Enterprise | None:
    """The person or the enterprise; None where an import brought a bare name."""
    name = "person" if customer.kind == CustomerKind.INDIVIDUAL else "enterprise"
    return getattr(customer, name, None)


def profile_of(customer: Customer, *, known: bool = True) -> Profile:
    """The four parts of a customer whose details are loaded."""
    row = details_of(customer)
    parts = tuple(
        ProfilePart(
            part, label, tuple(ProfileField(name, told, shown(row, name), sealed) for name, told, sealed in fields)
        )
        for part, label, fields in _catalogue(customer.kind, get_language() or "")
    )
    return Profile(customer.pk, customer.number, customer.name, CustomerKind(customer.kind), parts, known)


@lru_cache(maxsize=8)
def _catalogue(kind: str, language: str) -> tuple[tuple[Part, str, tuple[tuple[str, str, bool], ...]], ...]:
    """Parts and fields with their labels in one language, the reader's when this is first asked for."""
    sealed = sealed_fields(kind)
    return tuple(
        (part, str(part_label(kind, part)), tuple((name, str(label_of(kind, name)), name in sealed) for name in names))
        for part, names in parts_of(kind).items()
    )


def shown(row: Person | Enterprise | None, name: str) -> str:
    """A field of the details as a screen may print it."""
    value = None if row is None else getattr(row, name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, date):
        return value.isoformat()
    display = getattr(row, f"get_{name}_display", None)
    return mask(name, str(value)) if display is None else str(display())


def _roll_back(customer: Customer, day: date) -> None:
    end = datetime.combine(day + timedelta(days=1), time(), COMPANY_ZONE)
    row = details_of(customer)
    fields = detail_fields(customer.kind)
    for name, before in _changes_after(customer.pk, end):
        if name.startswith(PREFIX):
            customer.custom = merged(customer.custom, {name.removeprefix(PREFIX): before})
        elif name in CUSTOMER_FIELDS:
            setattr(customer, name, before or "")
        elif row is not None and name in fields:
            setattr(row, name, _typed(fields[name], before))


def _changes_after(customer_id: int, moment: datetime) -> Iterator[tuple[str, Any]]:
    """Field and earlier value of every change recorded after a moment, newest first."""
    later = of_customer(customer_id).filter(name=events.CHANGED.name, at__gte=moment).order_by("-at", "-id")
    for line in later:
        for name, (before, _after) in line.payload["changes"].items():
            yield name, unpacked(name, before)


def _typed(field: Any, value: Any) -> Any:
    if value is None:
        return None if field.null else ""
    return field.to_python(value)
