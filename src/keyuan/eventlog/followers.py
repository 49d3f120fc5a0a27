"""Readers that follow the log. A room registers one in its ``readers.py``; the worker lets them all follow.

    @follower("tally")
    def count(lines: list[Event]) -> None: ...

A reader is called inside the transaction that moves its cursor: what it writes to the database is written exactly once
for every line, whatever fails and however many workers run. It must not call the outside world (enqueue a job instead).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal
from typing import Any

from django.db import close_old_connections
from django.utils.module_loading import autodiscover_modules

from keyuan.eventlog.cursors import follow_by, lines_after
from keyuan.eventlog.models import Event

logger = logging.getLogger(__name__)

Take = Callable[[list[Event]], None]
# Gives the next lines of a reader that does not want them as Event (cursors.follow_by).
Read = Callable[..., Sequence[Any]]
TakeAny = Callable[[list[Any]], None]

SECONDS_BETWEEN_ROUNDS = 1.0
LINES_AT_ONCE = 2000
LONGEST_PAUSE = 300.0

_FOLLOWERS: dict[str, Take] = {}
_READS: dict[str, Read] = {}


def follower(name: str) -> Callable[[Take], Take]:
    """Register a reader under a name that is stable for ever: its cursor is stored under it."""

    def register(take: Take) -> Take:
        if name in _FOLLOWERS and _FOLLOWERS[name] is not take:
            raise ValueError(f"the reader {name} is registered twice")
        _FOLLOWERS[name] = take
        return take

    return register


def reader(name: str, read: Read) -> Callable[[TakeAny], TakeAny]:
    """Register a reader that reads in its own way."""

    def register(take: TakeAny) -> TakeAny:
        follower(name)(take)
        _READS[name] = read
        return take

    return register


def followers() -> dict[str, Take]:
    """Every registered reader, by name."""
    autodiscover_modules("readers")
    return dict(_FOLLOWERS)


def catch_up(name: str) -> int:
    """Let one reader read until it is up to date; returns how many lines it took."""
    take = followers()[name]
    taken = 0
    while count := follow_by(name, take, _READS.get(name, lines_after), limit=LINES_AT_ONCE):
        taken += count
    return taken


def follow_until(stop: Signal) -> None:
    """Let every reader follow until ``stop`` is set. One that fails is told in the log file and tried again, ever later."""
    pauses: dict[str, tuple[float, float]] = {}  # reader → (seconds still to wait, length of the next pause)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="followers") as thread:
        while not stop.is_set():
            for name in followers():
                waiting, pause = pauses.get(name, (0.0, SECONDS_BETWEEN_ROUNDS))
                if waiting > 0:
                    pauses[name] = (waiting - SECONDS_BETWEEN_ROUNDS, pause)
                    continue
                error = thread.submit(_round, name).exception()
                if error is None:
                    pauses.pop(name, None)
                else:
                    logger.error("the reader %s failed and waits %.0f s", name, pause, exc_info=error)
                    pauses[name] = (pause, min(pause * 2, LONGEST_PAUSE))
            stop.wait(SECONDS_BETWEEN_ROUNDS)


def _round(name: str) -> None:
    close_old_connections()
    catch_up(name)
    close_old_connections()
