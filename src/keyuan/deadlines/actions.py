"""Taking in the official notice of a year, and taking it out again."""

from __future__ import annotations

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.deadlines import calendar, events, noticing
from keyuan.deadlines.models import HolidayNotice, NoticedDay
from keyuan.deadlines.refusals import NoSuchNotice, UnreadableNotice
from keyuan.eventlog.actions import record


@transaction.atomic
def take_in_notice(year: int, *, title: str, text: str, by: Viewer) -> HolidayNotice:
    """The days of the notice hold from now on, before what the library knows; an earlier one of the year is replaced."""
    require(by, Permission.MANAGE_USERS)
    try:
        days = noticing.parse(text, year=year)
    except noticing.NoticeUnreadable as fault:
        raise UnreadableNotice(field="text", line=fault.line, why=fault.why) from None
    HolidayNotice.objects.select_for_update().filter(year=year).delete()
    notice = HolidayNotice.objects.create(year=year, title=title.strip(), text=text.strip(), entered_by_id=by.user_id)
    NoticedDay.objects.filter(day__in=[named.day for named in days]).delete()
    NoticedDay.objects.bulk_create(
        NoticedDay(notice=notice, day=named.day, works=named.works, festival=named.festival) for named in days
    )
    payload = {"year": year, "title": notice.title, "days": len(days)}
    record(events.NOTICE_TAKEN_IN, by=by.actor, subject=("holiday_notice", year), payload=payload)
    transaction.on_commit(calendar.forget)
    return notice


@transaction.atomic
def remove_notice(year: int, *, by: Viewer) -> None:
    """Go back to what the library knows of the year."""
    require(by, Permission.MANAGE_USERS)
    notice = HolidayNotice.objects.select_for_update().filter(year=year).first()
    if notice is None:
        raise NoSuchNotice(year=year)
    payload = {"year": year, "title": notice.title}
    notice.delete()
    record(events.NOTICE_REMOVED, by=by.actor, subject=("holiday_notice", year), payload=payload)
    transaction.on_commit(calendar.forget)
