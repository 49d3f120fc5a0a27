"""Tests that look at the whole database server run in one process, one after the other."""

from __future__ import annotations

from pathlib import Path

from tests.fixtures.scheduling import group_of, lateness

ROOT = Path(__file__).parents[2]


def test_a_file_of_a_group_is_known_by_its_mark() -> None:
    assert group_of(ROOT / "src/keyuan/eventlog/tests/test_followers.py") == "horizon"
    assert group_of(ROOT / "tests/faults/test_short.py") == "horizon"
    assert group_of(ROOT / "src/keyuan/kernel/tests/test_money.py") == ""


def test_what_takes_long_begins_first() -> None:
    turns = [
        lateness(ROOT / "src/keyuan/eventlog/tests/test_followers.py", group=True),
        lateness(ROOT / "tests/journeys/test_screens.py", group=False),
        lateness(ROOT / "src/keyuan/cli/tests/test_first_use.py", group=False),
        lateness(ROOT / "src/keyuan/kernel/tests/test_money.py", group=False),
    ]
    assert turns == [0, 1, 2, 3]
