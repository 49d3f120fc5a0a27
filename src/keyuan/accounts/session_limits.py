"""How long a sign-in lasts: so long after the last request, and so long after signing in, whatever is done meanwhile.

A page that asks by itself (a live stream, a poll) counts as use. Sessions of nobody have no such limits: they hold only
what this browser began, and end with the cookie.
"""

from __future__ import annotations

import time
from typing import Final

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

KEY: Final = "sign_in"
#: The last use is written down only so often, in parts of the idle limit: not every request writes.
PARTS: Final = 10


def begin(session: SessionBase, *, customer: bool) -> None:
    """Somebody has just signed in."""
    moment = int(time.time())
    session[KEY] = {"began": moment, "seen": moment, "customer": customer}


def idle_seconds(*, customer: bool) -> int:
    """How long a sign-in lasts without a request."""
    return 60 * int(settings.KEYUAN_IDLE_MINUTES_CUSTOMER if customer else settings.KEYUAN_IDLE_MINUTES)


def keep(session: SessionBase) -> bool:
    """Note that the session is used; False if it has lasted long enough and must end."""
    held = session.get(KEY)
    if held is None:
        return True
    moment = int(time.time())
    idle = idle_seconds(customer=held["customer"])
    if moment - held["seen"] >= idle or moment - held["began"] >= settings.KEYUAN_SESSION_HOURS * 3600:
        return False
    if moment - held["seen"] >= idle / PARTS:
        session[KEY] = {**held, "seen": moment}
    return True
