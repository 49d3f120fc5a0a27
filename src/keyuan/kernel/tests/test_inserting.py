"""A row written by a prepared statement is the row that Django would have written."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from keyuan.eventlog.models import Event
from keyuan.kernel.inserting import ask_to_insert
from keyuan.kernel.statements import together

pytestmark = pytest.mark.django_db


def event(**different: object) -> Event:
    told = {
        "name": "kernel.tried",
        "actor_kind": "system",
        "actor_id": "1",
        "actor_name": "试",
        "payload": {"a": ["五"]},
    }
    return Event(**{**told, **different})


def test_every_value_arrives_and_the_database_gives_the_rest() -> None:
    row = event(customer_id=7)
    answer = ask_to_insert(row)
    found = Event.objects.get(pk=answer.rows()[0][0])
    assert (found.name, found.customer_id, found.org_unit_id, found.payload) == ("kernel.tried", 7, None, {"a": ["五"]})
    assert found.xid > 0
    assert found.at is not None


def test_two_rows_travel_in_one_go() -> None:
    with together():
        ask_to_insert(event(subject_id="1"))
        ask_to_insert(event(subject_id="2"))
    assert set(Event.objects.values_list("subject_id", flat=True)) == {"1", "2"}


def test_what_the_database_refuses_is_raised_at_the_end_of_the_block_and_nothing_stays() -> None:
    with pytest.raises(IntegrityError):
        _both(event(), event(name=None))
    assert not Event.objects.exists()


def _both(one: Event, other: Event) -> None:
    with transaction.atomic(), together():
        ask_to_insert(one)
        ask_to_insert(other)
