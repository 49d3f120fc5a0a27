"""Killing PostgreSQL: all of it at once, as when the power goes, or one process that serves somebody."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path


def postmaster(data: Path) -> int | None:
    """The process id of the server on ``data``, if it lives."""
    with contextlib.suppress(FileNotFoundError, IndexError, ValueError):
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        if _name(pid) == "postgres":
            return pid
    return None


def _name(pid: int) -> str:
    """The program of a process that lives; nothing for one that is dead and not buried yet."""
    with contextlib.suppress(OSError):
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
        return "" if rest.split()[0] in "ZX" else name
    return ""


def children(pid: int) -> list[int]:
    """The processes that came of ``pid``."""
    with contextlib.suppress(OSError):
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def cut_power(data: Path) -> None:
    """``kill -9`` of the server and all its processes; returns when they are gone."""
    head = postmaster(data)
    if head is None:
        return
    # The head stands still first, so that it makes no new ones meanwhile.
    with contextlib.suppress(ProcessLookupError):
        os.kill(head, signal.SIGSTOP)
    gone = [*children(head), head]
    for pid in gone:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while any(_name(pid) == "postgres" for pid in gone) and time.monotonic() < until:
        time.sleep(0.01)


def kill_backend(data: Path, choose: int) -> bool:
    """``kill -9`` of one process that serves a client: the server ends all others and recovers. False: there is none."""
    head = postmaster(data)
    serving = [pid for pid in (children(head) if head else []) if _serves(pid)]
    if not serving:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(serving[choose % len(serving)], signal.SIGKILL)
    return True


def _serves(pid: int) -> bool:
    """Whether it serves a client: PostgreSQL writes user, database and address into its title."""
    with contextlib.suppress(OSError):
        return b"[local]" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False
