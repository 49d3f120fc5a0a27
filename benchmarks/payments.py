"""How many payment notifications are handled in a second, everything durable.

    python -m benchmarks payments [--payments 400] [--threads 2]

Each notification is signed by the sandbox's key as Alipay signs, posted to the view, stored in a transaction of its own,
verified (RSA2), and booked in a second one: attempt, two entries of the ledger with four postings, log lines. Half as many
again are repetitions. The database, made for the run, writes through to the disk (``synchronous_commit`` and ``fsync`` on).
Beside it: one row updated and committed by one client, so that figures of other disks compare.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.ground import pace, write_results

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.settings.base")


def prepared(count: int, folder: Path) -> tuple[Any, list[str], list[str]]:
    """Attempts that wait, and the bodies that say that they are paid."""
    from keyuan.billing import actions
    from keyuan.billing.sandbox.keys import keys_in
    from keyuan.billing.sandbox.store import Store
    from keyuan.billing.sandbox.trades import Trades
    from keyuan.kernel.actor import Actor
    from keyuan.kernel.clock import now
    from keyuan.kernel.money import Money
    from keyuan.policies.tests import factories

    trades = Trades(Store(folder / "state.db"), keys_in(folder))
    buyer = factories.customer(name="基准测试")
    numbers, bodies = [], []
    for place in range(count):
        attempt = actions.begin(
            f"BENCH-{time.time_ns()}-{place}",
            customer_id=buyer.pk,
            amount=Money("128.00"),
            subject="旅行无忧",
            expires_at=now() + timedelta(hours=1),
            by=Actor.system("benchmark"),
        )
        trades.open(attempt.number, subject="旅行无忧", cents=12800, notify_url="", return_url="", expires="")
        trades.pay(attempt.number, cents=12800, notices=())
        row = trades.find(attempt.number)
        bodies.append(urlencode(trades.signed(trades.told(row))))
        numbers.append(attempt.number)
    return trades, numbers, bodies


def posted(body: str) -> str:
    """The view's answer, without a socket between."""
    from django.db import connection
    from django.test import RequestFactory

    from keyuan.billing.views.gateway import notify

    request = RequestFactory().post("/pay/alipay/notify/", body, content_type="application/x-www-form-urlencoded")
    answer = notify(request, gateway="alipay").content.decode()
    assert connection.in_atomic_block is False
    return answer


def commits(seconds: float = 2.0) -> float:
    """Commits of one small row in a second by one client on the same database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS benchmark_commit (id int primary key, n int)")
        cursor.execute("INSERT INTO benchmark_commit VALUES (1, 0) ON CONFLICT DO NOTHING")
        begun, count = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            cursor.execute("UPDATE benchmark_commit SET n = n + 1 WHERE id = 1")
            count += 1
        cursor.execute("DROP TABLE benchmark_commit")
    return count / seconds


def main(rest: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks payments")
    parser.add_argument("--payments", type=int, default=400)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args(rest)
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import get_runner

    from keyuan.billing import hooks, ledger

    runner = get_runner(settings)(verbosity=0, interactive=False)
    old = runner.setup_databases()
    hooks.on_paid(lambda attempt: None)
    try:
        with tempfile.TemporaryDirectory() as name:
            settings.KEYUAN_ALIPAY_APP_ID = ""
            settings.KEYUAN_SANDBOX_GATEWAY_DIR = name
            settings.KEYUAN_SANDBOX_GATEWAY_URL = "http://127.0.0.1:9"
            from keyuan.billing.sandbox.keys import keys_in

            keys_in(Path(name))
            _trades, _numbers, bodies = prepared(asked.payments, Path(name))
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('synchronous_commit'), current_setting('fsync')")
                durable = cursor.fetchone()
            posted(bodies[0])  # loads the library
            work = [*bodies[1:], *bodies[: asked.payments // 2]]
            begun, before = time.perf_counter(), time.process_time()
            with ThreadPoolExecutor(asked.threads) as pool:
                answers = list(pool.map(posted, work))
            seconds, processor = time.perf_counter() - begun, time.process_time() - before
            assert set(answers) == {"success"}
            assert ledger.imbalances() == {}
            told = {
                "notifications": len(work),
                "payments": asked.payments,
                "threads": asked.threads,
                "synchronous_commit": durable[0],
                "fsync": durable[1],
                "per_second": round(len(work) / seconds, 1),
                "processor_ms_each": round(processor / len(work) * 1000, 2),
                "plain_commits_per_second": round(commits(), 1),
                "pace": pace(),
            }
    finally:
        with connection.cursor() as cursor:  # the connections of the threads
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            cursor.execute(f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {others}")  # noqa: S608
        connection.close()
        runner.teardown_databases(old)
    print(told)
    write_results("payments", told)
