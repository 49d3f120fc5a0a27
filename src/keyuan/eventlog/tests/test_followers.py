"""Readers of the log: nothing skipped, nothing twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import connection, connections, transaction

from keyuan.accounts.events import UNIT_CHANGED, USER_CREATED
from keyuan.eventlog import followers
from keyuan.eventlog.actions import record
from keyuan.eventlog.cursors import follow
from keyuan.eventlog.kinds import EventKind
from keyuan.eventlog.models import Cursor, Event
from keyuan.eventlog.queries import Tallied, tallies
from keyuan.kernel.actor import Actor

# On one worker with the tests that keep a transaction open for long: the readers of the log wait for every transaction
# of the server that is older than a line.
pytestmark = pytest.mark.xdist_group("horizon")
BY = Actor.system("tests")


@pytest.fixture(autouse=True)
def _every_room_has_registered_its_readers() -> None:
    """A story that puts its own readers in the place of all would else swallow those that are found during it."""
    followers.followers()


def write(n: int, kind: EventKind = UNIT_CHANGED, **more: object) -> None:
    with transaction.atomic():
        record(kind, by=BY, payload={"n": n}, **more)  # type: ignore[arg-type]


def in_thread(work: Callable[[], None]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def settle() -> None:
    """Wait until no transaction that is older than the last line runs on the server.

    The server's snapshots know the transactions of all its databases, so those of the tests that run beside these.
    """
    patience = time.monotonic() + 200
    while time.monotonic() < patience:
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(xid) < pg_snapshot_xmin(pg_current_snapshot()) FROM eventlog_event")
            if cursor.fetchone()[0] is not False:
                return
        time.sleep(0.05)
    pytest.fail("another transaction has been running on the server for minutes")


class Reader:
    """Remembers what it was given."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def __call__(self, lines: list[Event]) -> None:
        self.seen += [line.payload["n"] for line in lines]


