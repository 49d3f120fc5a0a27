"""Lines as texts: in the order of their numbers, not of the letters that write them."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from keyuan.accounts.events import UNIT_CHANGED
from keyuan.eventlog import raw
from keyuan.eventlog.actions import record
from keyuan.eventlog.models import Event
from keyuan.kernel.actor import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("horizon")]


def lines_around_a_power_of_ten() -> list[int]:
    """Ten lines of one transaction, the numbers of half of which have a digit more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('eventlog_event', 'id'), %s)", [999_994])
    with transaction.atomic():
        for number in range(10):
            record(UNIT_CHANGED, by=Actor.system("tests"), payload={"n": number})
    return list(Event.objects.order_by("pk").values_list("pk", flat=True))


def test_lines_are_read_in_the_order_in_which_they_were_written() -> None:
    written = lines_around_a_power_of_ten()
    assert [len(str(number)) for number in written] == [6] * 5 + [7] * 5
    assert [line.id for line in raw.texts_of(written)] == written
    place = (Event.objects.get(pk=written[0]).xid, written[0] - 1)
    last = (place[0], written[-1])
    assert [line.id for line in raw.texts_between(place, last, limit=100)] == written
    assert [line.id for line in raw.texts_between(place, last, limit=3)] == written[:3]
    assert [line.id for line in raw.texts_between((place[0], written[4]), last, limit=100)] == written[5:]


def test_a_transaction_with_a_digit_more_comes_after_those_with_fewer() -> None:
    sql = f"EXPLAIN (VERBOSE) {raw.TEXTS} WHERE {raw.AFTER} AND {raw.SETTLED} {raw.ORDER}"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(sql, ["5", 1, 10])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "event_reading_order" in plan
    assert "Sort" not in plan  # the index knows numbers; what sorts anew may be sorting their texts
