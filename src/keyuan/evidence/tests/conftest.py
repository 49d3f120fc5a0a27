"""A log with lines, sealed in small batches under keys of this test alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from django.db import connection, transaction

from keyuan.accounts.events import UNIT_CHANGED
from keyuan.eventlog.actions import record
from keyuan.eventlog.followers import catch_up
from keyuan.evidence.models import Batch
from keyuan.evidence.sealing import seal_all
from keyuan.kernel.actor import Actor
from keyuan.trust import authorities

BY = Actor.system("tests")


@pytest.fixture(autouse=True)
def _own_keys(tmp_path: Path, settings: Any) -> Any:
    settings.KEYUAN_TRUST = replace(settings.KEYUAN_TRUST, folder=tmp_path / "trust")
    authorities._key.cache_clear()
    yield
    authorities._key.cache_clear()


def settle() -> None:
    """Wait until no transaction older than the last line runs on the server: those of tests beside this one count as well."""
    patience = time.monotonic() + 200
    while time.monotonic() < patience:
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(xid) < pg_snapshot_xmin(pg_current_snapshot()) FROM eventlog_event")
            if cursor.fetchone()[0] is not False:
                return
        time.sleep(0.02)
    raise AssertionError("an older transaction runs for ever")


def write(*payloads: dict[str, Any]) -> None:
    """One line each, in a transaction of its own."""
    for payload in payloads:
        with transaction.atomic():
            record(UNIT_CHANGED, by=BY, subject=("unit", 1), payload=payload)


@pytest.fixture
def sealed(transactional_db: None, settings: Any) -> Callable[[int], list[Batch]]:
    """A log of some lines, sealed four lines a batch."""
    settings.KEYUAN_SEAL_LINES, settings.KEYUAN_SEAL_SECONDS = 4, 0

    def make(lines: int) -> list[Batch]:
        authorities.establish(demo=True)
        write(*({"n": n, "名": "值"} for n in range(lines)))
        settle()
        catch_up("seal")
        seal_all()
        return list(Batch.objects.order_by("number"))

    return make


@pytest.fixture
def roots() -> Callable[[], list[x509.Certificate]]:
    return authorities.roots


class Superuser:
    """Who may switch triggers off."""

    def run(self, table: str, statement: str, values: list[Any] | None = None) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement, values or [])
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def superuser() -> Superuser:
    return Superuser()
