"""What a killed worker had in hand is done by another."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from django.db import connection

from keyuan.kernel import lost_jobs
from keyuan.kernel.lost_jobs import MOST_TRIES, give_back

pytestmark = pytest.mark.django_db


def worker(*, silent_for: int) -> int:
    """A worker that was heard of so many seconds ago."""
    return int(
        row(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s)) RETURNING id",
            silent_for,
        )
    )


def job(*, in_the_hands_of: int | None, status: str = "doing", attempts: int = 1, only_one: str | None = None) -> int:
    return int(
        row(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, attempts, worker_id)"
            " VALUES ('q', 'some.task', %s, %s, %s, %s, %s) RETURNING id",
            *("the-lock" if status == "doing" else None, only_one, status, attempts, in_the_hands_of),
        )
    )


def row(statement: str, *values: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


def status(one: int) -> str:
    return str(row("SELECT status FROM procrastinate_jobs WHERE id = %s", one))


def test_the_job_of_a_silent_worker_waits_again_and_its_lock_is_free() -> None:
    lost = job(in_the_hands_of=worker(silent_for=31))
    assert give_back(silent=30) == 1
    assert status(lost) == "todo"
    assert row("SELECT attempts FROM procrastinate_jobs WHERE id = %s", lost) == 2
    assert give_back(silent=30) == 0


def test_the_job_of_a_worker_that_is_gone_altogether_waits_again() -> None:
    lost = job(in_the_hands_of=None)
    assert give_back(silent=30) == 1
    assert status(lost) == "todo"


def test_the_job_of_a_worker_that_lives_stays_in_its_hands() -> None:
    held = job(in_the_hands_of=worker(silent_for=29))
    assert give_back(silent=30) == 0
    assert status(held) == "doing"


@pytest.mark.django_db(transaction=True)
def test_a_lost_job_that_waits_already_under_its_queueing_lock_is_not_doubled() -> None:
    lost = job(in_the_hands_of=worker(silent_for=31), only_one="sweep")
    waiting = job(in_the_hands_of=None, status="todo", only_one="sweep")
    assert give_back(silent=30) == 1
    assert (status(lost), status(waiting)) == ("failed", "todo")


def test_after_the_machine_stood_still_nobody_is_taken_for_dead_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter((0.0, 1.0, 1.0, 100.0, 100.0, 101.0, 101.0))
    looks: list[float] = []
    monkeypatch.setattr(lost_jobs.time, "time", lambda: next(moments))
    monkeypatch.setattr(lost_jobs, "give_back", lambda *, silent: looks.append(silent))
    rounds = iter((False, False, False, True))
    stop = Mock(wait=lambda pause: next(rounds))
    lost_jobs.give_back_until(stop, silent=3)
    assert looks == [3, 3], "after one second, not after ninety-nine, and then again after one"


def test_a_job_that_loses_worker_after_worker_is_given_up() -> None:
    deadly = job(in_the_hands_of=worker(silent_for=31), attempts=MOST_TRIES)
    assert give_back(silent=30) == 1
    assert status(deadly) == "failed"
