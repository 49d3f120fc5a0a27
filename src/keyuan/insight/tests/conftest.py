"""A small book in the lake, and the same questions answered row by row in Python."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from keyuan.accounts.scope import Viewer, system_viewer
from keyuan.demo.book import load
from keyuan.insight.lake import exporting
from keyuan.insight.lake.exporting import Exported, export
from keyuan.insight.tests.naive import Naive, read
from keyuan.kernel.actor import Actor

AS_OF = date(2026, 11, 22)
NIGHT = Actor.system("night")


@pytest.fixture
def lake(tmp_path: Path, settings: Any) -> Path:
    """An empty lake of one's own."""
    settings.KEYUAN_LAKE = str(tmp_path / "lake")
    return Path(settings.KEYUAN_LAKE)


@pytest.fixture
def everything_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines of the test's own transaction count, as if it had been committed."""

    def last() -> tuple[int, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT xid::text::bigint, id FROM eventlog_event ORDER BY xid DESC, id DESC LIMIT 1")
            return cursor.fetchone() or (0, 0)

    monkeypatch.setattr(exporting, "last_settled", last)


@pytest.fixture
def book(db: None, lake: Path, everything_settled: None, monkeypatch: pytest.MonkeyPatch) -> Exported:
    """The demo insurer with a hundred customers, exported."""
    load(customers=100, seed=7, as_of=AS_OF)
    monkeypatch.setattr(exporting, "today", lambda: AS_OF)
    return export(by=NIGHT)


@pytest.fixture
def everybody() -> Viewer:
    return system_viewer("test")


@pytest.fixture
def naive(book: Exported) -> Naive:
    return read(AS_OF)


Ask = Callable[..., Any]
