"""Writes that are prepared while others are still on their way: kept in their order, and made later in one transaction.

Between ``with preparing(before=…) as writes`` and its end, ``copying.copy_rows`` and ``written`` keep what they are given.
``writes.make()`` then does it all in the transaction of whoever calls it, on their connection. What cannot be kept like
that (an update, a row whose key must be known) raises MustWait: the caller lets those before land and does it as usual.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


class MustWait(Exception):
    """This cannot be prepared ahead of what is being written at this moment."""


@dataclass(slots=True)
class Writes:
    """Writes in their order; ``before``: those that are still on their way, which no look-up can see yet."""

    before: Writes | None = None
    steps: list[Callable[[], object]] = field(default_factory=list)
    rows: dict[str, list[pl.DataFrame]] = field(default_factory=dict)

    def make(self) -> None:
        """Do them all, in the caller's transaction."""
        for step in self.steps:
            step()


_PREPARED: ContextVar[Writes | None] = ContextVar("prepared", default=None)


@contextmanager
def preparing(before: Writes | None) -> Iterator[Writes]:
    """Keep what is written within, instead of writing it."""
    writes = Writes(before)
    token = _PREPARED.set(writes)
    try:
        yield writes
    finally:
        _PREPARED.reset(token)
        # Only the next ones must know it; else every batch would hold all that came before.
        writes.before = None


def is_preparing() -> bool:
    """Whether writes are kept at this moment."""
    return _PREPARED.get() is not None


def keep(step: Callable[[], object], table: str = "", frame: pl.DataFrame | None = None) -> bool:
    """Keep a write if writes are kept at this moment; else say False, and the caller writes."""
    writes = _PREPARED.get()
    if writes is None:
        return False
    writes.steps.append(step)
    if frame is not None:
        writes.rows.setdefault(table, []).append(frame)
    return True


def must_be_alone() -> None:
    """To be called before what cannot be kept: raises MustWait where writes are kept."""
    if _PREPARED.get() is not None:
        raise MustWait


def on_their_way(table: str) -> list[pl.DataFrame]:
    """The new rows of ``table`` that a look-up cannot see yet, because they are being written at this moment."""
    writes = _PREPARED.get()
    return writes.before.rows.get(table, []) if writes is not None and writes.before is not None else []
