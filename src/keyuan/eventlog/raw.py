"""Lines as texts, column by column, for who hashes or copies the log: nothing is parsed, so nothing is lost or spelt anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

Place = tuple[int, int]


class LineText(NamedTuple):
    """A line. ``columns``: xid, id, at, occurred_at, name, customer_id, org_unit_id, actor_kind, actor_id, actor_name,
    subject_type, subject_id, each as PostgreSQL writes it, moments in UTC to the microsecond; ``payload`` as well.
    """

    xid: int
    id: int
    columns: tuple[str | None, ...]
    payload: str


MOMENT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
TEXTS = f"""
SELECT xid::text, id::text, {MOMENT.format("at")}, {MOMENT.format("occurred_at")}, name, customer_id::text, org_unit_id::text,
       actor_kind, actor_id, actor_name, subject_type, subject_id, payload::text
FROM eventlog_event
"""  # noqa: S608  constant texts
AFTER = "(xid, id) > (%s::text::xid8, %s)"
SETTLED = "xid < pg_snapshot_xmin(pg_current_snapshot())"
# With the table's name: alone, xid and id would be the texts that are selected, and "10002" comes before "9998".
ORDER = "ORDER BY eventlog_event.xid, eventlog_event.id LIMIT %s"


def texts_after(*, xid: int, event_id: int, limit: int) -> list[LineText]:
    """The next settled lines after a place."""
    return _texts(f"WHERE {AFTER} AND {SETTLED} {ORDER}", [str(xid), event_id, limit])


def texts_between(after: Place, last: Place, *, limit: int) -> list[LineText]:
    """The lines after one place, up to and with another."""
    upper = "(xid, id) <= (%s::text::xid8, %s)"
    return _texts(f"WHERE {AFTER} AND {upper} {ORDER}", [str(after[0]), after[1], str(last[0]), last[1], limit])


def texts_of(ids: list[int]) -> list[LineText]:
    """Some lines by their numbers, in reading order."""
    return _texts(f"WHERE id = ANY(%s) {ORDER}", [ids, len(ids)])


def waiting(*, xid: int, event_id: int, limit: int) -> tuple[int, datetime | None]:
    """How many settled lines there are after a place, ``limit`` at most, and when the first of them was written."""
    where = f"FROM eventlog_event WHERE {AFTER} AND {SETTLED}"
    place: list[Any] = [str(xid), event_id]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT at {where} {ORDER}", [*place, 1])
        first = cursor.fetchone()
        if first is None:
            return 0, None
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 {where} {ORDER}) AS lines", [*place, limit])  # noqa: S608
        return int(cursor.fetchone()[0]), first[0]


def _texts(where: str, values: list[Any]) -> list[LineText]:
    with connection.cursor() as cursor:
        cursor.execute(TEXTS + where, values)
        return [LineText(int(row[0]), int(row[1]), row[:12], row[12]) for row in cursor.fetchall()]