class NaiveReader:
    """What everybody writes first: remember the highest serial number."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.last = 0

    def poll(self) -> None:
        for line in Event.objects.filter(id__gt=self.last).order_by("id"):
            self.seen.append(line.payload["n"])
            self.last = line.pk


@pytest.mark.django_db(transaction=True)
def test_a_late_commit_is_skipped_by_a_serial_number_and_never_by_the_cursor() -> None:
    early_has_written, late_has_committed = threading.Event(), threading.Event()

    def early_writer_commits_late() -> None:
        with transaction.atomic():
            record(UNIT_CHANGED, by=BY, payload={"n": 1})
            early_has_written.set()
            assert late_has_committed.wait(10)

    naive, reader = NaiveReader(), Reader()
    thread = in_thread(early_writer_commits_late)
    assert early_has_written.wait(10)
    write(2)  # begun second, committed first
    naive.poll()
    while_the_first_still_runs = follow("reader", reader)
    assert while_the_first_still_runs == 0  # line 2 is there, but what stands before it can still grow
    assert naive.seen == [2]

    late_has_committed.set()
    thread.join()
    settle()
    naive.poll()
    follow("reader", reader)
    assert naive.seen == [2]  # line 1 is lost to it for ever
    assert reader.seen == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_rolls_back_holds_nobody_up() -> None:
    written, give_up = threading.Event(), threading.Event()

    def writer_gives_up() -> None:
        with transaction.atomic():
            record(UNIT_CHANGED, by=BY, payload={"n": 1})
            written.set()
            assert give_up.wait(10)
            transaction.set_rollback(True)

    thread = in_thread(writer_gives_up)
    assert written.wait(10)
    write(2)
    give_up.set()
    thread.join()
    settle()
    reader = Reader()
    assert follow("reader", reader) == 1
    assert reader.seen == [2]


@pytest.mark.django_db(transaction=True)
def test_every_line_comes_once_and_in_order_whatever_the_batch() -> None:
    for n in range(7):
        write(n)
    with transaction.atomic():
        for n in range(7, 12):
            record(UNIT_CHANGED, by=BY, payload={"n": n})
    settle()
    reader = Reader()
    assert [follow("reader", reader, limit=3) for _ in range(5)] == [3, 3, 3, 3, 0]
    assert reader.seen == list(range(12))


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_fails_moves_nothing_and_is_given_the_same_lines_again() -> None:
    write(1)
    settle()

    def fails_after_writing(lines: list[Event]) -> None:
        Cursor.objects.create(reader="half-done work")
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        follow("reader", fails_after_writing)
    assert not Cursor.objects.filter(reader="half-done work").exists()
    reader = Reader()
    assert follow("reader", reader) == 1
    assert reader.seen == [1]


@pytest.mark.django_db(transaction=True)
def test_two_processes_do_not_read_the_same_lines_for_one_reader() -> None:
    write(1)
    settle()
    reading, may_end = threading.Event(), threading.Event()
    first, second = Reader(), Reader()

    def slowly(lines: list[Event]) -> None:
        first(lines)
        reading.set()
        assert may_end.wait(10)

    thread = in_thread(lambda: (follow("reader", slowly), None)[1])
    assert reading.wait(10)
    assert follow("reader", second) == 0  # does not wait, does not read
    may_end.set()
    thread.join()
    assert follow("reader", second) == 0
    assert (first.seen, second.seen) == ([1], [])


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_two_readers_at_once_lose_nothing_and_double_nothing() -> None:
    reader, done = Reader(), threading.Event()

    def write_fifty(start: int) -> None:
        for n in range(start, start + 50):
            write(n)

    def read_on() -> None:
        while not done.is_set():
            follow("reader", reader, limit=7)

    readers = [in_thread(read_on) for _ in range(2)]
    writers = [in_thread(lambda start=start: write_fifty(start)) for start in (0, 50, 100)]  # type: ignore[misc]
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    settle()
    while follow("reader", reader):
        pass
    assert sorted(reader.seen) == list(range(150))


@pytest.mark.django_db(transaction=True)
def test_the_tally_counts_by_company_day_thing_and_unit_exactly_once() -> None:
    # 23:30 UTC on the 1st is the morning of the 2nd in Shanghai.
    evening = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    write(1, org_unit_id=1, occurred_at=evening)
    write(2, org_unit_id=1, occurred_at=evening)
    write(3, org_unit_id=2, occurred_at=evening)
    write(4, USER_CREATED, occurred_at=evening)
    settle()
    assert followers.catch_up("tally") == 4
    write(5, org_unit_id=1, occurred_at=evening)
    settle()
    assert followers.catch_up("tally") == 1
    assert followers.catch_up("tally") == 0

    day = date(2026, 3, 2)
    assert tallies(None, since=day) == [Tallied(day, "unit.changed", 4), Tallied(day, "user.created", 1)]
    assert tallies([1], since=day) == [Tallied(day, "unit.changed", 3)]
    assert tallies([1, 2], since=day, names=["unit.changed"]) == [Tallied(day, "unit.changed", 4)]
    assert tallies([], since=day) == []
    assert tallies(None, since=date(2026, 3, 3)) == []


@pytest.mark.django_db(transaction=True)
def test_one_failing_reader_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    write(1)
    settle()
    stop, good = threading.Event(), Reader()

    def bad(lines: list[Event]) -> None:
        raise RuntimeError("cannot read this")

    def reads_and_stops(lines: list[Event]) -> None:
        good(lines)
        stop.set()

    monkeypatch.setattr(followers, "_FOLLOWERS", {"bad": bad, "good": reads_and_stops})
    give_up = threading.Timer(30, stop.set)
    give_up.start()
    followers.follow_until(stop)
    give_up.cancel()
    assert good.seen == [1]
    assert Cursor.objects.get(reader="bad").event_id == 0


def test_a_reader_name_is_taken_once() -> None:
    @followers.follower("tests-only")
    def one(lines: list[Event]) -> None: ...

    with pytest.raises(ValueError, match="registered twice"):

        @followers.follower("tests-only")
        def another(lines: list[Event]) -> None: ...

    del followers._FOLLOWERS["tests-only"]


@pytest.mark.django_db
def test_reading_uses_the_index_of_the_reading_order() -> None:
    sql = "EXPLAIN SELECT * FROM eventlog_event WHERE xid >= '5' AND xid < '99' ORDER BY xid, id LIMIT 10"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(sql)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "event_reading_order" in plan
