"""Field values as the tables take them: type, choices and length checked, refused by the field's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field

from keyuan.customers.fields import detail_fields
from keyuan.customers.refusals import ValueNotAllowed
from keyuan.kernel.fields import SealedTextField

LONGEST_SECRET = 500


def cleaned_details(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Each value in its field's type; raises ValueNotAllowed for the first that is not."""
    fields = detail_fields(kind)
    return {name: _cleaned(fields[name], value) for name, value in values.items()}


def _cleaned(field: Field[Any, Any], value: Any) -> Any:
    if isinstance(field, SealedTextField):
        return str(value).strip()[:LONGEST_SECRET] or None if value is not None else None
    if value in (None, ""):
        return None if field.null else ""
    if isinstance(value, str):
        value = value.strip().replace("\x00", "")
    try:
        return field.clean(value, None)
    except ValidationError as error:
        raise ValueNotAllowed(field=field.name, label=field.verbose_name, reason=" ".join(error.messages)) from error
