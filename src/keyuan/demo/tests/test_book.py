"""The same seed gives the same book, and a book is loaded once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from tests.faults.house import dump, restore
from tests.fixtures.tables import address, tables_made_once

from keyuan.accounts.models import User
from keyuan.accounts.scope import system_viewer, viewer_of
from keyuan.customers.models import Customer, Identifier
from keyuan.customers.queries import by_identifier, visible
from keyuan.demo.book import Book, RealCustomersInTheBook, TooManyCustomers, empty, load
from keyuan.eventlog.models import Event
from keyuan.policies.models import Policy

AS_OF = date(2026, 11, 22)


def test_the_same_seed_gives_the_same_book_and_another_seed_another() -> None:
    one = Book(seed=5, customers=60, as_of=AS_OF).digest()
    assert Book(seed=5, customers=60, as_of=AS_OF).digest() == one
    assert Book(seed=6, customers=60, as_of=AS_OF).digest() != one


def test_the_size_of_a_batch_does_not_change_what_is_told() -> None:
    def told(size: int) -> list[tuple[object, ...]]:
        batches = Book(seed=5, customers=60, as_of=AS_OF).batches(size)
        return sorted((e.occurred_at, e.customer, e.name, repr(e.payload)) for b in batches for e in b.events)

    assert told(7) == told(1000)


def test_more_customers_than_there_are_plates_is_refused() -> None:
    with pytest.raises(TooManyCustomers):
        Book(seed=1, customers=500_001, as_of=AS_OF)


@pytest.mark.django_db
def test_a_loaded_book_is_whole_marked_synthetic_and_not_loaded_twice() -> None:
    report = load(customers=80, seed=3, as_of=AS_OF)
    assert report.loaded
    assert report.rows["customers.customer"] == Customer.objects.filter(synthetic=True).count() == 80
    assert not Customer.objects.filter(synthetic=False).exists()
    assert report.rows["policies.policy"] == Policy.objects.count() > 0
    assert Identifier.objects.filter(kind="policy_no").count() == Policy.objects.count()
    lines = Event.objects.count()

    again = load(customers=90, seed=4, as_of=AS_OF)
    assert not again.loaded
    assert (Customer.objects.count(), Event.objects.count()) == (80, lines)


@pytest.mark.django_db
def test_every_role_has_an_account_that_the_demo_password_opens() -> None:
    load(customers=20, seed=3, as_of=AS_OF)
    names = [
        "agent",
        "hotline",
        "counter",
        "underwriter",
        "claims",
        "analyst",
        "manager",
        "director",
        "admin",
        "customer",
    ]
    users = {user.username: user for user in User.objects.filter(username__in=names)}
    assert set(users) == set(names)
    assert all(user.check_password("keyuan-demo-2026") for user in users.values())
    assert not User.objects.exclude(username__in=names).filter(password__startswith="md5").exists()
    assert users["agent"].agent.assignments.filter(ends_on__isnull=True).exists()


@pytest.mark.django_db
def test_a_book_with_one_real_customer_is_not_emptied() -> None:
    load(customers=5, seed=3, as_of=AS_OF)
    Customer.objects.filter(pk=Customer.objects.first().pk).update(synthetic=False)
    with pytest.raises(RealCustomersInTheBook):
        empty()
    with pytest.raises(RealCustomersInTheBook):
        load(customers=5, seed=3, as_of=AS_OF, replace=True)
    assert Customer.objects.count() == 5


@pytest.fixture
def tables_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables of this version from a dump, instead of by two hundred migrations once more."""
    kept = tmp_path / "tables.sql"
    dump(address(tables_made_once()), kept)

    def migrate(command: str, **wishes: object) -> None:
        assert command == "migrate"
        restore(address(connection.settings_dict["NAME"]), kept)

    monkeypatch.setattr("django.core.management.call_command", migrate)


@pytest.mark.django_db(transaction=True)
def test_replacing_puts_another_book_in_place_of_the_first_and_keeps_the_log_append_only(tables_at_hand: None) -> None:
    load(customers=10, seed=3, as_of=AS_OF)
    first = set(Customer.objects.values_list("name", flat=True))
    report = load(customers=12, seed=4, as_of=AS_OF, replace=True)
    assert report.loaded
    assert Customer.objects.count() == 12
    assert set(Customer.objects.values_list("name", flat=True)) != first
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM eventlog_event")


@pytest.mark.django_db
def test_the_demo_agent_and_the_demo_customer_see_their_own() -> None:
    load(customers=60, seed=3, as_of=AS_OF)
    agent = viewer_of(User.objects.get(username="agent"))
    customer = viewer_of(User.objects.get(username="customer"))
    manager = viewer_of(User.objects.get(username="manager"))
    shown = visible(customer).get()
    assert visible(agent).contains(shown)
    assert 1 < visible(agent).count() < visible(manager).count() < Customer.objects.count()


@pytest.mark.django_db
def test_a_customer_is_found_by_every_identifier_that_the_book_wrote() -> None:
    load(customers=60, seed=3, as_of=AS_OF)
    viewer = system_viewer("tests")
    book = Book(seed=3, customers=60, as_of=AS_OF)
    for batch in book.batches():
        names = {row.customer: row.name for row in batch.customers}
        for row in batch.identifiers:
            if row.ended_on is None:
                assert [found.name for found in by_identifier(row.value, viewer=viewer)] == [names[row.customer]]
