"""Merge then undo is the identity: over random books with rows in every table that points at a customer."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyuan.customers import actions
from keyuan.customers.actions import CustomerDraft, EnterpriseDraft, PersonDraft
from keyuan.customers.merging import merge, undo_merge
from keyuan.customers.merging.tables import pointers, rows_of
from keyuan.customers.models import Customer
from keyuan.customers.states import CustomerKind
from keyuan.kernel.actor import Actor
from tests.fixtures.organisation import Organisation
from tests.merging.filling import differences, dump, fill, tables_of_customers

CLERK = Actor.system("tests")
FEW = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
PICKED = (
    "name",
    "mobile",
    "email",
    "employer",
    "hobbies",
    "annual_income",
    "home_address",
    "source",
    "household",
    "servicing",
)
SOURCES = st.integers(min_value=0, max_value=2**32).map(random.Random)


def _person(org: Organisation, rng: random.Random, place: int) -> Customer:
    def maybe(value: Any) -> Any:
        return value if rng.random() < 0.6 else None

    draft = PersonDraft(
        mobile=maybe(f"138{rng.randint(10**7, 10**8 - 1)}"),
        email=maybe(f"p{place}{rng.randint(0, 10**6)}@example.com"),
        birth_date=maybe(date(1980, 1, rng.randint(1, 28))),
        employer=maybe(f"厂{rng.randint(0, 3)}") or "",
        position=maybe("班长") or "",
        hobbies=maybe("钓鱼") or "",
        home_address=maybe(f"苏州市{rng.randint(1, 9)}号"),
        annual_income=maybe(rng.randint(1, 9) * 10000),
        smoker=maybe(rng.random() < 0.5),
    )
    whole = CustomerDraft(
        name=rng.choice(["王伟", "王玮", "李娜"]),
        org_unit_id=rng.choice([org.branch, org.other_branch]).pk,
        details=draft,
        external_no=maybe(f"X{place}{rng.randint(0, 10**6)}") or "",
    )
    return actions.register_customer(whole, by=CLERK)


def _company(org: Organisation, rng: random.Random, place: int) -> Customer:
    draft = EnterpriseDraft(industry=rng.choice(["", "制造业"]), contact_name=rng.choice(["", "李娜"]))
    return actions.register_customer(
        CustomerDraft(name=f"苏州机床{place}厂", org_unit_id=org.branch.pk, details=draft), by=CLERK
    )


def _book(org: Organisation, rng: random.Random, *, kind: str = "individual", size: int = 3) -> list[Customer]:
    """A few customers, each with rows in a random choice of the tables."""
    make = _person if kind == CustomerKind.INDIVIDUAL else _company
    people = [make(org, rng, place) for place in range(size)]
    for key in tables_of_customers():
        for customer in people:
            for _ in range(rng.randint(0, 2)):
                fill(key, customer, rng)
    connection.check_constraints()
    for customer in people:
        customer.refresh_from_db()
    return people


def _choices(rng: random.Random) -> dict[str, str]:
    return {name: rng.choice(["keep", "drop"]) for name in PICKED if rng.random() < 0.4}


def _nothing_points_at(customer_id: int) -> None:
    left = [key for key in pointers(Customer) if rows_of(key.model).filter(**{key.attname: customer_id}).exists()]
    assert left == []


def test_every_table_that_points_at_a_customer_can_be_filled(org: Organisation) -> None:
    """If this fails for a new table, tell tests/merging/filling.py what its columns do not say (NEEDS)."""
    rng = random.Random(1)
    person = _person(org, rng, 0)
    _person(org, rng, 1)
    unfilled = [
        f"{key.model._meta.label}.{key.name}" for key in tables_of_customers() if fill(key, person, rng) is None
    ]
    assert unfilled == []
    assert len(tables_of_customers()) > 12


@pytest.mark.parametrize("kind", CustomerKind.values)
@given(rng=SOURCES)
@FEW
def test_merge_then_undo_is_the_identity(org: Organisation, kind: str, rng: random.Random) -> None:
    with transaction.atomic():
        kept, dropped, _third = _book(org, rng, kind=kind)
        before = dump()
        picked = _choices(rng) if kind == CustomerKind.INDIVIDUAL else {}
        done = merge(kept.pk, dropped.pk, choices=picked, reason="同一人", by=CLERK)
        connection.check_constraints()
        _nothing_points_at(dropped.pk)
        undone = undo_merge(done.pk, by=CLERK)
        connection.check_constraints()
        assert differences(before, dump()) == {}
        assert undone.report == {"edited": [], "followed": {}, "gone": {}, "in_the_way": {}}
        transaction.set_rollback(True)


@given(rng=SOURCES, chained=st.booleans())
@FEW
def test_two_merges_undone_from_the_last_are_the_identity(org: Organisation, rng: random.Random, chained: bool) -> None:
    with transaction.atomic():
        a, b, c = _book(org, rng)
        before = dump()
        first = merge(b.pk if chained else c.pk, a.pk, choices=_choices(rng), reason="同一人", by=CLERK)
        between = dump()
        second = merge(c.pk, b.pk, choices=_choices(rng), reason="同一人", by=CLERK)
        connection.check_constraints()
        _nothing_points_at(b.pk)
        undo_merge(second.pk, by=CLERK)
        assert differences(between, dump()) == {}
        undo_merge(first.pk, by=CLERK)
        connection.check_constraints()
        assert differences(before, dump()) == {}
        transaction.set_rollback(True)
