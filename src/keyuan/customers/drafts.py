"""What a new customer is registered from: every field of P1, typed, as the person at the desk gave it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from keyuan.customers.states import CustomerKind, DocumentKind, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDraft:
    """Basic data and life situation of an individual; names and units as in models.Person. Nothing is "" or None."""

    sex: str = ""
    birth_date: date | None = None
    native_place: str = ""
    marital_status: str = ""
    education: str = ""
    document_kind: str = DocumentKind.RESIDENT_ID
    id_number: str | None = None
    mobile: str | None = None
    email: str | None = None
    employer: str = ""
    department: str = ""
    employer_address: str = ""
    position: str = ""
    work_phone: str | None = None
    fax: str = ""
    occupation: str = ""
    occupation_class: int | None = None
    home_phone: str | None = None
    home_address: str | None = None
    region: str = ""
    bank_account: str | None = None
    driving_licence_on: date | None = None
    annual_income: Decimal | None = None
    household_income: Decimal | None = None
    debts: Decimal | None = None
    housing: str = ""
    cars_owned: int | None = None
    children: int | None = None
    smoker: bool | None = None
    health_note: str | None = None
    hobbies: str = ""
    preferred_channel: str = ""
    preferred_time: str = ""
    life_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseDraft:
    """Data of an enterprise; names and units as in models.Enterprise."""

    uscc: str = ""
    industry: str = ""
    business_nature: str = ""
    employees: int | None = None
    registered_capital: Decimal | None = None
    established_on: date | None = None
    legal_representative: str = ""
    contact_name: str = ""
    contact_position: str = ""
    contact_mobile: str | None = None
    phone: str = ""
    fax: str = ""
    email: str | None = None
    address: str = ""
    region: str = ""
    bank_account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDraft:
    """A customer to be: ``details`` says which kind. ``external_no`` is the number in the book they come from.

    ``custom`` are the values of custom fields by slug, as they were given.
    """

    name: str
    org_unit_id: int
    details: PersonDraft | EnterpriseDraft
    source: str = Source.PURCHASE
    source_detail: str = ""
    agent_id: int | None = None
    referrer_id: int | None = None
    external_no: str = ""
    synthetic: bool = False
    custom: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> CustomerKind:
        return CustomerKind.INDIVIDUAL if isinstance(self.details, PersonDraft) else CustomerKind.ENTERPRISE
