from __future__ import annotations

import pytest
from django.db import connection, transaction

from keyuan.eventlog.models import Event
from keyuan.kernel.copying import commit_lazily, new_ids

TABLE = Event._meta.db_table


@pytest.mark.django_db
def test_fresh_keys_are_never_given_twice() -> None:
    first, second = new_ids(TABLE, 3), new_ids(TABLE, 2)
    assert first == [first[0], first[0] + 1, first[0] + 2]
    assert second == [first[2] + 1, first[2] + 2]
    assert new_ids(TABLE, 0) == []


@pytest.mark.django_db
def test_keys_with_gaps_between_them_are_given_one_by_one() -> None:
    with connection.cursor() as cursor:
        # As if another session drew one key after each of ours.
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [TABLE])
        cursor.execute(f"ALTER SEQUENCE {cursor.fetchone()[0]} INCREMENT BY 2")
    first, second, third = new_ids(TABLE, 3)
    assert (second - first, third - second) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_a_lazy_commit_is_of_one_transaction_only() -> None:
    shown = []
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
        with transaction.atomic():
            commit_lazily()
            cursor.execute("SHOW synchronous_commit")
            shown += cursor.fetchone()
        cursor.execute("SHOW synchronous_commit")
        shown += cursor.fetchone()
    assert shown == ["off", "on"]
