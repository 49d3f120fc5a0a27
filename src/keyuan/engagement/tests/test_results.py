"""What the answers come to, who sees them, and what they look like outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.fixtures.budgets import QueryBudget
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.engagement import actions, queries
from keyuan.engagement.models import Form, Submission
from keyuan.engagement.queries import ResultFilter
from keyuan.engagement.refusals import FormNotFound
from keyuan.engagement.rules.counting import mean, nps
from keyuan.engagement.tests.conftest import MOBILE, Send
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import now, today
from keyuan.sales.models import Prospect


@given(scores=st.lists(st.integers(0, 10), min_size=1, max_size=60))
def test_the_net_promoter_score_is_promoters_less_detractors(scores: list[int]) -> None:
    found = nps(Counter(scores))
    assert found is not None
    assert found.promoters + found.passives + found.detractors == len(scores)
    assert found.score == round(100 * (sum(s >= 9 for s in scores) - sum(s <= 6 for s in scores)) / len(scores))
    assert -100 <= found.score <= 100
    assert mean(Counter(scores)) == round(sum(scores) / len(scores), 1)


def test_nobody_has_no_score() -> None:
    assert nps({}) is None
    assert mean({}) is None


@pytest.fixture
def answered(survey: Form, send: Send) -> Form:
    for score, matters, text in (("10", ["c1", "c2"], "很好"), ("9", ["c1"], ""), ("7", [], ""), ("3", ["c4"], "太慢")):
        assert send(survey, {"recommend": score, "matters": matters, "more": text}).status_code == 303
    return survey


def test_every_answer_is_counted_once(answered: Form, manager: Viewer) -> None:
    found = queries.results(answered.pk, ResultFilter(), viewer=manager)
    recommend, matters, more = found.questions
    assert found.total == 4
    assert [(bar.label, bar.count) for bar in found.days] == [(today().isoformat(), 4)]
    assert recommend.answered == 4
    assert recommend.nps is not None
    assert (recommend.nps.score, recommend.mean) == (25, 7.2)
    assert [bar.count for bar in recommend.bars] == [0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1]
    assert [(bar.label, bar.count, bar.percent) for bar in matters.bars] == [
        ("价格", 2, 67), ("理赔快", 1, 33), ("服务好", 0, 0), ("品牌", 1, 33),
    ]  # fmt: skip
    assert matters.answered == 3
    assert set(more.texts) == {"很好", "太慢"}
    english = queries.results(answered.pk, ResultFilter(), viewer=manager, language="en")
    assert english.questions[1].bars[0].label == "Price"


def test_days_without_answers_are_days(answered: Form, manager: Viewer) -> None:
    first = answered.submissions.order_by("id").first()
    assert first is not None
    Submission.objects.filter(pk=first.pk).update(submitted_at=now() - timedelta(days=3))
    found = queries.results(answered.pk, ResultFilter(), viewer=manager)
    assert [bar.count for bar in found.days] == [1, 0, 0, 3]
    narrowed = queries.results(answered.pk, ResultFilter(first=today()), viewer=manager)
    assert narrowed.total == 3


def test_an_agent_sees_the_answers_that_came_by_them(
    survey: Form, send: Send, manager: Viewer, by_agent: Viewer, viewer_as: Callable[..., Viewer], org: Organisation
) -> None:
    from keyuan.engagement.content import Content

    actions.save_form(survey.pk, content=Content.of(survey.draft), shared=True, by=manager)
    link = actions.make_link(survey.pk, by=by_agent)
    send(survey, {"recommend": "9"}, code=link.code)
    send(survey, {"recommend": "1"})
    assert queries.results(survey.pk, ResultFilter(), viewer=by_agent).total == 1
    assert queries.results(survey.pk, ResultFilter(), viewer=manager).total == 2
    assert queries.results(survey.pk, ResultFilter(link=link.pk), viewer=manager).total == 1
    assert queries.results(survey.pk, ResultFilter(), viewer=viewer_as(Role.MANAGER, unit=org.other_branch)).total == 0
    with pytest.raises(FormNotFound):
        queries.results(survey.pk, ResultFilter(), viewer=STRANGER)
    assert not queries.visible_submissions(STRANGER).exists()


def test_an_export_has_a_purpose_and_masks(card: Form, send: Send, agent_user: User) -> None:
    send(card, {"name": "=王芳", "mobile": MOBILE, "interests": ["motor", "life"], "ask": "+86"})
    desk = Client()
    desk.force_login(agent_user)
    address = f"/desk/forms/{card.pk}/results/export/"
    assert desk.post(address, {"purpose": ""}).status_code == 422
    answer = desk.post(address, {"purpose": "回访", "format": "csv"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=王芳" in text
    assert "'+86" in text
    assert "138****8000" in text
    assert MOBILE not in text
    assert "寿险、车险" in text
    assert Event.objects.get(name="form.results_exported").payload["purpose"] == "回访"
    assert desk.post(address, {"purpose": "回访", "format": "xlsx"}).status_code == 200


def test_the_pages_open_within_their_budgets(
    card: Form, send: Send, agent_user: User, query_budget: QueryBudget
) -> None:
    for number in range(3):
        send(card, {"name": f"客{number}", "mobile": f"1380013800{number}"})
    desk = Client()
    desk.force_login(agent_user)
    for name, address in (
        ("forms", "/desk/forms/"),
        ("form-builder", f"/desk/forms/{card.pk}/"),
        ("form-share", f"/desk/forms/{card.pk}/share/"),
        ("form-results", f"/desk/forms/{card.pk}/results/"),
    ):
        with query_budget(name):
            assert desk.get(address).status_code == 200, address
    with query_budget("card-fill"):
        assert Client().get(f"/f/{card.slug}/").status_code == 200
    assert "preview" not in desk.get(f"/desk/forms/{card.pk}/preview/").content.decode().lower()[:200]
    prospect = Prospect.objects.first()
    assert prospect is not None
    assert "138****8000" in desk.get(f"/desk/forms/filled/prospect/{prospect.pk}/").content.decode()


@pytest.mark.parametrize(("image", "begins"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_the_qr_code_is_an_image_of_the_address(card: Form, agent_user: User, image: str, begins: bytes) -> None:
    desk = Client()
    desk.force_login(agent_user)
    answer = desk.get(f"/desk/forms/{card.pk}/qr/plain.{image}")
    assert answer.content.startswith(begins)
    assert desk.get(f"/desk/forms/{card.pk}/qr/plain.exe").status_code == 404
    assert desk.get(f"/desk/forms/{card.pk}/qr/other.svg").status_code == 404
    sheet = desk.get(f"/desk/forms/{card.pk}/sheet/plain/").content.decode()
    assert sheet.count("sheet-card") == 10
    assert f"/f/{card.slug}/" in sheet


def test_a_scale_counts_days_of_the_company(answered: Form, manager: Viewer) -> None:
    assert queries.results(answered.pk, ResultFilter(last=date(2020, 1, 1)), viewer=manager).total == 0
