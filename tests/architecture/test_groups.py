"""Tests that look at the whole database server run in one process, one after the other."""

from __future__ import annotations

from pathlib import Path

from tests.fixtures.scheduling import group_of

ROOT = Path(__file__).parents[2]


def test_a_file_of_a_group_is_known_by_its_mark() -> None:
    assert group_of(ROOT / "src/keyuan/eventlog/tests/test_followers.py") == "horizon"
    assert group_of(ROOT / "tests/faults/test_short.py") == "horizon"
    assert group_of(ROOT / "src/keyuan/kernel/tests/test_money.py") == ""
