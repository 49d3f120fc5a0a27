"""Which fields there are. Definitions are kept by the process for some seconds: no page asks the table for them.

Who changes a definition forgets at once in their own process; another process sees it at most KEPT_SECONDS later. What is
written is always checked against the table itself (``fresh``).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customfields import rules
from keyuan.customfields.models import FieldDefinition
from keyuan.customfields.refusals import FieldNotFound
from keyuan.customfields.shapes import PREFIX, Choice, Definition
from keyuan.customfields.states import FieldType, RecordKind

KEPT_SECONDS: Final = 5.0

_kept: tuple[float, dict[RecordKind, tuple[Definition, ...]]] | None = None


def definitions(record: RecordKind, *, viewer: Viewer) -> tuple[Definition, ...]:
    """The fields in use of a kind of record that the viewer may see, in order."""
    return tuple(each for each in kept()[record] if not each.retired and viewer.may(each.see))


def editable(record: RecordKind, *, viewer: Viewer) -> tuple[Definition, ...]:
    """Those of them that the viewer may also change."""
    return tuple(each for each in definitions(record, viewer=viewer) if viewer.may(each.edit))


def every_definition(record: RecordKind, *, viewer: Viewer) -> tuple[Definition, ...]:
    """All fields of a kind of record, the retired ones as well, for who keeps them; read from the table."""
    return fresh(record) if viewer.may(Permission.CONFIGURE) else ()


def the_definition(field_id: int, *, viewer: Viewer) -> Definition:
    """One field, for who keeps them; raises FieldNotFound."""
    found = FieldDefinition.objects.filter(pk=field_id).first() if viewer.may(Permission.CONFIGURE) else None
    if found is None:
        raise FieldNotFound
    return as_definition(found)


def seen(record: RecordKind, values: Mapping[str, Any], *, viewer: Viewer) -> list[tuple[Definition, str]]:
    """The fields that have a value, each with how a screen prints it."""
    if not values:
        return []
    known = definitions(record, viewer=viewer)
    return [(each, rules.shown(each, values[each.slug])) for each in known if each.slug in values]


def fresh(record: RecordKind) -> tuple[Definition, ...]:
    """The fields of a kind of record as the table has them now: what a write is checked against."""
    return tuple(as_definition(row) for row in FieldDefinition.objects.filter(record=record))


def kept() -> dict[RecordKind, tuple[Definition, ...]]:
    """All fields by record as this process knows them, retired ones included."""
    global _kept
    moment = time.monotonic()
    if _kept is None or moment - _kept[0] > KEPT_SECONDS:
        rows = [as_definition(row) for row in FieldDefinition.objects.all()]
        _kept = moment, {record: tuple(row for row in rows if row.record == record) for record in RecordKind}
    return _kept[1]


def forget() -> None:
    """Let this process ask the table again."""
    global _kept
    _kept = None


def labels() -> dict[str, str]:
    """``custom.slug`` → what people call the field, for lines of the log; of all records, retired fields included."""
    return {each.key: each.label for fields in kept().values() for each in fields}


def told_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes of a log line with the values of custom fields as people read them."""
    if not any(name.startswith(PREFIX) for name in changes):
        return dict(changes)
    known = {each.key: each for fields in kept().values() for each in fields}
    return {
        name: [rules.shown(known[name], value) for value in pair] if name in known else pair
        for name, pair in changes.items()
    }


def as_definition(row: FieldDefinition) -> Definition:
    """A row as the value that the rooms work with."""
    return Definition(
        id=row.pk,
        record=RecordKind(row.record),
        slug=row.slug,
        name=row.name,
        name_en=row.name_en,
        type=FieldType(row.type),
        choices=tuple(Choice(**choice) for choice in row.choices),
        required=row.required,
        help=row.help,
        help_en=row.help_en,
        section=row.section,
        section_en=row.section_en,
        order=row.order,
        see=Permission(row.see),
        edit=Permission(row.edit),
        retired=row.retired_at is not None,
    )
