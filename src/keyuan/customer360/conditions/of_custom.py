"""Custom fields in conditions: what administrators defined, as the column ``custom`` of customers and policies keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from django.db.models import JSONField, Q

from keyuan.accounts.scope import Viewer
from keyuan.customer360.conditions import narrowing as by
from keyuan.customer360.conditions.fields import Ask, Field, Kind, Narrow, Record
from keyuan.customer360.conditions.tree import Op, Value
from keyuan.customfields import queries as customfields
from keyuan.customfields.shapes import Definition
from keyuan.customfields.states import FieldType, RecordKind

KINDS = {
    FieldType.TEXT: Kind.TEXT,
    FieldType.NUMBER: Kind.NUMBER,
    FieldType.MONEY: Kind.MONEY,
    FieldType.DATE: Kind.DATE,
    FieldType.YES_NO: Kind.YES_NO,
    FieldType.CHOICE: Kind.CHOICE,
    FieldType.MULTI_CHOICE: Kind.SET,
}
RECORDS = {"customer": (RecordKind.PERSON, RecordKind.ENTERPRISE), "policy": (RecordKind.POLICY,)}


def with_custom(record: Record, *, viewer: Viewer) -> Record:
    """The record with the custom fields that the viewer may see; as it is where there are none."""
    found: dict[str, Field] = {}
    for kind in RECORDS.get(record.name, ()):
        for definition in customfields.definitions(kind, viewer=viewer):
            name = f"{record.name}.{definition.key}"
            if name not in found and _can_be_asked(definition.slug):
                found[name] = _field(name, definition)
    return replace(record, fields={**record.fields, **found}) if found else record


def _can_be_asked(slug: str) -> bool:
    """Whether Django reads the name as a key of the column and not as a lookup or a place in an array."""
    return "__" not in slug and not slug.isdigit() and JSONField().get_lookup(slug) is None


def _field(name: str, definition: Definition) -> Field:
    codes = [(choice.code, choice.label) for choice in definition.choices]
    return Field(
        name=name,
        label=definition.label,
        kind=KINDS[definition.type],
        narrow=_NARROW[definition.type](f"custom__{definition.slug}"),
        choices=(lambda viewer: codes) if codes else None,
        closed=bool(codes),
    )


def _stored(value: Any) -> Any:
    """A number as JSON keeps it."""
    if isinstance(value, tuple):
        return tuple(_stored(each) for each in value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _number(path: str) -> Narrow:
    plain = by.number(path, computed=True)
    return lambda op, value, ask: plain(op, _stored(value), ask)


def _day(path: str) -> Narrow:
    """Days lie as 2026-01-31, which sorts as days do."""

    def narrow(op: Op, value: Value, ask: Ask) -> Q:
        ends = by.span(op, value, ask.on)
        if ends is None:
            return Q(**{f"{path}__isnull": op == Op.EMPTY})
        first, last = ends
        found = Q(**{f"{path}__isnull": False})
        found &= Q(**{f"{path}__gte": first.isoformat()}) if first else Q()
        return found & (Q(**{f"{path}__lte": last.isoformat()}) if last else Q())

    return narrow


def _yes_no(path: str) -> Narrow:
    plain = by.yes_no(path)

    def narrow(op: Op, value: Value, ask: Ask) -> Q:
        found = plain(op, value, ask)
        return found & Q(**{f"{path}__isnull": False}) if op == Op.EQ else found

    return narrow


def _several(path: str) -> Narrow:
    """A list of codes."""

    def narrow(op: Op, value: Value, ask: Ask) -> Q:
        known = Q(**{f"{path}__isnull": False})
        if op in (Op.EMPTY, Op.NOT_EMPTY):
            return ~known if op == Op.EMPTY else known
        codes = [str(each) for each in cast("tuple[Any, ...]", value)]
        if op == Op.ALL_OF:
            return known & Q(**{f"{path}__contains": codes})
        some = Q()
        for code in codes:
            some |= Q(**{f"{path}__contains": [code]})
        found = known & some
        return ~found if op == Op.NOT_IN else found

    return narrow


_NARROW: dict[FieldType, Callable[[str], Narrow]] = {
    FieldType.TEXT: lambda path: by.text(path, computed=True),
    FieldType.NUMBER: _number,
    FieldType.MONEY: _number,
    FieldType.DATE: _day,
    FieldType.YES_NO: _yes_no,
    FieldType.CHOICE: lambda path: by.choice(path, computed=True),
    FieldType.MULTI_CHOICE: _several,
}
