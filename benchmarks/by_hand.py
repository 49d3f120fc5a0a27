"""The same answers through psycopg alone: what the database itself needs for a look-up, a page, a type-ahead, a new row."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import numpy as np
import psycopg

from benchmarks.load import Figures

LOOK_UP = """
    SELECT c.*, p.* FROM customers_identifier i JOIN customers_customer c ON c.id = i.customer_id
    LEFT JOIN customers_person p ON p.customer_id = c.id WHERE i.digest = %s AND i.ended_on IS NULL
"""
PARTS = (
    "SELECT * FROM policies_policy p JOIN products_product d ON d.id = p.product_id WHERE p.customer_id = %s",
    "SELECT t.* FROM policies_policyterm t JOIN policies_policy p ON p.id = t.policy_id WHERE p.customer_id = %s",
    "SELECT o.* FROM policies_insuredobject o JOIN policies_policy p ON p.id = o.policy_id WHERE p.customer_id = %s",
    "SELECT * FROM claims_claim WHERE customer_id = %s",
    "SELECT * FROM eventlog_event WHERE customer_id = %s ORDER BY occurred_at DESC, id DESC LIMIT 20",
)
# The rows stay: a number of their own for each run.
RUN = f"{time.time():.0f}"
TYPE_AHEAD = "SELECT id, number, name FROM customers_customer WHERE name LIKE %s ORDER BY name USING ~<~ LIMIT 10"
COPY_CUSTOMER = """
    INSERT INTO customers_customer (number, kind, name, name_pinyin, name_initials, name_grams, org_unit_id, source,
        source_detail, synthetic)
    SELECT 'R' || %s, kind, name, name_pinyin, name_initials, name_grams, org_unit_id, source, source_detail, true
    FROM customers_customer WHERE id = %s RETURNING id
"""


def look_up_and_360(connection: psycopg.Connection, digest: bytes) -> int:
    """Every row that the 360 answer is made of; returns how many."""
    with connection.cursor() as cursor:
        found = cursor.execute(LOOK_UP, [digest]).fetchall()
        customer_id = found[0][0]
        return len(found) + sum(len(cursor.execute(part, [customer_id]).fetchall()) for part in PARTS)


def type_ahead(connection: psycopg.Connection, beginning: str) -> int:
    """The first ten names that begin so."""
    return len(connection.execute(TYPE_AHEAD, [f"{beginning}%"]).fetchall())


def insert_customer(connection: psycopg.Connection, place: int, like: int) -> int:
    """One committed row with the same columns and indexes as an existing customer."""
    row = connection.execute(COPY_CUSTOMER, [f"{RUN}-{place}", like]).fetchone()
    return int(row[0]) if row else 0


def measure(ask: Callable[[int], int], *, seconds: float) -> Figures:
    """Ask one after the other for ``seconds``; a run that never finds a row is a mistake."""
    times: list[float] = []
    found = 0
    until = time.perf_counter() + seconds
    for place in itertools.count():
        begin = time.perf_counter()
        if begin >= until:
            break
        found += ask(place)
        times.append(time.perf_counter() - begin)
    if not found:
        raise RuntimeError("the statement never found anything")
    taken = np.array(times) * 1000
    return Figures(len(taken) / seconds, float(np.percentile(taken, 50)), float(np.percentile(taken, 95)), len(taken))
