"""How often a person or an address may do something, counted over all processes.

One row a window in an UNLOGGED table, raised by one atomic upsert. For frequent things a process counts up to ``step``
by itself before it tells the table, so that a look-up does not cost a write: the limit may then be exceeded by at most
``step`` a process. Spend before the transaction of the deed, so that a rollback does not give the attempt back.
"""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from keyuan.accounts import events
from keyuan.accounts.models import RateCount
from keyuan.accounts.refusals import TooMany
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now

SWEEP_CHANCE: Final = 0.01
UPSERT: Final = """
    INSERT INTO accounts_ratecount AS kept (key, count, expires_at)
    VALUES (%s, %s, now() + make_interval(secs => %s))
    ON CONFLICT (key) DO UPDATE SET count = kept.count + excluded.count
    RETURNING count
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``amount`` times in ``seconds``; the setting KEYUAN_LIMITS may say otherwise by ``name``."""

    name: str
    amount: int
    seconds: int
    step: int = 1

    @property
    def allowed(self) -> tuple[int, int]:
        """(amount, seconds) of this installation."""
        return settings.KEYUAN_LIMITS.get(self.name, (self.amount, self.seconds))


# Typing a name asks for a hit at every stroke; copying the book name by name takes more than this.
FIND = Limit("find", 600, 60, step=20)
# A person at a counter uncovers a few numbers a customer. Both an hour's and a day's harvest are bounded.
UNMASK = Limit("unmask", 120, 3600)
UNMASK_A_DAY = Limit("unmask_a_day", 500, 24 * 3600)
API_CALLS = Limit("api_calls", 60_000, 60, step=500)
BAD_TOKENS = Limit("bad_tokens", 30, 60)


@dataclass(slots=True)
class _Count:
    window: int
    known: int = 0
    pending: int = 0


_counts: dict[str, _Count] = {}
_lock = threading.Lock()


def spend(limit: Limit, *, by: Viewer) -> None:
    """Count one deed of the viewer; raises TooMany (and logs the first time in a window) beyond the limit."""
    _spend(limit, _who(by), by.actor, by.user_id)


def _who(by: Viewer) -> str:
    """Each key is counted by itself, so that one program that runs wild does not stop its owner's others."""
    return f"{by.user_id}" if by.token_id is None else f"{by.user_id}.{by.token_id}"


def spend_from(limit: Limit, *, address: str) -> None:
    """Count one deed from a network address whose sender is not known."""
    _spend(limit, address, Actor(kind="user", id="", name=""), None)


def forget_counts() -> None:
    """Drop what this process has counted and not yet told; for tests."""
    with _lock:
        _counts.clear()


def _spend(limit: Limit, who: str, actor: Actor, user_id: int | None) -> None:
    amount, seconds = limit.allowed
    key, window = f"{limit.name}:{who}", int(time.time() // seconds)
    pending = _take(key, window, amount, limit.step)
    if not pending:
        return
    total = _tell(f"{key}:{window}", pending, seconds)
    with _lock:
        _counts[key] = _Count(window, known=total)
    if total > amount:
        if total - pending <= amount:
            _note(limit, actor, user_id)
        raise TooMany(amount=amount, seconds=seconds)


def _take(key: str, window: int, amount: int, step: int) -> int:
    """Count one here; how many are to be told to the table now (0: none yet)."""
    with _lock:
        count = _counts.get(key)
        if count is None or count.window != window:
            count = _counts[key] = _Count(window)
        count.pending += 1
        if count.pending < step and count.known + count.pending <= amount:
            return 0
        pending, count.pending = count.pending, 0
        return pending


def _tell(key: str, pending: int, seconds: int) -> int:
    if random.random() < SWEEP_CHANCE:  # noqa: S311  a broom, not a secret
        RateCount.objects.filter(expires_at__lt=now()).delete()
        _sweep_own()
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [key, pending, seconds])
        row: tuple[int] = cursor.fetchone()
    return row[0]


def _sweep_own() -> None:
    with _lock:
        if len(_counts) > 10_000:
            _counts.clear()


def _note(limit: Limit, actor: Actor, user_id: int | None) -> None:
    with transaction.atomic():
        record(events.LIMITED, by=actor, subject=("user", user_id or ""), payload={"limit": limit.name})
