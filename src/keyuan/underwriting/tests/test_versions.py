"""Rules are drafted, submitted with what they would change, published by another person, and then stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from tests.fixtures.organisation import Organisation

from keyuan.accounts.refusals import NotPermitted
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.underwriting import actions, queries
from keyuan.underwriting.models import RuleSet
from keyuan.underwriting.refusals import (
    BadModel,
    ChangedMeanwhile,
    DraftExists,
    NotADraft,
    ReasonMissing,
    SecondPersonNeeded,
    StartsInThePast,
    WholeCompanyNeeded,
)
from keyuan.underwriting.tests.told import facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(viewer_as: Callable[..., Viewer]) -> Viewer:
    return viewer_as(Role.UNDERWRITER)


@pytest.fixture
def director(viewer_as: Callable[..., Viewer]) -> Viewer:
    return viewer_as(Role.MANAGER)


def change(draft: RuleSet, by: Viewer, old: str = "", new: str = "", **different: Any) -> RuleSet:
    told = {
        "text": draft.text.replace(old, new),
        "effective_from": draft.effective_from,
        "why": "体重指数的加费减半",
        "seen_digest": draft.digest,
        **different,
    }
    return actions.change_rules(draft.code, draft.number, **told, by=by)


def milder(by: Viewer) -> RuleSet:
    """A draft of the rules for life that loads 50 where 75 was loaded for high blood pressure of grade 1."""
    draft = actions.draft_rules("life", by=by)
    return change(draft, by, '"health.loading": "75"', '"health.loading": "50"')


def submitted(by: Viewer, **different: Any) -> RuleSet:
    draft = milder(by)
    if different:
        draft = change(draft, by, **different)
    return actions.submit_rules("life", draft.number, by=by)


def applied(by: Viewer, **different: Any) -> None:
    actions.submit_application(facts(**different), product="TRM", by=by)


def test_another_person_publishes_and_the_rules_decide_from_their_day_on(author: Viewer, director: Viewer) -> None:
    raised = facts(answered={"hypertension": True, "systolic": 150})
    assert actions.decide(raised, product="TRM").loading_percent == 75
    version = submitted(author)
    with pytest.raises(NotPermitted):
        actions.publish_rules("life", 2, by=author)
    actions.publish_rules("life", version.number, by=director)
    made = actions.decide(raised, product="TRM")
    assert (made.loading_percent, made.rule_version) == (50, 2)
    told = [line.name for line in Event.objects.filter(subject_type="underwriting_rules").order_by("id")]
    assert [name.removeprefix("underwriting.rules_") for name in told] == [
        "drafted", "changed", "submitted", "published",
    ]  # fmt: skip


def test_who_wrote_any_of_it_may_not_publish_it(director: Viewer, viewer_as: Callable[..., Viewer]) -> None:
    submitted(director)
    with pytest.raises(SecondPersonNeeded):
        actions.publish_rules("life", 2, by=director)
    assert RuleSet.objects.get(number=2).published_at is None
    actions.publish_rules("life", 2, by=viewer_as(Role.MANAGER))


def test_rules_that_begin_later_decide_later(author: Viewer, director: Viewer) -> None:
    later = today() + timedelta(days=10)
    submitted(author, effective_from=later)
    actions.publish_rules("life", 2, by=director)
    assert queries.in_force("life", on=today()).number == 1
    assert queries.in_force("life", on=later).number == 2


def test_rules_do_not_begin_in_the_past(author: Viewer, director: Viewer) -> None:
    submitted(author, effective_from=date(2026, 1, 2))
    with pytest.raises(StartsInThePast):
        actions.publish_rules("life", 2, by=director)


def test_what_was_published_never_changes(author: Viewer, director: Viewer) -> None:
    submitted(author)
    actions.publish_rules("life", 2, by=director)
    with pytest.raises(NotADraft):
        change(RuleSet.objects.get(number=2), author)
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        RuleSet.objects.filter(number=2).update(text="{}")
    with pytest.raises(DatabaseError, match="is kept"), transaction.atomic():
        RuleSet.objects.filter(number=2).delete()


def test_an_earlier_version_can_be_begun_from_again(author: Viewer, director: Viewer) -> None:
    submitted(author)
    actions.publish_rules("life", 2, by=director)
    back = actions.draft_rules("life", begin_with=1, by=author)
    assert (back.number, back.text) == (3, queries.shipped("life").text)


def test_a_model_with_faults_is_kept_but_not_submitted(author: Viewer) -> None:
    draft = change(actions.draft_rules("life", by=author), author, '"> 2000000"', '">> 2000000"')
    with pytest.raises(BadModel, match=">> 2000000"):
        actions.submit_rules("life", draft.number, by=author)
    assert RuleSet.objects.get(number=2).state == "draft"


def test_two_who_edit_at_once_do_not_overwrite_each_other(author: Viewer) -> None:
    draft = milder(author)
    with pytest.raises(ChangedMeanwhile):
        change(draft, author, seen_digest="0" * 64)
    with pytest.raises(DraftExists):
        actions.draft_rules("life", by=author)


def test_a_change_says_why_and_a_return_too(author: Viewer, director: Viewer) -> None:
    change(actions.draft_rules("life", by=author), author, why=" ")
    with pytest.raises(ReasonMissing):
        actions.submit_rules("life", 2, by=author)
    change(RuleSet.objects.get(number=2), author)
    actions.submit_rules("life", 2, by=author)
    with pytest.raises(ReasonMissing):
        actions.return_rules("life", 2, reason="", by=director)
    back = actions.return_rules("life", 2, reason="请附数据", by=director)
    assert (back.state, back.remark) == ("draft", "请附数据")
    actions.discard_rules("life", 2, by=author)
    assert not RuleSet.objects.filter(number=2).exists()


def test_rules_are_the_head_offices(viewer_as: Callable[..., Viewer], org: Organisation) -> None:
    with pytest.raises(WholeCompanyNeeded):
        actions.draft_rules("life", by=viewer_as(Role.UNDERWRITER, unit=org.branch))
    with pytest.raises(NotPermitted):
        actions.draft_rules("life", by=viewer_as(Role.HOTLINE))
    assert queries.rule_sets(viewer=viewer_as(Role.HOTLINE)) == {}


def test_unchanged_rules_change_nothing_on_past_applications(author: Viewer) -> None:
    applied(author)
    applied(author, weight_kg=85)
    applied(author, answered={"hospital": True})
    draft = actions.draft_rules("life", by=author)
    told = queries.replay(draft, viewer=author)
    assert (told.looked_at, told.changed) == (3, [])
    assert told.before == told.after
    assert (told.before["standard"], told.before["loading"], told.before["refer"]) == (1, 1, 1)


def test_a_change_shows_what_it_would_have_decided(author: Viewer, director: Viewer) -> None:
    applied(author)
    applied(author, answered={"hypertension": True, "systolic": 150})
    applied(author, answered={"hypertension": True, "systolic": 165})
    draft = milder(author)
    draft = change(draft, author, '\\"postpone\\"', '\\"refer\\"')
    told = queries.replay(draft, viewer=author)
    assert [(one.before.outcome, one.after.outcome) for one in told.changed] == [
        ("postpone", "refer"),
        ("loading", "loading"),
    ]
    assert (told.changed[1].before.loading_percent, told.changed[1].after.loading_percent) == (75, 50)
    assert (told.before["postpone"], told.after["postpone"], told.after["refer"]) == (1, 0, 1)
    kept = actions.submit_rules("life", draft.number, by=author).replay
    assert (kept["looked_at"], kept["changed"]) == (3, 2)
    actions.publish_rules("life", draft.number, by=director)
    after = queries.replay(RuleSet.objects.get(number=2), viewer=author)
    assert len(after.changed) == 2, "what it changed can still be seen when it is in force"
