"""Showing a prospect's sensitive value in full, and taking a list of them away: purposeful and always in the log."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from keyuan.accounts import limits
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers.refusals import FieldUnknown
from keyuan.eventlog.actions import record, record_many
from keyuan.sales import events
from keyuan.sales.access import line, require
from keyuan.sales.cleaning import printable
from keyuan.sales.queries.one import the_prospect
from keyuan.sales.refusals import PurposeMissing

SEALED = ("mobile", "email", "home_address")
LONGEST_PURPOSE = 200


def unmask_prospect(prospect_id: int, *, field: str, purpose: str, by: Viewer) -> str:
    """The real value of a sealed field ("" if there is none); the look is logged with its purpose."""
    require(by, Permission.UNMASK)
    prospect = the_prospect(prospect_id, viewer=by)
    purpose = printable(purpose)[:LONGEST_PURPOSE]
    if not purpose:
        raise PurposeMissing(field="purpose")
    if field not in SEALED:
        raise FieldUnknown(field="field", name=field)
    # Counted before the transaction, so that an attempt which fails still counts.
    limits.spend(limits.UNMASK, by=by)
    limits.spend(limits.UNMASK_A_DAY, by=by)
    with transaction.atomic():
        record_many([line(events.UNMASKED, prospect, by=by, payload={"field": field, "purpose": purpose})])
    return str(getattr(prospect, field) or "")


@transaction.atomic
def note_export(*, purpose: str, filters: dict[str, Any], file_format: str, rows: int, by: Viewer) -> None:
    """Write down who takes a list of prospects away, why, and which; raises PurposeMissing, NotPermitted."""
    require(by, Permission.EXPORT)
    purpose = printable(purpose)[:LONGEST_PURPOSE]
    if not purpose:
        raise PurposeMissing(field="purpose")
    payload = {"purpose": purpose, "filters": filters, "format": file_format, "rows": rows}
    record(events.EXPORTED, by=by.actor, payload=payload)
