"""Every write of the accounts room: lock, check, write, log."""

from __future__ import annotations

from keyuan.accounts.models import User
from keyuan.accounts.scope import Viewer


def prefer(*, by: Viewer, language: str | None = None, theme: str | None = None) -> None:
    """Keep one's own language or theme. A matter of taste: no log line."""
    wanted = {name: value for name, value in (("language", language), ("theme", theme)) if value is not None}
    if by.user_id is not None:
        User.objects.filter(pk=by.user_id).update(**wanted)
