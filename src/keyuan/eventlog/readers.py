"""The readers of the eventlog room itself: how often each thing happened, by day and unit."""

from __future__ import annotations

from collections import Counter

from django.db import connection

from keyuan.eventlog.followers import follower
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import COMPANY_ZONE

# Set-based: one statement for any number of lines. Sorted, so that two of them cannot wait for each other.
ADD = """
INSERT INTO eventlog_tally AS kept (day, name, org_unit_id, count)
SELECT * FROM unnest(%s::date[], %s::text[], %s::bigint[], %s::bigint[])
ON CONFLICT (day, name, org_unit_id) DO UPDATE SET count = kept.count + EXCLUDED.count
"""


@follower("tally")
def tally(lines: list[Event]) -> None:
    """Add the lines to the tallies of the days on which they happened (company days)."""
    counts = Counter((line.occurred_at.astimezone(COMPANY_ZONE).date(), line.name, line.org_unit_id) for line in lines)
    rows = [(*key, count) for key, count in sorted(counts.items(), key=lambda item: (item[0][:2], item[0][2] or 0))]
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(ADD, columns)
