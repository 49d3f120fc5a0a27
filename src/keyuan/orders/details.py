"""What an order says, typed: people, things, declarations. Kept sealed, as JSON, in one piece. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=200)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(Part):
    """Somebody named in an order. The birth date and the sex come from the document where it tells them."""

    name: Text
    document_kind: Text = "resident_id"
    document_number: Text = ""
    birth_date: date | None = None
    sex: Literal["", "male", "female"] = ""
    mobile: Text = ""
    email: Text = ""


class Agreed(Part):
    """保险法 §34: the insured agreed to cover on their death and to its sum, with a code on their own telephone."""

    at: datetime
    challenge: Text
    sum: Decimal


class Insured(Person):
    """``agreed``: their own word, where the law wants it (needed.must_agree)."""

    relation: Text = "self"
    agreed: Agreed | None = None


class Beneficiary(Person):
    """``share``: the part of the benefit of their rank, 0 to 1. A later rank receives if nobody of an earlier one lives."""

    relation: Text = ""
    share: Decimal
    rank: Annotated[int, Field(ge=1, le=5)] = 1


class Member(Person):
    """Somebody on the list of a company: the plan they have and the class of their work."""

    plan: Text
    occupation_class: int
    staff_number: Text = ""


class Paper(Part):
    """A copy that was sent: what it is of (needed.Copy.code) and where its bytes lie; ``sha256`` goes with the signature."""

    code: Text
    name: Text
    kind: Text
    key: Text
    sha256: Text
    size: int


class Registered(Part):
    """What the law on money laundering has an insurer register from a premium on (§12): see needed.registers."""

    nationality: Text
    occupation: Text
    address: Text
    document_until: date | None = None  # None: for life


class Vehicle(Part):
    plate: Text
    vin: Text
    engine: Text = ""
    registered_on: date | None = None


class Company(Part):
    """Who takes out a group or an enterprise contract, and who may act for it."""

    name: Text
    uscc: Text
    address: Text = ""
    contact_position: Text = ""


class Means(Part):
    """What suitability is judged by (products.suitability). Yuan a year; None: not said."""

    household_income: Decimal | None = None
    budget: Decimal | None = None
    paying: Decimal = Decimal(0)
    needs: tuple[Text, ...] | None = None
    warned: tuple[Text, ...] = ()


class Identified(Part):
    """When and by which check the applicant proved who they are."""

    check: str
    at: datetime


class Details(Part):
    """``told``: what the product's form says, by field name. ``facts`` and ``answers``: the declaration.

    ``read``: each exclusion and clause, and when it was opened. ``consents``: each statement agreed to, by its wording.
    """

    told: Mapping[str, str] = {}
    starts_on: date | None = None
    applicant: Person | None = None
    company: Company | None = None
    insured: tuple[Insured, ...] = ()
    beneficiaries: tuple[Beneficiary, ...] = ()
    members: tuple[Member, ...] = ()
    papers: tuple[Paper, ...] = ()
    registered: Registered | None = None
    vehicle: Vehicle | None = None
    address: Text = ""
    facts: Mapping[str, Any] = {}
    answers: Mapping[str, Any] = {}
    means: Means | None = None
    read: Mapping[str, datetime] = {}
    consents: Mapping[str, datetime] = {}
    identified: Identified | None = None

    def with_(self, **changes: Any) -> Details:
        """A copy with these parts said anew."""
        return Details.model_validate({**self.model_dump(), **changes})
