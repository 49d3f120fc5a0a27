"""Whole rows and single values as JSON, exact to the microsecond, and back again. The journal seals what it keeps."""

from __future__ import annotations

import base64
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import BinaryField, Field, ForeignKey, JSONField, Model

from keyuan.kernel.fields import SealedTextField

Values = dict[str, Any]


def stored_fields(model: type[Model]) -> tuple[Field[Any, Any], ...]:
    """The columns that a row is written with: generated ones follow by themselves."""
    return tuple(field for field in model._meta.concrete_fields if not getattr(field, "generated", False))


def packed_row(row: Model) -> Values:
    """Every stored column by its attribute name."""
    return {field.attname: packed(field, getattr(row, field.attname)) for field in stored_fields(type(row))}


def unpacked_row(model: type[Model], values: Values) -> Model:
    """The row again. A column that the table has got since takes its default; one that it has lost is left out."""
    known = {field.attname: field for field in stored_fields(model)}
    return model(**{name: unpacked(known[name], value) for name, value in values.items() if name in known})


def packed(field: Field[Any, Any], value: Any) -> Any:
    """A value of a column as JSON has it."""
    if value is None or isinstance(field, JSONField):
        return value
    if isinstance(field, ArrayField):
        return [packed(field.base_field, item) for item in value]
    if isinstance(field, BinaryField) and not isinstance(field, SealedTextField):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value


def unpacked(field: Field[Any, Any], value: Any) -> Any:
    """What ``packed`` was given."""
    if value is None or isinstance(field, JSONField | SealedTextField):
        return value
    if isinstance(field, ArrayField):
        return [unpacked(field.base_field, item) for item in value]
    if isinstance(field, BinaryField):
        return base64.b64decode(value)
    if isinstance(field, ForeignKey):
        return unpacked(field.target_field, value)
    return field.to_python(value)
