"""How many people can buy in a second, straight through, everything durable; beside pgbench on the same server.

    python -m benchmarks purchases [--clients 4] [--seconds 40] [--pgbench 10]

A database, web server (2 processes), worker and sandbox gateway of their own, each a real process, fsync and
synchronous_commit on. Each client is a process that does what a browser does (tests/faults/buyer.py), without pausing:
from the shop through seven pages, sign-in by code, registration with identity check, certificate, signature and the
gateway's checkout to the page that shows the policy: a new customer each time. Before and after, on the same server,
pgbench's default transaction with as many clients. Printed too: the time of each step, and what the server did itself.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import subprocess
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from tests.faults.books import faults, take_the_gateways_books
from tests.faults.browser import Browser, NoAnswer
from tests.faults.buyer import Buyer, Stuck
from tests.faults.house import House
from tests.faults.people import person

from benchmarks.ground import WORK, pace, write_results
from keyuan.settings import embedded

STEPS = (
    "shop", "product", "start", "cover", "people", "health", "read", "sign in", "send code", "code", "register",
    "confirm", "submit", "certificate", "sign", "checkout", "pay", "done",
)  # fmt: skip
#: What the server did by itself, in milliseconds, from the database's own clock.
ITSELF = {
    "notification → policy (stored, verified, booked, issued)": """
        SELECT extract(epoch FROM handled_at - received_at) * 1000 FROM billing_notification
        WHERE outcome = 'honoured' AND received_at >= %s""",
    "policy → document by the worker": """
        SELECT extract(epoch FROM made.at - issued.at) * 1000 FROM eventlog_event issued
        JOIN eventlog_event made ON made.name = 'policy.document_made' AND made.subject_type = 'policy'
            AND made.subject_id = issued.subject_id
        WHERE issued.name = 'policy.issued' AND issued.at >= %s""",
}


@dataclass(frozen=True, slots=True)
class Bought:
    """What one client did: when each purchase ended, and the seconds of every step."""

    ended: list[float]
    steps: list[tuple[str, float]]
    fault: str = ""


def client(port: int, place: int, clients: int, until: float, results: Any) -> None:
    """Buy until the time is over; every purchase is somebody else's."""
    ended: list[float] = []
    steps: list[tuple[str, float]] = []
    fault = "a client died"
    try:
        while time.time() < until:
            browser = Browser("127.0.0.1", port, timed=lambda name, seconds: steps.append((name, seconds)))
            Buyer(person(place, seed=7), browser, patience=60, retry=0.05).buy()
            ended.append(time.time())
            browser.close()
            place += clients
        fault = ""
    except (Stuck, NoAnswer, AssertionError) as stuck:
        fault = f"{type(stuck).__name__}: {stuck}"
    finally:
        results.put(Bought(ended, steps, fault))  # told by the parent, which prints no figure if there is a fault


def pgbench(house: House, *, clients: int, seconds: int, fill: bool) -> float:
    """Transactions a second of pgbench's default script at scale 10."""
    base = re.sub(r"/keyuan\?", "/pgbench?", house.url)
    program = str(embedded._programs() / "pgbench")
    if fill:
        with house.connect() as connection:
            connection.execute("CREATE DATABASE pgbench")
        subprocess.run([program, "-i", "-q", "-s", "10", base], check=True, capture_output=True)
    told = subprocess.run(
        [program, "-c", str(clients), "-j", "2", "-T", str(seconds), base], check=True, capture_output=True, text=True
    ).stdout
    found = re.search(r"tps = ([0-9.]+)", told)
    assert found is not None, told
    return float(found.group(1))


def commits(house: House) -> int:
    with house.connect() as connection:
        row = connection.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = 'keyuan'").fetchone()
    return int(row[0]) if row else 0


def spread(times: list[float]) -> tuple[float, float]:
    """p50 and p95."""
    return float(np.percentile(times, 50)), float(np.percentile(times, 95))


def measured(house: House, *, clients: int, seconds: float, warm_up: float) -> dict[str, Any]:
    """Let the clients buy; the figures of the time after the warm-up."""
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    begun = time.time() + warm_up
    until = begun + seconds
    processes = [
        context.Process(target=client, args=(house.port, place, clients, until, results)) for place in range(clients)
    ]
    for process in processes:
        process.start()
    time.sleep(max(begun - time.time(), 0))
    before = commits(house)
    time.sleep(max(until - time.time(), 0))
    after = commits(house)
    told: list[Bought] = [results.get() for _ in processes]
    for process in processes:
        process.join()
    wrong = [one.fault for one in told if one.fault]
    if wrong:
        raise RuntimeError(wrong[0])
    count = sum(begun <= end < until for one in told for end in one.ended)
    steps: dict[str, list[float]] = defaultdict(list)
    for one in told:
        for name, took in one.steps:
            steps[name].append(took * 1000)
    itself = {}
    with house.connect() as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        for name, statement in ITSELF.items():
            rows = connection.execute(statement, ["epoch"]).fetchall()  # type: ignore[arg-type]
            if rows:
                itself[name] = spread([float(row[0]) for row in rows])
    return {
        "purchases": count,
        "per_second": count / seconds,
        "commits_per_purchase": (after - before) / max(count, 1),
        "requests_per_purchase": sum(len(one.steps) for one in told) / max(sum(len(one.ended) for one in told), 1),
        "steps": {name: spread(steps[name]) for name in STEPS if steps[name]},
        "itself": itself,
    }


def main(rest: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks purchases")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--pgbench", type=int, default=10, help="seconds of each of its two runs")
    asked = parser.parse_args(rest)
    house = House(WORK / "purchases", points=False, settings="keyuan.settings.base", heartbeat=10)
    try:
        house.open()
        with house.connect() as connection:
            durable = {
                name: connection.execute(f"SHOW {name}").fetchone()[0] for name in ("fsync", "synchronous_commit")
            }  # type: ignore[arg-type,index]
        first = pgbench(house, clients=asked.clients, seconds=asked.pgbench, fill=True)
        told = measured(house, clients=asked.clients, seconds=asked.seconds, warm_up=4)
        second = pgbench(house, clients=asked.clients, seconds=asked.pgbench, fill=False)
        house.python("-m", "keyuan.cli", "log", "seal")
        with house.connect() as connection:
            take_the_gateways_books(connection, house.var)
            wrong = {says: rows for says, rows in faults(connection).items() if "reader" not in says}
    finally:
        house.close()
    told |= {"clients": asked.clients, "pgbench_tps": [first, second], **durable, "pace": pace()}
    _print(told)
    if wrong:
        print("not settled yet when the clients stopped, or wrong:", wrong)
    write_results("purchases", told)


def _print(told: dict[str, Any]) -> None:
    tps = sum(told["pgbench_tps"]) / 2
    print(f"fsync {told['fsync']}, synchronous_commit {told['synchronous_commit']}; {told['clients']} clients")
    print(f"purchases a second       {told['per_second']:.2f}   ({told['purchases']} purchases)")
    print(f"requests, commits each   {told['requests_per_purchase']:.1f}, {told['commits_per_purchase']:.1f}")
    print(f"pgbench tps              {tps:.0f}   ({', '.join(f'{one:.0f}' for one in told['pgbench_tps'])})")
    print(f"pgbench transactions for one purchase: {tps / max(told['per_second'], 0.001):.0f}")
    print(f"{'step':<60} p50 ms  p95 ms")
    for name, (half, most) in {**told["steps"], **told["itself"]}.items():
        print(f"{name:<60} {half:6.1f} {most:7.1f}")
    print(f"pace {told['pace']:.1f} million additions a second")
