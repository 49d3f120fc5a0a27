"""The catalogue of what we know of a customer: the four parts of P1, field by field, for screens, forms and the log."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db.models import Field
from django.utils.functional import Promise

from keyuan.customers.models import Customer, Enterprise, Person
from keyuan.customers.states import ENTERPRISE_PART_LABELS, CustomerKind, Part
from keyuan.kernel.fields import SealedTextField

# How a family lives (housing, cars) is 生活情况; who belongs to it and what it earns together is 家庭情况.
PERSON_PARTS: dict[Part, tuple[str, ...]] = {
    Part.BASIC: (
        "sex", "birth_date", "native_place", "marital_status", "education", "document_kind", "id_number", "mobile",
        "employer", "department", "employer_address", "position", "work_phone", "occupation", "occupation_class", "email",
        "fax", "home_phone", "home_address", "region",
    ),
    Part.LIFE: (
        "annual_income", "debts", "housing", "cars_owned", "smoker", "health_note", "hobbies", "preferred_channel",
        "preferred_time", "life_note",
    ),
    Part.FAMILY: ("children", "household_income"),
    Part.INSURANCE: ("driving_licence_on", "bank_account"),
}  # fmt: skip
ENTERPRISE_PARTS: dict[Part, tuple[str, ...]] = {
    Part.BASIC: (
        "uscc", "legal_representative", "established_on", "contact_name", "contact_position", "contact_mobile", "phone",
        "fax", "email", "address", "region",
    ),
    Part.LIFE: ("industry", "business_nature", "employees", "registered_capital"),
    Part.FAMILY: (),
    Part.INSURANCE: ("bank_account",),
}  # fmt: skip
CUSTOMER_FIELDS = ("name", "source", "source_detail", "org_unit_id")


def details_model(kind: str) -> type[Person] | type[Enterprise]:
    """Where the details of a kind of customer lie."""
    return Person if kind == CustomerKind.INDIVIDUAL else Enterprise


def parts_of(kind: str) -> dict[Part, tuple[str, ...]]:
    """The fields of each part for a kind of customer."""
    return PERSON_PARTS if kind == CustomerKind.INDIVIDUAL else ENTERPRISE_PARTS


def part_label(kind: str, part: Part) -> str | Promise:
    """What a part is called for a kind of customer."""
    if kind == CustomerKind.ENTERPRISE:
        return ENTERPRISE_PART_LABELS.get(part, part.label)
    return part.label


@cache
def detail_fields(kind: str) -> dict[str, Field[Any, Any]]:
    """Every field of the details, by name."""
    return {field.name: field for field in details_model(kind)._meta.concrete_fields if not field.primary_key}


@cache
def sealed_fields(kind: str) -> frozenset[str]:
    """The fields that lie encrypted and are shown masked."""
    return frozenset(name for name, field in detail_fields(kind).items() if isinstance(field, SealedTextField))


@cache
def _own_fields() -> dict[str, Field[Any, Any]]:
    return {field.attname: field for field in Customer._meta.concrete_fields}


def label_of(kind: str, name: str) -> str | Promise:
    """How people call the field."""
    if name in CUSTOMER_FIELDS:
        return _own_fields()[name].verbose_name
    return detail_fields(kind)[name].verbose_name


@cache
def field_labels() -> dict[str, str | Promise]:
    """Every field of both kinds by name, as the log's ``customer.changed`` names them."""
    labels: dict[str, str | Promise] = {}
    for kind in reversed(CustomerKind.values):
        labels |= {name: field.verbose_name for name, field in detail_fields(kind).items()}
    return labels | {name: label_of(CustomerKind.INDIVIDUAL, name) for name in CUSTOMER_FIELDS}
