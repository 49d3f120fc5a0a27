"""The log is append-only, and a line belongs to the transaction of its change."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from keyuan.accounts.events import UNIT_CHANGED
from keyuan.eventlog.actions import OutsideTransaction, record
from keyuan.eventlog.models import Event
from keyuan.kernel.actor import Actor

BY = Actor.system("tests")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE eventlog_event SET name = 'something.else'",
        "DELETE FROM eventlog_event",
        "TRUNCATE eventlog_event",
    ],
)
def test_a_line_is_neither_changed_nor_deleted_nor_emptied_away(statement: str) -> None:
    record(UNIT_CHANGED, by=BY, payload={"n": 1})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert [event.payload for event in Event.objects.all()] == [{"n": 1}]


@pytest.mark.django_db(transaction=True)
def test_a_line_outside_a_transaction_is_refused() -> None:
    with pytest.raises(OutsideTransaction):
        record(UNIT_CHANGED, by=BY)
    assert Event.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_line_is_gone_when_its_change_is_rolled_back() -> None:
    with transaction.atomic():
        record(UNIT_CHANGED, by=BY)
        transaction.set_rollback(True)
    assert Event.objects.count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", [1, 2])
def test_the_flush_between_tests_empties_the_log_and_leaves_the_guard_on(attempt: int) -> None:
    assert Event.objects.count() == 0
    with transaction.atomic():
        record(UNIT_CHANGED, by=BY)
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE eventlog_event")
    assert Event.objects.count() == 1
