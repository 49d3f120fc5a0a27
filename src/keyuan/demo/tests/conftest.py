"""One book of the default size, drawn once for the tests of this room."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from keyuan.demo.book import Book
from keyuan.demo.policies_told import Trial

AS_OF = date(2026, 11, 22)


@dataclass
class Drawn:
    """A whole book's records in one list a table, and what was drawn for it."""

    book: Book
    trials: list[Trial]
    tables: dict[str, list[Any]] = field(default_factory=dict)

    def __getattr__(self, name: str) -> list[Any]:
        return self.tables[name]


def draw(*, seed: int, customers: int) -> Drawn:
    trials: list[Trial] = []
    drawn = Drawn(Book(seed=seed, customers=customers, as_of=AS_OF, trials=trials), trials)
    for batch in drawn.book.batches(customers):
        for name, rows in batch.tables():
            drawn.tables.setdefault(name, []).extend(rows)
    return drawn


@pytest.fixture(scope="session")
def drawn() -> Drawn:
    return draw(seed=1, customers=2000)
