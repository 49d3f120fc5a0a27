"""Who may decide how much alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

from keyuan.accounts import queries as accounts
from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import now
from keyuan.underwriting import events
from keyuan.underwriting.models import Authority
from keyuan.underwriting.queries.authority import SHIPPED
from keyuan.underwriting.refusals import NoAuthority, SecondPersonNeeded, WholeCompanyNeeded


@transaction.atomic
def set_authority(
    *,
    role: str = "",
    user_id: int | None = None,
    most_sum: Decimal,
    most_loading: int,
    may_decline: bool,
    since: date,
    by: Viewer,
) -> Authority:
    """From a day on a role, or a person, may decide so much alone. Nobody sets their own."""
    require(by, Permission.PUBLISH_UNDERWRITING_RULES)
    if not by.sees_whole_company:
        raise WholeCompanyNeeded
    if user_id is not None:
        person = accounts.colleagues(viewer=by).filter(pk=user_id, role__in=list(SHIPPED)).first()
        if person is None or role:
            raise NoAuthority
        if user_id == by.user_id:
            raise SecondPersonNeeded(number="")
    elif role not in SHIPPED:
        raise NoAuthority
    made = Authority.objects.create(
        role=role,
        user_id=user_id,
        most_sum=most_sum,
        most_loading=most_loading,
        may_decline=may_decline,
        since=since,
        given_by=by.actor.name,
        given_at=now(),
    )
    payload = {
        "role": role,
        "user_id": user_id,
        "most_sum": str(most_sum),
        "most_loading": most_loading,
        "may_decline": may_decline,
        "since": str(since),
    }
    label = Role(role).value if role else str(user_id)
    record(events.AUTHORITY, by=by.actor, subject=("authority", label), payload=payload)
    return made
