"""Showing a prospect's sensitive value in full: purposeful and always in the log."""

from __future__ import annotations

from django.db import transaction

from keyuan.accounts import limits
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers.refusals import FieldUnknown
from keyuan.eventlog.actions import record_many
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
