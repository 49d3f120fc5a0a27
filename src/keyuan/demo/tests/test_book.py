"""The same seed gives the same book, and a book is loaded once."""

from __future__ import annotations

from datetime import date

import pytest

from keyuan.accounts.models import User
from keyuan.customers.models import Customer, Identifier
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
    names = ["agent", "hotline", "counter", "underwriter", "claims", "analyst", "manager", "admin", "customer"]
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
