"""The load of several processes, played by forks of this one."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from keyuan.kernel.balance import Load


def in_a_fork(call: Callable[[], bool]) -> bool:
    """What ``call`` answers in a process of its own."""
    child = os.fork()
    if not child:
        os._exit(0 if call() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def with_in_hand(load: Load, requests: int) -> Load:
    load.join()
    for _request in range(requests):
        load.began()
    return load


@pytest.mark.parametrize(("mine", "others", "sent_away"), [(4, 0, True), (3, 0, True), (2, 0, False), (3, 1, False)])
def test_a_caller_is_sent_away_when_two_more_would_be_left_here_than_there(
    mine: int, others: int, sent_away: bool
) -> None:
    load = with_in_hand(Load(2), mine)
    # The other process stays until the question is answered: its place is its own as long as it lives.
    read, write = os.pipe()
    ready, told = os.pipe()
    child = os.fork()
    if not child:
        os.close(write)
        with_in_hand(load, others)
        os.write(told, b".")
        os.read(read, 1)
        os._exit(0)
    os.read(ready, 1)
    assert load.is_more_than_others() is sent_away
    os.close(write)
    os.waitpid(child, 0)


def test_among_many_a_few_more_are_no_burden() -> None:
    load = with_in_hand(Load(2), 41)
    load._in_hand[1] = 36
    assert not load.is_more_than_others()
    load._in_hand[1] = 20
    assert load.is_more_than_others()


def test_what_is_answered_is_no_longer_in_hand() -> None:
    load = with_in_hand(Load(2), 4)
    for _request in range(3):
        load.ended()
    assert not load.is_more_than_others()


def test_one_process_alone_sends_nobody_away() -> None:
    assert not with_in_hand(Load(1), 50).is_more_than_others()


def test_the_place_of_a_process_that_died_is_taken_over_with_nothing_in_hand() -> None:
    load = Load(1)
    assert in_a_fork(lambda: with_in_hand(load, 7)._place == 0)
    load.join()
    assert (load._place, list(load._in_hand)) == (0, [0])


def test_a_process_without_a_place_counts_nothing() -> None:
    load = with_in_hand(Load(1), 1)
    assert in_a_fork(lambda: with_in_hand(load, 5)._place == -1)
    assert list(load._in_hand) == [1]
