"""What the API takes in: schemas read off the drafts and the tables, so that neither can say something else."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, get_type_hints

from django.apps import apps
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, create_model

from keyuan.customers.actions import CustomerDraft, EnterpriseDraft, PersonDraft
from keyuan.customers.states import Source
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.servicedesk.states import CallOutcome, ContactChannel, Direction

LONGEST_ID = 2**63 - 1
FIRST_YEAR, LAST_YEAR = 1900, 2200
Id = Annotated[int, Field(ge=1, le=LONGEST_ID)]


def _without_controls(text: str) -> str:
    """PostgreSQL keeps no NUL, and no name, address or note has a control character but the end of a line."""
    if any(not sign.isprintable() and sign not in "\n\r\t" for sign in text):
        raise ValueError("control characters are not allowed")
    return text


def _in_our_time(moment: datetime) -> datetime:
    """The moment in UTC (PostgreSQL takes no zone beyond ±15:59); without a zone it is the company's."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"the year must be between {FIRST_YEAR} and {LAST_YEAR}")
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=COMPANY_ZONE)).astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_in_our_time)]
Day = Annotated[date, Field(ge=date(FIRST_YEAR, 1, 1), le=date(LAST_YEAR, 12, 31))]


def words(longest: int, shortest: int = 0) -> Any:
    """Text of at most ``longest`` characters, without control characters."""
    limits = StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest)
    return Annotated[str, limits, AfterValidator(_without_controls)]


class Strict(Schema):
    """A body in which an unknown field is a mistake, not something to drop in silence."""

    model_config = ConfigDict(extra="forbid")


def _schema_of(name: str, draft: type, table: str) -> Any:
    """A body schema with the draft's fields, bounded by the columns of the table that will hold them."""
    columns = {column.name: column for column in apps.get_model("customers", table)._meta.get_fields()}
    hints = get_type_hints(draft)
    shape: dict[str, Any] = {
        each.name: (_bounded(hints[each.name], columns[each.name]), each.default) for each in fields(draft)
    }
    return create_model(name, __base__=Strict, **shape)


def _bounded(hint: Any, column: Any) -> Any:
    choices = [value for value, _ in column.flatchoices or ()]
    if hint is str:
        return Literal[("", *choices)] if choices else words(column.max_length or 2000)
    if hint == str | None:
        return words(column.max_length or 500) | None
    if hint == int | None:
        return Annotated[int, Field(ge=0, le=32767)] | None
    if column.get_internal_type() == "DecimalField":
        digits = column.max_digits
        return Annotated[hint, Field(ge=0, max_digits=digits, decimal_places=column.decimal_places)]
    return hint


PersonIn = _schema_of("PersonIn", PersonDraft, "Person")
EnterpriseIn = _schema_of("EnterpriseIn", EnterpriseDraft, "Enterprise")


Word = words(500)
# What a custom field may be given as; which of them it takes its definition says (GET /custom-fields).
CustomValue: Any = Word | bool | int | Decimal | list[Word] | None  # type: ignore[valid-type]
CustomValues = Annotated[
    dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")], CustomValue],
    Field(max_length=200, description="Custom fields by slug; null takes a value away."),
]


class NewCustomer(Strict):
    """A customer to register: exactly one of ``person`` and ``enterprise``; without a unit, in the first of one's own."""

    name: words(120, 1)  # type: ignore[valid-type]
    org_unit_id: Id | None = None
    person: PersonIn | None = None  # type: ignore[valid-type]
    enterprise: EnterpriseIn | None = None  # type: ignore[valid-type]
    source: Source = Source.PURCHASE
    source_detail: words(120) = ""  # type: ignore[valid-type]
    agent_id: Id | None = None
    referrer_id: Id | None = None
    external_no: words(64) = ""  # type: ignore[valid-type]
    custom: CustomValues = Field(default_factory=dict)

    def draft(self, *, unit: int) -> CustomerDraft:
        """The same as the customers room takes it; ``unit`` where none is given."""
        person: Any = self.person
        enterprise: Any = self.enterprise
        chosen = PersonDraft(**person.model_dump()) if person else EnterpriseDraft(**enterprise.model_dump())
        rest = self.model_dump(exclude={"person", "enterprise", "org_unit_id"})
        return CustomerDraft(details=chosen, org_unit_id=self.org_unit_id or unit, **rest)


def _all_optional(name: str, draft: type, table: str) -> Any:
    """The same fields as in ``_schema_of``, none of which has to be given."""
    whole = _schema_of(f"{name}Whole", draft, table)
    shape: dict[str, Any] = {key: (field.annotation | None, None) for key, field in whole.model_fields.items()}
    return create_model(name, __base__=Strict, **shape)


PersonChanges = _all_optional("PersonChanges", PersonDraft, "Person")
EnterpriseChanges = _all_optional("EnterpriseChanges", EnterpriseDraft, "Enterprise")


class CustomerChanges(Strict):
    """What is to change; what is not named stays. ``person`` or ``enterprise``, as the customer is."""

    name: words(120, 1) | None = None  # type: ignore[valid-type]
    source: Source | None = None
    source_detail: words(120) | None = None  # type: ignore[valid-type]
    person: PersonChanges | None = None  # type: ignore[valid-type]
    enterprise: EnterpriseChanges | None = None  # type: ignore[valid-type]
    custom: CustomValues = Field(default_factory=dict)

    def changes(self) -> dict[str, Any]:
        """The same as the customers room takes it."""
        told = self.model_dump(exclude_unset=True)
        custom = {f"custom.{slug}": value for slug, value in (told.pop("custom", None) or {}).items()}
        details = {**(told.pop("person", None) or {}), **(told.pop("enterprise", None) or {})}
        own = {name: value for name, value in told.items() if value is not None}
        return {**own, **details, **custom}


class PolicyChanges(Strict):
    """Custom fields of a policy."""

    custom: CustomValues


class NewContact(Strict):
    """A contact that was made: ``occurred_at`` is now if left out."""

    channel: ContactChannel
    direction: Direction
    outcome: CallOutcome | Literal[""] = ""
    text: words(4000) = ""  # type: ignore[valid-type]
    occurred_at: Moment | None = None


class NewTask(Strict):
    """Something to do by a time; yours unless ``owner_id`` says whose."""

    title: words(120, 1)  # type: ignore[valid-type]
    due_at: Moment
    note: words(4000) = ""  # type: ignore[valid-type]
    owner_id: Id | None = None
