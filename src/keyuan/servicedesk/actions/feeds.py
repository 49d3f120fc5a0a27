"""Calendar feeds: a secret address for a calendar program, shown once, revoked at will."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import now
from keyuan.servicedesk import events, queries
from keyuan.servicedesk.models import CalendarFeed
from keyuan.servicedesk.refusals import FeedNotFound, NoOwner, TooManyFeeds

MOST: Final = 5


def digest_of(secret: str) -> bytes:
    """The secret is 256 random bits: a plain digest cannot be searched backwards."""
    return hashlib.sha256(secret.encode()).digest()


@transaction.atomic
def make_feed(*, name: str, by: Viewer) -> tuple[CalendarFeed, str]:
    """A new feed of the viewer's tasks, and the secret part of its address, which nobody can read again."""
    require(by, Permission.CONTACT_CUSTOMERS)
    if by.user_id is None:
        raise NoOwner
    if queries.calendar_feeds(viewer=by).count() >= MOST:
        raise TooManyFeeds(most=MOST)
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(user_id=by.user_id, name=name.strip()[:60], digest=digest_of(secret))
    record(events.CALENDAR_FEED_MADE, by=by.actor, subject=("calendar_feed", feed.pk), payload={"name": feed.name})
    return feed, secret


@transaction.atomic
def revoke_feed(feed_id: int, *, by: Viewer) -> CalendarFeed:
    """From now on the address answers nothing. Raises FeedNotFound."""
    feed = queries.calendar_feeds(viewer=by).select_for_update().filter(pk=feed_id).first()
    if feed is None:
        raise FeedNotFound
    feed.revoked_at = now()
    feed.save(update_fields=["revoked_at"])
    record(events.CALENDAR_FEED_REVOKED, by=by.actor, subject=("calendar_feed", feed.pk), payload={"name": feed.name})
    return feed
