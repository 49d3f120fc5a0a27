"""Telling members of the staff something, at once on every page that they have open."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import override

from keyuan.accounts.queries import active_staff
from keyuan.accounts.scope import Viewer
from keyuan.kernel.clock import now
from keyuan.servicedesk import queries
from keyuan.servicedesk.channel import CHANNEL
from keyuan.servicedesk.models import Notice
from keyuan.servicedesk.states import NoticeKind

TITLE_LENGTH: Final = 200
KEPT_READ_DAYS: Final = 90
KEPT_DAYS: Final = 365
# PostgreSQL takes less than 8000 bytes at once.
TOLD_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class Draft:
    """What one person is to be told; ``title`` is one sentence, ``url`` a page of this site."""

    user_id: int
    title: str | Promise
    url: str
    kind: NoticeKind | str
    customer_id: int | None = None


def notify(
    user_ids: Collection[int],
    *,
    title: str | Promise,
    url: str,
    kind: NoticeKind | str,
    customer_id: int | None = None,
    by: Viewer,
) -> int:
    """Tell active staff something that has happened; returns how many were told. Nobody is told of their own deed.

    ``title`` is one sentence, lazily translated into each reader's language; ``url`` a page of this site. A notice only
    points to what happened, and that has its own line in the log: a notice has none. Who looks at a page hears of it
    after commit; a transaction that is rolled back tells nobody.
    """
    return notify_each([Draft(user_id, title, url, kind, customer_id) for user_id in dict.fromkeys(user_ids)], by=by)


@transaction.atomic
def notify_each(drafts: Sequence[Draft], *, by: Viewer) -> int:
    """The same for many, each with their own words."""
    languages = dict(active_staff({draft.user_id for draft in drafts}))
    notices = []
    for draft in drafts:
        if not draft.url.startswith("/") or draft.url.startswith("//"):
            raise ValueError("a notice leads to a page of this site")
        if draft.user_id == by.user_id or draft.user_id not in languages:
            continue
        with override(languages[draft.user_id]):
            words = str(draft.title)[:TITLE_LENGTH]
        kind = NoticeKind(draft.kind)
        notices.append(
            Notice(
                user_id=draft.user_id,
                customer_id=draft.customer_id,
                kind=kind,
                title=words,
                url=draft.url,
                by_name=by.name,
            )
        )
    told = Notice.objects.bulk_create(notices)
    transaction.on_commit(lambda: _announce(told))
    return len(told)


@transaction.atomic
def read_notices(notice_ids: Collection[int] | None, *, by: Viewer) -> int:
    """Mark notices of the viewer as read, all of them with None; returns how many were unread until now."""
    unread = queries.notices(by).filter(read_at__isnull=True)
    if notice_ids is not None:
        unread = unread.filter(pk__in=notice_ids)
    count = unread.update(read_at=now())
    if count:
        transaction.on_commit(lambda: _send([{"user": by.user_id, "read": True}]))
    return count


@transaction.atomic
def sweep_notices(*, on: datetime) -> int:
    """Throw away what was read three months ago and what nobody read for a year; returns how many."""
    read = Q(read_at__lt=on - timedelta(days=KEPT_READ_DAYS))
    count, _by_table = Notice.objects.filter(read | Q(created_at__lt=on - timedelta(days=KEPT_DAYS))).delete()
    return count


def _announce(told: list[Notice]) -> None:
    heard = [
        {"user": one.user_id, "id": one.pk, "kind": one.kind, "title": one.title, "url": f"/desk/notices/{one.pk}/"}
        for one in told
    ]
    for begin in range(0, len(heard), TOLD_AT_ONCE):
        _send(heard[begin : begin + TOLD_AT_ONCE])


def _send(heard: list[dict[str, object]]) -> None:
    """Outside of the transaction of the change: at its commit NOTIFY takes a lock of the whole database (ADR 7)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(heard, ensure_ascii=False)])
