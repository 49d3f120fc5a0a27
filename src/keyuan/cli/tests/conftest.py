"""A machine on which Keyuan never ran: a database without tables and a folder without anything."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from tests.fixtures.tables import tables_made_once

Keyuan = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The address of a database without a table."""
    with _database() as address:
        yield address


@pytest.fixture
def whole_database() -> Iterator[str]:
    """The address of a database with every table, and nothing in them."""
    with _database(like=tables_made_once()) as address:
        yield address


@pytest.fixture
def older_database() -> Iterator[str]:
    """The address of a database in which the tables of one room were not made yet."""
    with _database(like=tables_made_once()) as address:
        with psycopg.connect(address) as older:
            older.execute("DROP TABLE lists_listview")
            older.execute("DELETE FROM django_migrations WHERE app = 'lists'")
        yield address


@contextmanager
def _database(*, like: str = "template1") -> Iterator[str]:
    entry = settings.DATABASES["default"]
    host, name = entry["HOST"] or entry["OPTIONS"].get("host", ""), f"first_use_{uuid4().hex[:8]}"
    # Django's entry is not the test database's here: these tests never ask for it.
    with psycopg.connect(
        dbname="postgres", host=host, port=entry["PORT"] or None, user=entry["USER"], password=entry["PASSWORD"] or None
    ) as server:
        server.autocommit = True
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        user = quote(entry["USER"]) + (f":{quote(entry['PASSWORD'])}" if entry["PASSWORD"] else "")
        port = f"&port={entry['PORT']}" if entry["PORT"] else ""
        yield f"postgresql://{user}@/{name}?host={quote(host, safe='')}{port}"
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def keyuan(empty_database: str, tmp_path: Path) -> Keyuan:
    """Run the command line as its own process on that machine, at a terminal in English unless told otherwise."""
    return command_line(empty_database, tmp_path)


def command_line(database: str, folder: Path) -> Keyuan:
    """``keyuan`` as its own process, with that database and that folder."""

    def call(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        own = {"DATABASE_URL": database, "KEYUAN_VAR": str(folder), "LC_ALL": "en_US.UTF-8"}
        return subprocess.run(
            [sys.executable, "-m", "keyuan.cli", *map(str, arguments)],
            env={**inherited, "PYTHONUTF8": "1", **own, **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=180,
            check=False,
        )

    return call
