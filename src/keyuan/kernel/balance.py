"""An even load on the processes of one web server, whose callers keep their connections open.

The kernel gives a new connection to whichever process wakes first, and there it stays: of four callers, three or all
four may sit with one process while the other sleeps. So the processes tell each other, in memory that they share, how
many requests each has in hand; one that has clearly more than another answers with ``Connection: close``, and its caller
comes back to another, perhaps.
"""

from __future__ import annotations

import ctypes
import os
from multiprocessing import get_context
from threading import Lock
from typing import Final

#: How many requests more than the idlest of the others a process must have left in hand to send a caller away,
#: and which share of its own: among hundreds, two more are no burden.
MORE: Final = 2
SHARE: Final = 0.25


class Load:
    """How many requests each of ``processes`` has in hand. Made before they are forked; each calls ``join`` once."""

    def __init__(self, processes: int) -> None:
        context = get_context("fork")
        self._joining = context.Lock()
        self._pids = context.RawArray(ctypes.c_int, processes)
        self._in_hand = context.RawArray(ctypes.c_int, processes)
        self._counting = Lock()
        self._place = -1

    def join(self) -> None:
        """Take a place: a free one, or that of a process that is no more. Without one nobody is sent away."""
        self._counting = Lock()
        with self._joining:
            free = [place for place, pid in enumerate(self._pids) if not _alive(pid)]
            self._place = free[0] if free else -1
            if free:
                self._pids[self._place] = os.getpid()
                self._in_hand[self._place] = 0

    def began(self) -> None:
        """One more request is in hand."""
        if self._place >= 0:
            with self._counting:
                self._in_hand[self._place] += 1

    def ended(self) -> None:
        """One less is."""
        if self._place >= 0:
            with self._counting:
                self._in_hand[self._place] -= 1

    def is_more_than_others(self) -> bool:
        """Whether the caller whose request is being answered should look for another process."""
        if self._place < 0 or len(self._in_hand) < 2:
            return False
        left = self._in_hand[self._place] - 1
        others = min(count for place, count in enumerate(self._in_hand) if place != self._place)
        return bool(left - others >= max(MORE, left * SHARE))


def _alive(pid: int) -> bool:
    if not pid:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


_load: Load | None = None


def share_among(processes: int) -> None:
    """Prepare the shared count; to be called by the parent of the processes, before it forks them."""
    global _load
    _load = Load(processes)


def joined() -> Load:
    """The load of this server, with a place for this process."""
    load = _load or Load(1)
    load.join()
    return load
