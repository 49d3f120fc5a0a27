"""The night's work: scores of every policy in force, the list that is made of them, and whose eyes they are for."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from tests.fixtures.budgets import QueryBudget

from keyuan.accounts.models import User
from keyuan.accounts.scope import STRANGER, Viewer, system_viewer, viewer_of
from keyuan.demo.book import load
from keyuan.demo.tests.conftest import AS_OF
from keyuan.eventlog.models import Event
from keyuan.insight import tasks
from keyuan.insight.models import ModelDrift, ModelVersion, Score
from keyuan.insight.refusals import NoModelYet, TooLittleData
from keyuan.insight.scores import queries, scoring, versions
from keyuan.insight.scores.leaving import Leaving
from keyuan.insight.scores.queries import WarningFilter
from keyuan.insight.scores.training import Trained
from keyuan.insight.scores.wording import sentences
from keyuan.insight.tests.scores.conftest import Known
from keyuan.kernel.actor import Actor

NIGHT = Actor.system("night")
pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody() -> Viewer:
    return system_viewer("test")


def keep(trained: Trained, *, better: bool = True) -> ModelVersion:
    return versions.keep(
        "lapse_own", trained.model.told(), card=trained.card, better=better, reference=trained.reference, by=NIGHT
    )


@pytest.fixture
def scored(trained: Trained, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> scoring.Scored:
    settings.KEYUAN_MODELS = str(tmp_path / "models")
    load(customers=100, seed=7, as_of=AS_OF)
    keep(trained)
    return scoring.score(by=NIGHT, on=AS_OF)


def test_every_policy_in_force_has_one_score_and_every_customer_one_that_leads(scored: scoring.Scored) -> None:
    assert scored.rows == Score.objects.count() > 50
    assert scored.customers == Score.objects.filter(leading=True).count()
    for one in Score.objects.filter(leading=True):
        others = Score.objects.filter(customer=one.customer_id)
        assert one.value == max(other.value for other in others)
        assert one.within_30 is not None
        assert one.within_60 is not None
        assert 0 < one.within_30 <= one.within_60 <= one.value < 1
        assert len(one.reasons) <= 3
    assert Event.objects.filter(name="model.scored").count() == 1
    assert ModelDrift.objects.get().rows == scored.rows


def test_the_version_that_is_loaded_says_what_the_one_that_was_taught_said(
    known: Known, trained: Trained, tmp_path: Path, settings: Any
) -> None:
    settings.KEYUAN_MODELS = str(tmp_path / "models")
    trees = versions.load(keep(trained))[0].boosted()
    assert trees is not None
    some = known.rows.head(3000)
    assert (Leaving(trees).hazards(some) == trained.model.hazards(some)).all()


def test_scoring_again_replaces_what_was_there(scored: scoring.Scored) -> None:
    before = Score.objects.count()
    again = scoring.score(by=NIGHT, on=AS_OF + timedelta(days=1))
    assert again.day == AS_OF + timedelta(days=1)
    assert set(Score.objects.values_list("day", flat=True)) == {again.day}
    assert abs(Score.objects.count() - before) < 10
    assert ModelDrift.objects.count() == 2


def test_without_a_model_nothing_is_scored_and_a_young_book_teaches_none(tmp_path: Path, settings: Any) -> None:
    settings.KEYUAN_MODELS = str(tmp_path / "models")
    with pytest.raises(NoModelYet):
        scoring.score(by=NIGHT, on=AS_OF)
    load(customers=60, seed=7, as_of=AS_OF)
    with pytest.raises(TooLittleData):
        scoring.teach(by=NIGHT, on=AS_OF)
    assert not ModelVersion.objects.exists()


def test_a_version_that_is_not_better_is_kept_but_not_used(trained: Trained, tmp_path: Path, settings: Any) -> None:
    settings.KEYUAN_MODELS = str(tmp_path / "models")
    kept = keep(trained, better=False)
    assert not kept.current
    assert versions.current("lapse_own") is None
    assert not (tmp_path / "models" / "lapse_own" / "newest").exists()
    assert keep(trained).current
    assert ModelVersion.objects.get().current


def test_the_warning_names_the_likeliest_first_and_reads_as_sentences(
    scored: scoring.Scored, everybody: Viewer
) -> None:
    found = list(queries.warned(WarningFilter(horizon=90), viewer=everybody).order_by("-value"))
    assert found
    assert found[0].value >= queries.RAISED
    nearer = queries.warned(WarningFilter(horizon=30), viewer=everybody)
    assert set(nearer.values_list("pk", flat=True)) <= {one.pk for one in found}
    reasoned = [one for one in found if one.reasons]
    code = reasoned[0].reasons[0]["code"]
    only = queries.warned(WarningFilter(horizon=90, reason=code), viewer=everybody)
    assert {one["code"] for score in only for one in score.reasons} >= {code}
    assert only.count() == sum(code in {r["code"] for r in one.reasons} for one in found)
    with override("zh-hans"):
        zh = sentences(reasoned[0].reasons)
    with override("en"):
        en = sentences(reasoned[0].reasons)
    assert len(zh) == len(en) == len(reasoned[0].reasons)
    assert all(text.isascii() for text in en), en


def test_an_agent_is_warned_of_their_own_customers_only(scored: scoring.Scored) -> None:
    agent = viewer_of(User.objects.get(username="agent"))
    own = set(queries.visible(agent).values_list("customer_id", flat=True))
    assert own < set(Score.objects.values_list("customer_id", flat=True))
    assert not queries.visible(STRANGER).exists()
    customer = viewer_of(User.objects.get(username="customer"))
    assert not queries.visible(customer).exists()
    assert not queries.latest(own, viewer=STRANGER)
    assert queries.models(viewer=agent) == []


def test_a_book_that_has_moved_is_told_of(trained: Trained, tmp_path: Path, settings: Any, everybody: Viewer) -> None:
    settings.KEYUAN_MODELS = str(tmp_path / "models")
    load(customers=100, seed=7, as_of=AS_OF)
    version = keep(trained)
    version.reference["inputs"]["age"] = {"edges": [20.0], "shares": [0.98, 0.02, 0.0]}
    version.save()
    done = scoring.score(by=NIGHT, on=AS_OF)
    assert "age" in done.moved
    line = Event.objects.get(name="model.drifted")
    assert "age" in line.payload["moved"]
    assert queries.drifts(version, viewer=everybody)[0].inputs["age"] > 0.25


def test_the_model_is_taught_again_after_a_month(trained: Trained, tmp_path: Path, settings: Any) -> None:
    settings.KEYUAN_MODELS = str(tmp_path / "models")
    assert scoring.stale(date(2026, 11, 23))
    keep(trained)
    assert not scoring.stale(date(2026, 11, 23))
    assert scoring.stale(date(2027, 1, 5))


def test_the_card_is_shown_to_who_sees_insight_with_the_figures_of_the_version_in_use(
    scored: scoring.Scored, client: Client, query_budget: QueryBudget
) -> None:
    client.force_login(User.objects.get(username="analyst"))
    with query_budget("models"):
        text = client.get("/desk/insight/models/").content.decode()
    version = ModelVersion.objects.get()
    assert version.version in text
    assert f"{version.card['metrics']['AUC']['value']:.4f}" in text
    assert "使用中" in text
    assert text.count('<circle class="model-dot"') == 10
    assert "不能用来" in text
    client.force_login(User.objects.get(username="agent"))
    assert client.get("/desk/insight/models/").status_code == 403


def test_the_night_scores_what_it_can_and_says_so_where_it_cannot(
    scored: scoring.Scored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "today", lambda: AS_OF)
    monkeypatch.setattr(scoring, "today", lambda: AS_OF)
    tasks.score_customers(0)
    assert set(Score.objects.values_list("day", flat=True)) == {AS_OF}
    ModelVersion.objects.update(current=False)
    before = Score.objects.count()
    tasks.score_customers(0)
    assert Score.objects.count() == before
