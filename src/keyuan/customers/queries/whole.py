"""One customer with unit and details, read by one ready statement: what every 360 page and API answer begins with."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model, QuerySet

from keyuan.customers.models import Customer, Enterprise, Person
from keyuan.kernel.compiled import Compiled
from keyuan.kernel.statements import Answer

DEFERRED = frozenset({"name_pinyin", "name_initials", "name_grams"})
# The unit's own model lies in accounts: it is reached through the foreign key.
UNIT = Customer._meta.get_field("org_unit").related_model
PARTS: tuple[tuple[str, type[Model]], ...] = (
    ("", Customer),
    ("org_unit__", UNIT),
    ("person__", Person),
    ("enterprise__", Enterprise),
)


def ask_whole_customer(customer_id: int) -> Answer:
    """Ask for the customer of this id, whoever asks: only for an id that is in the viewer's scope."""
    return _WHOLE.ask(customer_id=customer_id)


def whole_customer(answer: Answer) -> Customer | None:
    """The customer whom the answer is about."""
    found = answer.rows()
    return _assembled(found[0]) if found else None


def _whole(customer_id: int) -> QuerySet[Customer, Any]:
    names = [f"{prefix}{field.attname}" for prefix, model in PARTS for field in _fields(model)]
    return Customer.objects.filter(pk=customer_id).values_list(*names)


_WHOLE = Compiled(_whole)


@cache
def _fields(model: type[Model]) -> tuple[Field[Any, Any], ...]:
    return tuple(field for field in model._meta.concrete_fields if field.attname not in DEFERRED)


def _assembled(row: tuple[Any, ...]) -> Customer:
    made, place = [], 0
    for _, model in PARTS:
        fields = _fields(model)
        made.append(_instance(model, fields, row[place : place + len(fields)]))
        place += len(fields)
    customer, unit, person, enterprise = made
    assert isinstance(customer, Customer)  # noqa: S101  the primary key was asked for
    cached = customer._state.fields_cache
    cached["org_unit"], cached["person"], cached["enterprise"] = unit, person, enterprise
    return customer


def _instance(model: type[Model], fields: tuple[Field[Any, Any], ...], values: tuple[Any, ...]) -> Model | None:
    """The row as an object, its values converted as the ORM would; None where an outer join found nothing."""
    if values[[field.primary_key for field in fields].index(True)] is None:
        return None
    converted = [
        value if convert is None else convert(value, None, connection)
        for value, convert in zip(values, _converters(model), strict=True)
    ]
    return model.from_db(connection.alias, [field.attname for field in fields], converted)


@cache
def _converters(model: type[Model]) -> tuple[Any, ...]:
    return tuple(getattr(field, "from_db_value", None) for field in _fields(model))
