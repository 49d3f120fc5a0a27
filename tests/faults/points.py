"""Places in the program where a process is killed on purpose: right before or right after a step, by name.

The program knows nothing of them. ``tests.faults.part`` starts a part of it with these functions wrapped; a wrapped one
looks for a file that arms its point, and dies there (or takes the database down) if it can take the file away.
"""

from __future__ import annotations

import functools
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final


@dataclass(frozen=True)
class Point:
    """``when`` is before or after the call of ``name`` in ``module``; ``part`` the process that gets there."""

    key: str
    part: str
    module: str
    name: str
    when: str
    says: str


WEB, WORKER = "web", "worker"
POINTS: Final = (
    Point("code", WEB, "keyuan.identity.actions", "redeem", "after", "a code is redeemed, nobody is in"),
    Point("account", WEB, "keyuan.home.views.registration", "open_account", "after", "an account is open, nobody is in"),
    Point("start", WEB, "keyuan.orders.actions", "start", "after", "an order is begun, its browser knows nothing"),
    Point("fill", WEB, "keyuan.orders.actions", "fill", "after", "a page is kept"),
    Point("deciding", WEB, "keyuan.orders.actions.deciding", "tell", "before", "decided, not committed"),
    Point("submit", WEB, "keyuan.orders.actions", "submit", "after", "submitted and committed"),
    Point("certify", WEB, "keyuan.buying.views.signing", "certify", "after", "a certificate is made, unknown to its browser"),
    Point("signing", WEB, "keyuan.buying.views.paying", "begin", "before", "signed, not committed"),
    Point("told", WEB, "keyuan.billing.notifications", "handle", "before", "a notification is stored, not handled"),
    Point("booked", WEB, "keyuan.billing.actions.taking", "_honour", "before", "money is booked, nothing else"),
    Point("issued", WEB, "keyuan.orders.actions", "issued", "before", "the policy is written, not committed"),
    Point("whole", WEB, "keyuan.billing.notifications", "take_told", "after", "all of it written, not committed"),
    Point("answer", WEB, "keyuan.billing.notifications", "receive", "after", "committed, the gateway not answered"),
    Point("asked", WEB, "keyuan.billing.actions.asking", "take_told", "before", "the gateway said paid, not noted"),
    Point("refund", WORKER, "keyuan.billing.actions.refunds", "_note_answer", "before", "money went back, not noted"),
    Point("message", WORKER, "keyuan.messages.delivering", "_write_down", "before", "a message is out, not noted"),
    Point("document", WORKER, "keyuan.policies.actions", "keep_document", "before", "a document is signed, not kept"),
    Point("kept", WORKER, "keyuan.policies.actions", "keep_document", "after", "a document is kept, its job not ended"),
    Point("reader", WORKER, "keyuan.eventlog.cursors", "lines_after", "after", "a reader has read, its cursor stands"),
)  # fmt: skip


def wrap(points: tuple[Point, ...], folder: Path, cut: Callable[[], None]) -> None:
    """Put the points into the modules of this process."""
    for point in points:
        module = import_module(point.module)
        setattr(module, point.name, _wrapped(point, getattr(module, point.name), folder, cut))


def _wrapped(point: Point, inner: Any, folder: Path, cut: Callable[[], None]) -> Any:
    armed, reached = folder / f"{point.key}.armed", folder / f"{point.key}.reached"

    def die() -> None:
        try:
            victim = armed.read_text()
            armed.rename(reached)  # Of several who get here only one can.
        except FileNotFoundError:
            return
        if victim == "database":
            cut()
        else:
            os.kill(os.getpid(), signal.SIGKILL)

    @functools.wraps(inner)
    def step(*given: Any, **named: Any) -> Any:
        if point.when == "before" and armed.exists():
            die()
        result = inner(*given, **named)
        if point.when == "after" and armed.exists():
            die()
        return result

    return step
