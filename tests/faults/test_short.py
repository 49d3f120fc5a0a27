"""A short run of the fault test, whole processes and all; and that each of its checks would see what it looks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection

from tests.faults.books import CHECKS, faults, take_the_gateways_books
from tests.faults.house import House, dump
from tests.faults.run import Run, Told, table

# Its processes share the machine with the other half of the tests: no test that measures time runs beside them.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("horizon"), pytest.mark.timeout(400)]
SEED, KILLS, PURCHASES = 35, 6, 6


def tables_of_the_tests(folder: Path) -> Path:
    """The tables of the test database as a dump: nobody waits for the migrations twice."""
    told = connection.settings_dict
    address = f"postgresql://{told['USER']}:@/{told['NAME']}?host={quote(str(told['HOST']), safe='')}"
    dump(address, folder / "tables.sql")
    return folder / "tables.sql"


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: object
) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("faults")
    built = House(folder / "house", schema=tables_of_the_tests(folder), heartbeat=0.5, delayed=0.5)
    try:
        built.open()
        yield built
    finally:
        built.close()


@pytest.fixture(scope="module")
def told(house: House) -> Told:
    return Run(house, kills=KILLS, purchases=PURCHASES, seed=SEED, gap=0.5, patience=200).run()


@pytest.fixture
def books(house: House, told: Told) -> Iterator[psycopg.Connection]:
    with house.connect() as open_books:
        take_the_gateways_books(open_books, house.var)
        yield open_books


def test_whatever_is_killed_every_payment_has_its_policy_or_its_refund(told: Told) -> None:
    assert told.durable == {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    assert told.total >= KILLS, table(told)
    assert not told.stuck, table(told)
    assert told.bought >= PURCHASES, table(told)
    assert told.counts["policies"] == told.bought
    assert told.counts["refunds"] >= 1, "one of the buyers pays another amount than asked for"
    assert not told.faults, table(told)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.says)
def test_the_check_sees_what_it_looks_for(check: object, books: psycopg.Connection) -> None:
    assert check in CHECKS
    with books.transaction(force_rollback=True):
        books.execute("SET LOCAL session_replication_role = replica")
        books.execute(check.spoil)  # type: ignore[attr-defined]
        assert check.says in faults(books)  # type: ignore[attr-defined]
