"""Fields that tests define."""

from __future__ import annotations

from typing import Any

from keyuan.accounts.scope import system_viewer
from keyuan.customfields.actions import FieldDraft, define_field
from keyuan.customfields.shapes import Choice, Definition
from keyuan.customfields.states import FieldType, RecordKind

LEVELS = (Choice("low", "低", "Low"), Choice("high", "高", "High"), Choice("gone", "旧", "Old", retired=True))


def a_field(
    slug: str, type: FieldType = FieldType.TEXT, record: RecordKind = RecordKind.PERSON, **rest: Any
) -> Definition:
    """A field that an administrator has defined."""
    with_choices = type in (FieldType.CHOICE, FieldType.MULTI_CHOICE)
    draft = FieldDraft(**{"name": f"字段{slug}", "choices": LEVELS if with_choices else (), **rest})
    return define_field(record, slug, type, draft, by=system_viewer("tests"))
