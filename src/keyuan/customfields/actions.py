"""Keeping the definitions: who may, what never changes, and a line in the log for each change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customfields import events, queries, rules
from keyuan.customfields.models import FieldDefinition
from keyuan.customfields.refusals import (
    ChoiceMalformed,
    ChoicesMissing,
    ChoicesVanished,
    FieldNotFound,
    NameMissing,
    SlugMalformed,
    SlugOfOtherType,
    SlugTaken,
    TooManyFields,
)
from keyuan.customfields.shapes import Choice, Definition
from keyuan.customfields.states import WITH_CHOICES, FieldType, RecordKind
from keyuan.eventlog.actions import record as log
from keyuan.eventlog.kinds import EventKind
from keyuan.kernel.clock import now

MOST_FIELDS = 200
MOST_CHOICES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDraft:
    """What of a field can change. Record, slug and type are given once, to ``define_field``."""

    name: str
    name_en: str = ""
    choices: tuple[Choice, ...] = ()
    required: bool = False
    help: str = ""
    help_en: str = ""
    section: str = ""
    section_en: str = ""
    see: Permission = Permission.SEE_CUSTOMERS
    edit: Permission = Permission.EDIT_CUSTOMERS


@transaction.atomic
def define_field(record: RecordKind, slug: str, type: FieldType, draft: FieldDraft, *, by: Viewer) -> Definition:
    """A new field at the end of its record's fields; raises SlugMalformed, SlugTaken, SlugOfOtherType, ChoicesMissing …"""
    require(by, Permission.CONFIGURE)
    rows = list(FieldDefinition.objects.select_for_update().all())
    _slug_must_be_free(rows, record, slug, type)
    _check(draft, type)
    if sum(row.record == record and row.retired_at is None for row in rows) >= MOST_FIELDS:
        raise TooManyFields(most=MOST_FIELDS)
    last = FieldDefinition.objects.filter(record=record).aggregate(last=Max("order"))["last"] or 0
    row = FieldDefinition.objects.create(record=record, slug=slug, type=type, order=last + 1, **_columns(draft))
    _tell(events.DEFINED, row, by=by, payload={"name": row.name, "type": row.type})
    return queries.as_definition(row)


@transaction.atomic
def change_field(field_id: int, draft: FieldDraft, *, by: Viewer) -> Definition:
    """Other names, help, choices or permissions; nothing is logged if nothing differs. Raises ChoicesVanished."""
    row = _locked(field_id, by=by)
    _check(draft, FieldType(row.type))
    gone = {choice["code"] for choice in row.choices} - {choice.code for choice in draft.choices}
    if gone:
        raise ChoicesVanished(field="choices", codes="、".join(sorted(gone)))
    columns = _columns(draft)
    changes = {name: [getattr(row, name), value] for name, value in columns.items() if getattr(row, name) != value}
    if changes:
        for name, value in columns.items():
            setattr(row, name, value)
        row.save(update_fields=list(columns))
        _tell(events.CHANGED, row, by=by, payload={"name": row.name, "changes": changes})
    return queries.as_definition(row)


@transaction.atomic
def retire_field(field_id: int, *, by: Viewer) -> Definition:
    """Nobody is asked for it any more; its values stay where they are and come back when it is restored."""
    row = _locked(field_id, by=by)
    if row.retired_at is None:
        row.retired_at = now()
        row.save(update_fields=["retired_at"])
        _tell(events.RETIRED, row, by=by, payload={"name": row.name})
    return queries.as_definition(row)


@transaction.atomic
def restore_field(field_id: int, *, by: Viewer) -> Definition:
    """A retired field in use again, with the values that it had."""
    row = _locked(field_id, by=by)
    if row.retired_at is not None:
        row.retired_at = None
        row.save(update_fields=["retired_at"])
        _tell(events.RESTORED, row, by=by, payload={"name": row.name})
    return queries.as_definition(row)


@transaction.atomic
def order_fields(record: RecordKind, field_ids: Sequence[int], *, by: Viewer) -> None:
    """The fields of a record in this order; those that are not named follow as they stood."""
    require(by, Permission.CONFIGURE)
    rows = {row.pk: row for row in FieldDefinition.objects.select_for_update().filter(record=record)}
    before = list(rows)
    named = [key for key in dict.fromkeys(field_ids) if key in rows]
    after = named + [key for key in before if key not in named]
    if after == before:
        return
    for place, key in enumerate(after, 1):
        rows[key].order = place
    FieldDefinition.objects.bulk_update(rows.values(), ["order"])
    payload = {"record": record.value, "slugs": [rows[key].slug for key in after]}
    log(events.ORDERED, by=by.actor, subject=("custom_fields", record.value), payload=payload)
    _forget()


def _locked(field_id: int, *, by: Viewer) -> FieldDefinition:
    require(by, Permission.CONFIGURE)
    row = FieldDefinition.objects.select_for_update().filter(pk=field_id).first()
    if row is None:
        raise FieldNotFound
    return row


def _slug_must_be_free(rows: Sequence[FieldDefinition], record: RecordKind, slug: str, type: FieldType) -> None:
    if not rules.is_slug(slug):
        raise SlugMalformed(field="slug", slug=slug)
    for row in rows:
        if row.slug != slug:
            continue
        if row.record == record:
            raise SlugTaken(field="slug", slug=slug, name=row.name)
        both_customers = RecordKind.POLICY not in (row.record, record)
        if both_customers and row.type != type:
            kind = RecordKind(row.record)
            raise SlugOfOtherType(field="slug", slug=slug, record=kind.label, type=FieldType(row.type).label)


def _check(draft: FieldDraft, type: FieldType) -> None:
    if not draft.name.strip():
        raise NameMissing(field="name")
    if type not in WITH_CHOICES:
        return
    seen: set[str] = set()
    for choice in draft.choices:
        if not rules.is_slug(choice.code) or not choice.name.strip() or choice.code in seen:
            raise ChoiceMalformed(field="choices", choice=choice.code or choice.name)
        seen.add(choice.code)
    if not any(not choice.retired for choice in draft.choices) or len(draft.choices) > MOST_CHOICES:
        raise ChoicesMissing(field="choices")


def _columns(draft: FieldDraft) -> dict[str, Any]:
    texts = ("name", "name_en", "help", "help_en", "section", "section_en")
    return {
        **{name: str(getattr(draft, name)).strip() for name in texts},
        "choices": [asdict(choice) for choice in draft.choices],
        "required": draft.required,
        "see": draft.see.value,
        "edit": draft.edit.value,
    }


def _tell(kind: EventKind, row: FieldDefinition, *, by: Viewer, payload: dict[str, Any]) -> None:
    told = {"record": row.record, "slug": row.slug, **payload}
    log(kind, by=by.actor, subject=("custom_field", row.pk), payload=told)
    _forget()


def _forget() -> None:
    """This process asks the table again: at once for the rest of the transaction, and once more when it stands."""
    queries.forget()
    transaction.on_commit(queries.forget)
