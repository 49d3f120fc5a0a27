"""Purchases run while processes are killed; afterwards everything is started and left alone, and the books are read."""

from __future__ import annotations

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, Final

import psycopg

from tests.faults.books import counts, faults, take_the_gateways_books
from tests.faults.browser import Browser
from tests.faults.buyer import Buyer
from tests.faults.house import House
from tests.faults.people import person
from tests.faults.points import POINTS, WEB
from tests.faults.powercut import kill_backend

#: web: one of the processes that answer; server: the web server with all of them; backend: one process of the database.
VICTIMS: Final = {"web": 30, "server": 12, "worker": 22, "database": 22, "backend": 14}
#: What buyers choose at the gateway: paid; told late, twice or never; another amount than asked for.
PAYING: Final = {"pay": 50, "later": 12, "repeat": 14, "lost": 10, "wrong": 14}
AT_ONCE: Final = 4
#: Every second of these is one that nothing waits for: an hour passes.
AN_HOUR_PASSES: Final = (
    "UPDATE billing_notification SET received_at = received_at - interval '1 hour' WHERE handled_at IS NULL",
    "UPDATE billing_attempt SET next_ask_at = now() WHERE next_ask_at IS NOT NULL",
    "UPDATE billing_refund SET next_try_at = now() WHERE next_try_at IS NOT NULL",
    "UPDATE outbox_message SET next_at = now(), calling_since = calling_since - interval '1 hour' WHERE ending = ''",
    "UPDATE policies_policydocument SET asked_at = asked_at - interval '1 hour' WHERE made_at IS NULL",
    "UPDATE identity_check SET asked_at = asked_at - interval '1 hour' WHERE answered_at IS NULL",
)
CLOCKWORK: Final = {
    "billing.sweep": "billing",
    "messages.deliver_due": "messages",
    "identity.end_cut_off": "clock",
    "journeys.make_documents": "documents",
    "evidence.seal": "evidence",
}
LOCKED: Final = frozenset({"billing.sweep", "evidence.seal"})
STILL_OPEN: Final = """
    SELECT (SELECT count(*) FROM billing_notification WHERE handled_at IS NULL)
         + (SELECT count(*) FROM billing_refund WHERE done_at IS NULL AND failed_at IS NULL)
         + (SELECT count(*) FROM gateway_trade t JOIN billing_attempt a USING (number)
            WHERE t.paid IS NOT NULL AND a.booked_at IS NULL)
         + (SELECT count(*) FROM outbox_message WHERE ending = '')
         + (SELECT count(*) FROM policies_policydocument WHERE made_at IS NULL)
         + (SELECT count(*) FROM evidence_batch WHERE seal IS NULL)
         + (SELECT count(*) FROM identity_check WHERE answered_at IS NULL)
         + (SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' OR (status = 'todo' AND scheduled_at IS NULL))
         + (SELECT count(*) FROM eventlog_cursor WHERE reader <> 'seal'
            AND (xid, event_id) < (SELECT xid, id FROM eventlog_event ORDER BY xid DESC, id DESC LIMIT 1))
"""


@dataclass
class Told:
    """What a run was, and what it found."""

    kills: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    restarts: dict[str, int] = field(default_factory=dict)
    bought: int = 0
    stuck: list[str] = field(default_factory=list)
    retries: int = 0
    seconds: float = 0.0
    settled: float = 0.0
    durable: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    faults: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.kills.values())


