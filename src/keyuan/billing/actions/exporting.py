"""Who took a list out, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.billing import events
from keyuan.eventlog.actions import record


@transaction.atomic
def note_export(
    which: str, *, purpose: str, filters: Mapping[str, Any], file_format: str, rows: int, by: Viewer
) -> None:
    """The log line of an export; raises NotPermitted."""
    require(by, Permission.SEE_BOOKS, Permission.EXPORT)
    kept = {name: str(value)[:100] for name, value in filters.items()}
    payload = {"purpose": purpose.strip()[:200], "filters": kept, "format": file_format, "rows": rows}
    record(events.EXPORTED, by=by.actor, subject=("billing", which), payload=payload)
