"""Limits that hold over several processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from keyuan.accounts import limits
from keyuan.accounts.limits import Limit, spend
from keyuan.accounts.models import RateCount
from keyuan.accounts.refusals import TooMany
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.models import Event

LONG = 10 * 365 * 86400
VIEWER = Viewer(7, "小林", "hotline")


@pytest.fixture(autouse=True)
def _clean(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(limits, "SWEEP_CHANCE", 0)  # The broom comes by chance; these tests count queries.
    limits.forget_counts()
    yield
    limits.forget_counts()


def test_the_limit_is_exact_and_another_person_has_their_own() -> None:
    limit = Limit("exact", 3, LONG)
    for _ in range(3):
        spend(limit, by=VIEWER)
    for _ in range(2):
        with pytest.raises(TooMany):
            spend(limit, by=VIEWER)
    spend(limit, by=Viewer(8, "小王", "hotline"))
    assert [e.payload for e in Event.objects.filter(name="user.limited")] == [{"limit": "exact"}]


def test_another_process_counts_into_the_same_window() -> None:
    limit = Limit("shared", 4, LONG)
    spend(limit, by=VIEWER)
    spend(limit, by=VIEWER)
    limits.forget_counts()  # What another process knows: only the table.
    spend(limit, by=VIEWER)
    spend(limit, by=VIEWER)
    with pytest.raises(TooMany):
        spend(limit, by=VIEWER)


def test_frequent_deeds_tell_the_table_only_every_step(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    limit = Limit("cheap", 1000, LONG, step=10)
    with django_assert_num_queries(2):
        for _ in range(25):
            spend(limit, by=VIEWER)
    assert RateCount.objects.get(key__startswith="cheap:7:").count == 20


def test_counting_in_steps_exceeds_the_limit_by_less_than_a_step() -> None:
    limit = Limit("steps", 25, LONG, step=10)
    for _ in range(25):
        spend(limit, by=VIEWER)
    with pytest.raises(TooMany):
        spend(limit, by=VIEWER)


def test_the_installation_may_set_another_limit() -> None:
    with override_settings(KEYUAN_LIMITS={"mine": (1, LONG)}):
        spend(Limit("mine", 100, 60), by=VIEWER)
        with pytest.raises(TooMany) as refusal:
            spend(Limit("mine", 100, 60), by=VIEWER)
    assert refusal.value.status == 429