class Run:
    """``kills`` over ``purchases``, both drawn from ``seed``."""

    def __init__(
        self, house: House, *, kills: int, purchases: int, seed: int, gap: float = 1.5, patience: float = 900
    ) -> None:
        self.house, self.kills, self.purchases, self.gap, self.seed = house, kills, purchases, gap, seed
        self.patience = patience
        self.draw = random.Random(seed)
        self.told = Told()
        self._lock, self._over = Lock(), Event()
        self._released = self._ended = 0

    def run(self) -> Told:
        begun = time.monotonic()
        with self.house.connect() as connection:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                (self.told.durable[name],) = connection.execute(f"SHOW {name}").fetchone() or ("",)  # type: ignore[arg-type]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            self._pool, self._purchases = pool, []
            self._release()
            while self.told.total < self.kills:
                self._kill_once()
                self._release()
            self._disarm()
            while self._released < self.purchases:
                self._begin()
            for place, one in enumerate(self._purchases):
                fault = one.exception()
                if fault is not None:
                    self.told.stuck.append(f"buyer {place}: {type(fault).__name__}: {fault}"[:400])
        self.told.seconds = time.monotonic() - begun
        self.told.settled = self.settle()
        # What waits for its batch does not wait five minutes more; then the log is hashed again, line by line.
        self.house.python("-m", "keyuan.cli", "log", "seal")
        self.house.python("-m", "keyuan.cli", "log", "verify")
        self.told.restarts = dict(self.house.restarts)
        with self.house.connect() as connection:
            take_the_gateways_books(connection, self.house.var)
            self.told.counts, self.told.faults = counts(connection), faults(connection)
        return self.told

    # Purchases

    def _release(self) -> None:
        """As many purchases as the kills so far ask for, so that both end together; always somebody is under way."""
        wanted = int(self.purchases * self.told.total / max(self.kills, 1)) + AT_ONCE
        while self._released < min(wanted, self.purchases) or self._released - self._ended < 2:
            self._begin()

    def _begin(self) -> None:
        place = self._released
        self._released += 1
        pays = random.Random(f"{self.seed}-{place}").choices(list(PAYING), list(PAYING.values()))[0]
        self._purchases.append(self._pool.submit(self._buy, place, pays))

    def _buy(self, place: int, pays: str) -> None:
        browser = Browser("127.0.0.1", self.house.port)
        buyer = Buyer(person(place, seed=self.seed), browser, pays=pays, patience=self.patience)
        try:
            buyer.buy()
            with self._lock:
                self.told.bought += 1
        finally:
            browser.close()
            with self._lock:
                self._ended += 1
                self.told.retries += buyer.retries

    # Killing

    def _kill_once(self) -> None:
        """Wait until everything stands, and a moment more; then kill, at a moment in time or at a named point."""
        self.house.await_web(120)
        self.house.pause = self.draw.choice((0.0, 0.0, 0.3, 1.0))
        time.sleep(self.draw.uniform(0.05, self.gap))
        if self.draw.random() < 0.5:
            self._arm()
        else:
            victim = self.draw.choices(list(VICTIMS), list(VICTIMS.values()))[0]
            choose = self.draw.randrange(1000)
            done = kill_backend(self.house.data, choose) if victim == "backend" else self.house.kill(victim, choose)
            self.told.kills[f"{victim}, at a moment"] += done
        self._look()

    def _arm(self) -> None:
        """Lay a trap at a named point and wait a while; who does not come that way now may fall into it later."""
        free = [point for point in POINTS if not (self.house.armed / f"{point.key}.armed").exists()]
        point = self.draw.choice(free or list(POINTS))
        victim = "database" if self.draw.random() < 0.3 else "self"
        (self.house.armed / f"{point.key}.armed").write_text(victim)
        until = time.monotonic() + 3
        while time.monotonic() < until and not (self.house.armed / f"{point.key}.reached").exists():
            time.sleep(0.02)

    def _look(self) -> None:
        """Count who has fallen into a trap."""
        for point in POINTS:
            reached = self.house.armed / f"{point.key}.reached"
            if reached.exists():
                victim = reached.read_text()
                reached.unlink()
                died = "database" if victim == "database" else "web" if point.part == WEB else "worker"
                self.told.kills[f"{died}, at a named point"] += 1
                self.told.points[point.says] += 1

    def _disarm(self) -> None:
        for trap in self.house.armed.glob("*.armed"):
            trap.unlink(missing_ok=True)
        self._look()

    # Afterwards

    def settle(self, *, within: float = 120) -> float:
        """Everything runs; hours pass. Returns after how many seconds nothing was left to do, or ``within``."""
        begun = time.monotonic()
        self.house.await_web(60)
        while time.monotonic() - begun < within:
            with self.house.connect() as connection:
                take_the_gateways_books(connection, self.house.var)
                row = connection.execute(STILL_OPEN).fetchone()
                if row is not None and not row[0]:
                    break
                _hours_pass(connection)
            time.sleep(0.5)
        return time.monotonic() - begun


def _hours_pass(connection: psycopg.Connection) -> None:
    for statement in AN_HOUR_PASSES:
        connection.execute(statement)  # type: ignore[arg-type]
    for task, queue in CLOCKWORK.items():
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, lock, args, status)"
            " VALUES (%s, %s, %s, %s, '{\"timestamp\": 0}', 'todo') ON CONFLICT DO NOTHING",
            [queue, task, task, task if task in LOCKED else None],
        )


def table(told: Told) -> str:
    """For people."""
    rows: list[tuple[str, Any]] = [
        ("kills", told.total),
        *((f"  {what}", count) for what, count in sorted(told.kills.items())),
        ("named points at which somebody died", ""),
        *((f"  {what}", count) for what, count in sorted(told.points.items())),
        ("started again", ", ".join(f"{name} {count}" for name, count in sorted(told.restarts.items()))),
        ("purchases that ended with a policy", told.bought),
        ("purchases that got stuck", len(told.stuck)),
        ("requests without an answer, tried again", told.retries),
        ("seconds", f"{told.seconds:.0f}, and {told.settled:.1f} until nothing was left to do"),
        ("durable", ", ".join(f"{name} {value}" for name, value in told.durable.items())),
        *told.counts.items(),
        ("faults", len(told.faults)),
    ]
    lines = [f"{name:<50} {value}" for name, value in rows]
    lines += [f"STUCK {one}" for one in told.stuck]
    lines += [f"FAULT {says}: {rows}" for says, rows in told.faults.items()]
    return "\n".join(lines)
