"""Reading calendar feeds: their owner lists them, and whoever has the secret address reads the owner's tasks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from keyuan.accounts.scope import STRANGER, Viewer, accounts_with_scope, viewer_of
from keyuan.servicedesk.models import CalendarFeed, Task

DONE_SHOWN_DAYS: Final = 30
MOST: Final = 1000
READ_TOLD_EVERY: Final = timedelta(minutes=5)


def calendar_feeds(*, viewer: Viewer) -> QuerySet[CalendarFeed]:
    """The viewer's own feeds that answer."""
    if viewer.user_id is None or not viewer.is_staff:
        return CalendarFeed.objects.none()
    return CalendarFeed.objects.filter(user_id=viewer.user_id, revoked_at__isnull=True).order_by("-pk")


def feed_owner(digest: bytes, *, on: datetime) -> Viewer:
    """Whose feed this is; unknown, revoked, or its owner gone: a stranger. Notes that the feed was read."""
    feed = CalendarFeed.objects.filter(digest=digest, revoked_at__isnull=True).first()
    user = None if feed is None else accounts_with_scope().filter(pk=feed.user_id, is_active=True).first()
    if feed is None or user is None:
        return STRANGER
    if feed.last_read_at is None or on - feed.last_read_at > READ_TOLD_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_at=on)
    return viewer_of(user)


def tasks_for_calendar(*, viewer: Viewer, on: datetime) -> list[Task]:
    """The viewer's open tasks, and what was done of late, so that a calendar can strike it out."""
    if viewer.user_id is None or not viewer.is_staff:
        return []
    shown = Q(done_at__isnull=True) | Q(done_at__gte=on - timedelta(days=DONE_SHOWN_DAYS))
    found = Task.objects.filter(shown, owner_id=viewer.user_id).select_related("customer")
    return list(found.order_by("-due_at")[:MOST])
