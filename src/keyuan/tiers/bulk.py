"""Set-based writes from elsewhere: what customers contribute, as the profit run finds it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import islice

import polars as pl
from django.db import connection, transaction

from keyuan.accounts.scope import system_viewer
from keyuan.customers import queries as customers
from keyuan.kernel.copying import copy_rows

AT_ONCE = 100_000
_ARRIVED = "tier_contributions"
_TAKE = """
INSERT INTO tiers_standing AS kept
  (customer_id, policies, converted, contribution, contribution_on, by_premium, by_contribution, level)
SELECT c.id, 0, 0, a.amount, %s::date, 0, NULL, 0
FROM pg_temp.{arrived} a JOIN ({people}) c (id) ON c.id = a.customer_id
ON CONFLICT (customer_id) DO UPDATE SET contribution = excluded.contribution, contribution_on = excluded.contribution_on
WHERE (kept.contribution, kept.contribution_on) IS DISTINCT FROM (excluded.contribution, excluded.contribution_on)
"""


@transaction.atomic
def keep_contributions(day: date, rows: Iterable[tuple[int, Decimal]]) -> int:
    """Keep what each customer contributed (yuan), as known on ``day``; returns how many rows came.

    Customers who are not there any more are left out; who is not in ``rows`` keeps what they had. The level that it
    reaches is found by the next review: a contribution by itself changes nobody's tier in the middle of the day.
    """
    people, values = customers.visible(system_viewer("tiers")).order_by().values_list("pk").query.sql_with_params()
    taken = 0
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{_ARRIVED}")  # a second call in one transaction
        cursor.execute(f"CREATE TEMP TABLE {_ARRIVED} (customer_id bigint, amount numeric(16, 2)) ON COMMIT DROP")
        waiting = iter(rows)
        while batch := list(islice(waiting, AT_ONCE)):
            frame = pl.DataFrame(
                [(customer, str(amount)) for customer, amount in batch],
                schema={"customer_id": pl.Int64, "amount": pl.String},
                orient="row",
            )
            copy_rows(_ARRIVED, frame.unique("customer_id", keep="last"))
            cursor.execute(_TAKE.format(arrived=_ARRIVED, people=people), [day, *values])
            cursor.execute(f"TRUNCATE pg_temp.{_ARRIVED}")
            taken += len(batch)
    return taken
