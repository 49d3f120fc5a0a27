"""What lies around a tier: the log that raises it at once, merges, the command, and the law that does not ask for it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from keyuan.accounts.scope import Viewer
from keyuan.cli import tiers as command
from keyuan.customers.merging import merge
from keyuan.eventlog.actions import record
from keyuan.eventlog.followers import followers
from keyuan.eventlog.models import Event
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now, today
from keyuan.policies import events as policies
from keyuan.policies import queries
from keyuan.policies.clocks import legal_clocks
from keyuan.tiers.actions import redeem, review_these
from keyuan.tiers.models import Membership, Redemption, Standing
from keyuan.tiers.tests.conftest import Holder, held, life

pytestmark = pytest.mark.django_db
BY = Actor.system("tests")


def test_the_reader_raises_whoever_bought_a_moment_ago_and_leaves_old_lines_to_the_night(holder: Holder) -> None:
    fresh, old, other = holder(60_000), holder(60_000), holder(60_000)
    record(policies.ISSUED, by=BY, customer_id=fresh.pk, subject=("policy", 1))
    record(policies.ISSUED, by=BY, customer_id=old.pk, subject=("policy", 2), occurred_at=now() - timedelta(days=90))
    record(policies.DOCUMENT_MADE, by=BY, customer_id=other.pk, subject=("policy", 3))
    followers()["tiers"](list(Event.objects.order_by("id")))
    assert [row.customer_id for row in Membership.objects.all()] == [fresh.pk]


def test_two_members_who_are_one_person_become_one_member_and_the_review_counts_both(
    holder: Holder, system: Viewer
) -> None:
    kept, dropped = holder(60_000), holder(60_000)
    review_these([kept.pk, dropped.pk])
    for one in (kept, dropped):
        redeem(one.pk, benefit="road_rescue", by=system)
    merge(kept.pk, dropped.pk, reason="同一人", by=BY)
    assert Membership.objects.filter(ends_on=None).count() == Standing.objects.count() == 1
    assert set(Redemption.objects.values_list("customer_id", flat=True)) == {kept.pk}
    review_these([kept.pk])
    assert held(kept)[-1][:2] == (4, "raised")


def test_the_clocks_of_the_law_are_the_same_with_a_tier_and_without(holder: Holder, system: Viewer) -> None:
    """保险法 §36 and the cooling-off period know policies, not tiers; import-linter holds that they cannot ask."""
    day = today()
    member, nobody = holder(900_000), holder(0)
    young: dict[str, Any] = {"signed_on": day - timedelta(days=3), "starts_on": day}
    contracts = [life(one, 1_000, **young) for one in (member, nobody)]
    review_these([member.pk, nobody.pk])
    assert held(member)[-1][0] == 7
    assert not held(nobody)
    mine, theirs = (
        [
            (clock.code, clock.begins_on, clock.last_day)
            for clock in legal_clocks(queries.the_holding(one.pk, viewer=system, on=day), on=day)
        ]
        for one in contracts
    )
    assert mine == theirs
    assert mine


def test_the_command_says_what_it_did(
    holder: Holder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    holder(60_000)
    monkeypatch.setattr(command, "ready", lambda: None)
    monkeypatch.setattr(command, "expect_tables", lambda: None)
    monkeypatch.setattr(command.signal, "signal", lambda *_: None)
    done = CliRunner().invoke(command.app, ["review", "--json"])
    told = json.loads(done.stdout)
    assert (told["raised"], told["kept"], told["lowered"], told["stopped"]) == (1, 0, 0, False)
    assert Event.objects.filter(name="tier.book_reviewed").count() == 1
