"""What the sandbox remembers: trades, refunds, notifications to send. One SQLite file, synced at every commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import RLock
from typing import Any

CHINA = timezone(timedelta(hours=8))
TIME = "%Y-%m-%d %H:%M:%S"
TABLES = """
CREATE TABLE IF NOT EXISTS trade (
    number TEXT PRIMARY KEY, trade_no TEXT UNIQUE, subject TEXT, cents INTEGER, paid INTEGER, status TEXT,
    notify_url TEXT, return_url TEXT, opened TEXT, expires TEXT, paid_at TEXT, ended TEXT
);
CREATE TABLE IF NOT EXISTS refund (
    number TEXT, request TEXT, cents INTEGER, at TEXT, PRIMARY KEY (number, request)
);
CREATE TABLE IF NOT EXISTS notice (
    id INTEGER PRIMARY KEY, url TEXT, body TEXT, due REAL, tries INTEGER DEFAULT 0, most INTEGER, done TEXT
);
CREATE INDEX IF NOT EXISTS notice_due ON notice (due) WHERE done IS NULL;
"""


def now() -> str:
    """This moment as Alipay writes it: China's time."""
    return datetime.now(CHINA).strftime(TIME)


class Store:
    """One connection and one lock: a sandbox has few customers."""

    def __init__(self, path: Path) -> None:
        self._lock = RLock()
        self._base = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._base.row_factory = sqlite3.Row
        self._base.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + TABLES)

    @contextmanager
    def change(self) -> Iterator[None]:
        """One transaction; others wait."""
        with self._lock:
            self._base.execute("BEGIN IMMEDIATE")
            done = False
            try:
                yield
                done = True
            finally:
                self._base.execute("COMMIT" if done else "ROLLBACK")

    def run(self, statement: str, *values: Any) -> None:
        """Execute a statement."""
        with self._lock:
            self._base.execute(statement, values)

    def one(self, statement: str, *values: Any) -> sqlite3.Row | None:
        """The first row."""
        with self._lock:
            row: sqlite3.Row | None = self._base.execute(statement, values).fetchone()
            return row

    def all(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        """All rows."""
        with self._lock:
            return self._base.execute(statement, values).fetchall()

    def close(self) -> None:
        with self._lock:
            self._base.close()
