"""Reading notices: everybody reads their own and nobody else's."""

from __future__ import annotations

from django.db.models import QuerySet

from keyuan.accounts.scope import Viewer
from keyuan.servicedesk.models import Notice

SHOWN_AFTER_A_GAP = 20


def notices(viewer: Viewer) -> QuerySet[Notice]:
    """What the viewer was told, the latest first."""
    if viewer.user_id is None or not viewer.is_staff:
        return Notice.objects.none()
    return Notice.objects.filter(user_id=viewer.user_id).order_by("-id")


def unread_count(viewer: Viewer) -> int:
    """How many of them the viewer has not read."""
    return notices(viewer).filter(read_at__isnull=True).count()


def missed_notices(viewer: Viewer, *, since_id: int) -> list[Notice]:
    """What the viewer was told after the notice ``since_id``, the earliest first; the last few where there are many."""
    return list(notices(viewer).filter(pk__gt=since_id)[:SHOWN_AFTER_A_GAP])[::-1]
