"""What sealing the log costs: lines a second into batches, seals a second, and checking everything beside raw reading.

    python -m benchmarks sealing [--lines 1000000]

A database of its own, one process. The log is filled by the COPY that an import uses, then the reader of the log makes
batches of it, as the worker does beside an import; then the seals are put on; then the whole log is checked. Beside it:
reading the same columns as text without doing anything, and another reader of the log (the tally), in the same run.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.ground import pace, write_results

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.settings.test")


def fill(lines: int) -> None:
    """Lines as an import writes them: half policies, half customers, Chinese in each."""
    from datetime import UTC, datetime

    import polars as pl
    from django.db import transaction

    from keyuan.customers.events import IMPORTED
    from keyuan.eventlog import bulk
    from keyuan.kernel.actor import Actor

    at = datetime(2026, 1, 1, tzinfo=UTC)
    for begin in range(0, lines, 20_000):
        numbers = range(begin, min(begin + 20_000, lines))
        payload = '{"name": "陈秀英", "file": "book.csv", "row": %d, "sums": [500000, 12], "channel": "agent"}'
        frame = pl.DataFrame(
            {
                "customer_id": list(numbers),
                "org_unit_id": [1 + number % 40 for number in numbers],
                "subject_type": ["customer"] * len(numbers),
                "subject_id": [str(number) for number in numbers],
                "payload": [payload % number for number in numbers],
                "occurred_at": [at] * len(numbers),
            }
        )
        with transaction.atomic():
            bulk.append(IMPORTED, frame, by=Actor.system("benchmark"))


def timed(deed: Any) -> tuple[float, Any]:
    begin = time.perf_counter()
    found = deed()
    return time.perf_counter() - begin, found


def measure(lines: int) -> dict[str, float]:
    from keyuan.eventlog import followers
    from keyuan.eventlog.raw import texts_after
    from keyuan.evidence.checking import check_log
    from keyuan.evidence.models import Batch
    from keyuan.evidence.sealing import seal_all
    from keyuan.trust import authorities

    authorities.establish(demo=True)
    print(f"{lines:,} lines written in {timed(lambda: fill(lines))[0]:.1f} s")

    def read() -> int:
        place, count = (0, 0), 0
        while found := texts_after(xid=place[0], event_id=place[1], limit=4096):
            place, count = (found[-1].xid, found[-1].id), count + len(found)
        return count

    reading, count = timed(read)
    batching, _ = timed(lambda: followers.catch_up("seal"))
    tallying, _ = timed(lambda: followers.catch_up("tally"))
    sealing, batches = timed(seal_all)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    checking, report = timed(lambda: check_log(authorities.roots()))
    assert report.fits
    assert report.batches == Batch.objects.count()
    return {
        "lines": count,
        "read, lines/s": count / reading,
        "batched, lines/s": count / batching,
        "tallied, lines/s": count / tallying,
        "sealed, batches/s": batches / sealing,
        "checked, lines/s": count / checking,
        "checking took MB more": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
    }


def main(arguments: list[str]) -> None:
    import django

    django.setup()
    from dataclasses import replace

    from django.conf import settings
    from django.db import connection

    parser = argparse.ArgumentParser(prog="python -m benchmarks sealing", description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    asked = parser.parse_args(arguments)
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = "bench_sealing"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings.KEYUAN_TRUST = replace(settings.KEYUAN_TRUST, folder=Path(folder))
            settings.KEYUAN_SEAL_SECONDS = 0
            found = measure(asked.lines)
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
    for name, one in found.items():
        print(f"{name:28}{one:14,.0f}")
    print(f"\nkept as {write_results('sealing', {**found, 'pace': pace()})}")
