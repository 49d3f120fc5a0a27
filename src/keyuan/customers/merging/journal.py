"""The journal of a merge: every step is written down as it is taken.

Shapes of ``contents``: moved {"ids", "from", "to"}; removed {"row", "twin"}; changed {"before", "after", "together"};
added {"row"}; stayed {"ids"}. Values are packed (merging/rows.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import router
from django.db.models import ForeignKey, Model

from keyuan.customers.merging.rows import packed, packed_row
from keyuan.customers.merging.tables import rows_of
from keyuan.customers.models import Merge, MergeStep
from keyuan.customers.states import StepKind


def pack_key(model: type[Model], value: Any) -> Any:
    """A primary key of the table as JSON has it."""
    key = model._meta.pk
    while isinstance(key, ForeignKey):
        key = key.target_field
    return packed(key, value)


@dataclass
class Journal:
    """Does each step and remembers it; ``close`` writes all steps down."""

    merge: Merge
    steps: list[MergeStep] = field(default_factory=list)

    def move(self, key: ForeignKey[Any, Any], ids: Iterable[Any], *, origin: Any, target: Any) -> None:
        """Let ``key`` of the rows point at ``target``; may raise IntegrityError."""
        model, keys = key.model, list(ids)
        rows_of(model).filter(pk__in=keys).update(**{key.attname: target})
        if key.primary_key:
            keys = [target]
        told = {
            "ids": [pack_key(model, each) for each in keys],
            "from": pack_key(model, origin),
            "to": pack_key(model, target),
        }
        self._note(StepKind.MOVED, model, column=key.name, contents=told)

    def remove(self, row: Model, *, twin: Model | None = None) -> None:
        """Take the row out of its table, whole. What still points at it makes the database refuse the transaction."""
        model = type(row)
        found = rows_of(model).filter(pk=row.pk)
        self._note(
            StepKind.REMOVED,
            model,
            row=row.pk,
            contents={"row": packed_row(row), "twin": None if twin is None else pack_key(model, twin.pk)},
        )
        found._raw_delete(using=router.db_for_write(model))

    def change(self, row: Model, changes: Mapping[str, Any], *, together: bool = False) -> None:
        """Set columns (by attribute name). ``together``: undone all or none, for they mean one thing."""
        model = type(row)
        columns = {each.attname: each for each in model._meta.concrete_fields}
        changes = {name: value for name, value in changes.items() if getattr(row, name) != value}
        if not changes:
            return
        before = {name: packed(columns[name], getattr(row, name)) for name in changes}
        for name, value in changes.items():
            setattr(row, name, value)
        found = rows_of(model).filter(pk=row.pk)
        found.update(**changes)
        # As the table has it: a share of 1 is 1.0000 there, and the undo asks whether it is still the same.
        stored = found.values(*changes).get()
        after = {name: packed(columns[name], value) for name, value in stored.items()}
        self.note_change(row, before, after, together=together)

    def note_change(
        self, row: Model, before: Mapping[str, Any], after: Mapping[str, Any], *, together: bool = False
    ) -> None:
        """The same for a change that somebody else has written; values are packed."""
        told = {"before": dict(before), "after": dict(after), "together": together}
        self._note(StepKind.CHANGED, type(row), row=row.pk, contents=told)

    def note_added(self, row: Model) -> None:
        self._note(StepKind.ADDED, type(row), row=row.pk, contents={"row": packed_row(row)})

    def note_stayed(self, key: ForeignKey[Any, Any], ids: Iterable[Any]) -> None:
        told = {"ids": [pack_key(key.model, each) for each in ids]}
        self._note(StepKind.STAYED, key.model, column=key.name, contents=told)

    def close(self) -> None:
        """Every step in its place, sealed."""
        MergeStep.objects.bulk_create(self.steps)

    def _note(
        self, kind: StepKind, model: type[Model], *, row: Any = "", column: str = "", contents: dict[str, Any]
    ) -> None:
        self.steps.append(
            MergeStep(
                merge=self.merge,
                place=len(self.steps),
                kind=kind,
                table=model._meta.label_lower,
                row=str(row),
                column=column,
                contents=json.dumps(contents, ensure_ascii=False),
            )
        )


def contents_of(step: MergeStep) -> dict[str, Any]:
    """What a step did, read back."""
    found: dict[str, Any] = json.loads(step.contents or "{}")
    return found
