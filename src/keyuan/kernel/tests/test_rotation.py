"""Rotating the keys: everything readable before, during and after; resumable; nothing done twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from tests.fixtures.organisation import Organisation

from keyuan.accounts.scope import Viewer
from keyuan.customers.models import Customer, Person
from keyuan.kernel import rotation, sealing
from keyuan.kernel.sealing import Keyring, store


@pytest.fixture
def own_ring(settings: object, tmp_path: object) -> Iterator[Callable[[], Keyring]]:
    """A key file of this test's own; the fixture's value rotates it and returns the new ring."""
    settings.KEYUAN_KEY_FILE = tmp_path / "keyring.json"  # type: ignore[attr-defined, operator]
    sealing.keyring.cache_clear()

    def rotate() -> Keyring:
        store(sealing.keyring().rotated(), settings.KEYUAN_KEY_FILE)  # type: ignore[attr-defined]
        sealing.keyring.cache_clear()
        return sealing.keyring()

    yield rotate
    sealing.keyring.cache_clear()


def people(org: Organisation, count: int) -> None:
    for n in range(count):
        customer = Customer.objects.create(number=f"C{n}", kind="individual", name=f"客户{n}", org_unit=org.head_office)
        Person.objects.create(customer=customer, mobile=f"1380013{n:04}", home_address=None if n % 2 else f"苏州{n}号")


def told() -> list[tuple[str | None, str | None]]:
    return list(Person.objects.order_by("pk").values_list("mobile", "home_address"))


def test_after_a_rotation_everything_reads_as_before_and_lies_under_the_new_key(
    org: Organisation, own_ring: Callable[[], Keyring], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 3)
    people(org, 8)
    before = told()
    assert rotation.count_by_key() == {1: 12}

    ring = own_ring()
    steps: list[tuple[str, int]] = []
    assert rotation.reseal(ring, progress=lambda table, rows: steps.append((table, rows))) == 8
    assert told() == before
    assert rotation.count_by_key() == {2: 12}
    assert steps == [("customers_person", 3), ("customers_person", 6), ("customers_person", 8)]
    assert rotation.reseal(ring) == 0


def test_a_rotation_that_was_stopped_goes_on_where_it_stood(
    org: Organisation, own_ring: Callable[[], Keyring], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 3)
    people(org, 8)
    before, ring = told(), own_ring()

    def pull_the_plug(table: str, rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.reseal(ring, progress=pull_the_plug)
    assert set(rotation.count_by_key()) == {1, 2}
    assert told() == before
    assert rotation.reseal(ring) == 5
    assert rotation.count_by_key() == {2: 12}


def test_a_process_that_runs_on_reads_what_another_sealed_with_a_new_key(
    org: Organisation, own_ring: Callable[[], Keyring]
) -> None:
    people(org, 1)
    before, old_ring = told(), sealing.keyring()
    rotation.reseal(own_ring())
    sealing.keyring.cache_clear()
    # The running process still has the old ring at hand when it meets the new value.
    held = [old_ring]
    original = sealing.open_or_create
    try:
        sealing.open_or_create = lambda path: held.pop() if held else original(path)  # type: ignore[assignment]
        assert sealing.keyring().current == 1
        assert told() == before
    finally:
        sealing.open_or_create = original


def test_every_sealed_column_is_known_by_its_table(viewer: Viewer) -> None:
    named = {f"{table.name}.{field.column}" for table in rotation.sealed_tables() for field in table.fields}
    assert {"customers_person.mobile", "customers_person.id_number", "customers_enterprise.email"} <= named
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE data_type = 'bytea'")
        stored = {f"{table}.{column}" for table, column in cursor.fetchall()}
    assert named <= stored
