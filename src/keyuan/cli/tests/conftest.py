"""A machine on which Keyuan never ran: a database without tables and a folder without anything."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings

Keyuan = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The address of a database without a table."""
    entry = settings.DATABASES["default"]
    host, name = entry["HOST"] or entry["OPTIONS"].get("host", ""), f"first_use_{uuid4().hex[:8]}"
    # Django's entry is not the test database's here: these tests never ask for it.
    with psycopg.connect(
        dbname="postgres", host=host, port=entry["PORT"] or None, user=entry["USER"], password=entry["PASSWORD"] or None
    ) as server:
        server.autocommit = True
        server.execute(f'CREATE DATABASE "{name}"')
        user = quote(entry["USER"]) + (f":{quote(entry['PASSWORD'])}" if entry["PASSWORD"] else "")
        port = f"&port={entry['PORT']}" if entry["PORT"] else ""
        yield f"postgresql://{user}@/{name}?host={quote(host, safe='')}{port}"
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def keyuan(empty_database: str, tmp_path: Path) -> Keyuan:
    """Run the command line as its own process on that machine, at a terminal in English unless told otherwise."""

    def call(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        own = {"DATABASE_URL": empty_database, "KEYUAN_VAR": str(tmp_path), "LC_ALL": "en_US.UTF-8"}
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
