"""What it costs to put pages on record: milliseconds added to a page, and bytes of a sale.

    python -m benchmarks tracing [--rounds 40]

The same five pages of the wizard are asked for in turn with and without the record, through Django's test client: no
socket, and the same work otherwise. A page that is only shown does not wait for the disk (docs/adr/0026). Then one sale is
carried from the shop to the last page before submitting, and its rows and pages are weighed as they lie in the table.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.settings.test")
STEPS = ("cover", "people", "health", "read", "check")


def main(args: list[str]) -> None:
    """In a throwaway database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    asked = parser.parse_args(args)
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    made = setup_databases(verbosity=0, interactive=False)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = on")
        measure(asked.rounds)
    finally:
        teardown_databases(made, verbosity=0)


def measure(rounds: int) -> None:
    """Print what was found."""
    from django.contrib.staticfiles.storage import staticfiles_storage
    from django.test import Client

    from keyuan.buying.tracing import Tracing
    from keyuan.orders.models import Order
    from keyuan.products.bulk import offer_shipped_products

    offer_shipped_products()
    # As on the running site, where a file's name holds its digest and nobody looks for it again.
    staticfiles_storage.hashed_files = {}  # type: ignore[attr-defined]
    client = Client()
    client.post("/home/insure/TRV/start/")
    order = Order.objects.get()
    kept: Any = Tracing.keep
    told: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    _round(client, order.pk)
    for _nth in range(rounds):
        for recorded in (True, False):
            Tracing.keep = kept if recorded else _nothing  # type: ignore[method-assign]
            told[recorded].append(_round(client, order.pk))
    Tracing.keep = kept  # type: ignore[method-assign]
    for place, name in enumerate(("elapsed", "processor")):
        on, off = (statistics.median(one[place] for one in told[recorded]) for recorded in (True, False))
        print(
            f"a page of the wizard, {name}: {on:.2f} ms on record, {off:.2f} ms without: {on - off:.2f} ms added (median)"
        )
    _weigh()


def _nothing(_tracing: Any, _response: Any) -> None:
    return None


def _round(client: Any, order: Any) -> tuple[float, float]:
    """Milliseconds a page, by the clock and of this processor."""
    begun, busy = time.perf_counter(), time.process_time()
    for step in STEPS:
        answer = client.get(f"/home/orders/{order}/{step}/")
        assert answer.status_code == 200, step
    share = 1000 / len(STEPS)
    return (time.perf_counter() - begun) * share, (time.process_time() - busy) * share


def _weigh() -> None:
    from django.db import connection
    from django.test import Client

    from keyuan.evidence.models import Trace

    buyer = Client()
    for address in ("", "TRV/"):
        buyer.get(f"/home/insure/{address}")
    buyer.post("/home/insure/TRV/start/", {"days": "7"})
    trace = Trace.objects.order_by("-started_at")[0]
    for step in STEPS:
        buyer.get(f"/home/orders/{trace.sale}/{step}/")
        buyer.post(f"/home/orders/{trace.sale}/{step}/", {"applicant-name": "林慧", "starts_on": "2026-12-01"})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(pg_column_size(r.*)), count(DISTINCT body_id), sum(b.size), "
            "sum(pg_column_size(b.*)), (SELECT sum(pg_column_size(f.*)) FROM evidence_pagefile AS f) "
            "FROM evidence_tracerow AS r LEFT JOIN evidence_pagebody AS b ON b.digest = r.body_id WHERE r.trace_id = %s",
            [trace.pk],
        )
        rows, row_bytes, pages, shown, packed, files = cursor.fetchone()
    print(f"a sale: {rows} rows of {row_bytes:,} bytes; {pages} pages, {shown:,} bytes as shown, {packed:,} as kept")
    print(f"styles, scripts and pictures, once for all sales: {files:,} bytes")
