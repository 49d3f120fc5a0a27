"""The pages answer, and say what happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.fixtures.budgets import QueryBudget
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.policies.models import Policy
from keyuan.policies.tests import factories as make
from keyuan.retention.events import EXPORTED
from keyuan.retention.models import RenewalCase, RenewalOutcome
from keyuan.retention.views import lists

pytestmark = pytest.mark.django_db


@pytest.fixture
def motor(org: Organisation) -> Policy:
    """A motor policy of the branch that renews in twenty days."""
    due = today() + timedelta(days=20)
    holder = make.customer(org.branch, name="王小明")
    start = due - timedelta(days=365)
    return make.policy(holder, signed_on=start, starts_on=start, ends_on=due)


def due_of(policy: Policy) -> date:
    assert policy.ends_on is not None
    return policy.ends_on


SOON = "?period=soon"


@pytest.mark.parametrize("name", ["list", "board", "calendar", "assign"])
def test_every_view_shows_the_renewal(desk: Client, motor: Policy, name: str) -> None:
    answer = desk.get(reverse(f"retention:{name}") + SOON + f"&month={due_of(motor):%Y-%m}&method=round_robin")
    assert answer.status_code in (200, 422)
    text = answer.content.decode()
    assert ("王小明" in text) == (name in ("list", "board"))


def test_what_people_typed_is_no_markup_in_a_row(desk: Client, motor: Policy) -> None:
    motor.customer.__class__.objects.filter(pk=motor.customer_id).update(name="<i>王&")
    row = desk.get(reverse("retention:list") + SOON).content.decode()
    assert f'{due_of(motor)}/">&lt;i&gt;王&amp;</a>' in row
    assert "<i>王" not in row


def test_an_outcome_is_recorded_in_one_step_and_the_list_moves_it(desk: Client, motor: Policy) -> None:
    address = reverse("retention:outcome", args=[motor.pk, due_of(motor)])
    answer = desk.post(address, {"outcome": "considering", "text": "等报价"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "renewals-changed" in answer.headers["HX-Trigger"]
    case = RenewalCase.objects.get(policy=motor)
    assert (case.said, case.contacts) == ("considering", 1)
    shown = desk.get(reverse("retention:list") + SOON + "&list=considering").content.decode()
    assert "王小明" in shown
    assert "王小明" not in desk.get(reverse("retention:list") + SOON + "&list=not_contacted").content.decode()


def test_not_renewing_without_a_reason_keeps_what_was_typed(desk: Client, motor: Policy) -> None:
    address = reverse("retention:outcome", args=[motor.pk, due_of(motor)])
    answer = desk.post(address, {"outcome": "not_renewing", "text": "说不要了"})
    assert answer.status_code == 422
    assert "说不要了" in answer.content.decode()
    assert not RenewalOutcome.objects.exists()


def test_a_slip_is_taken_back_on_the_same_day(desk: Client, motor: Policy) -> None:
    address = reverse("retention:outcome", args=[motor.pk, due_of(motor)])
    desk.post(address, {"outcome": "not_renewing:competitor"})
    told = RenewalOutcome.objects.get()
    assert desk.post(reverse("retention:withdraw", args=[told.pk])).status_code == 204
    assert RenewalCase.objects.get().said == ""
    assert desk.post(reverse("retention:withdraw", args=[told.pk])).status_code == 404


def test_a_manager_assigns_by_preview_and_the_agent_sees_the_customer(
    desk: Client, motor: Policy, org: Organisation, user_as: Callable[..., User]
) -> None:
    agent = user_as(Role.AGENT, unit=org.branch)
    asked = {"period": "soon", "method": "round_robin", "people": [agent.pk]}
    shown = desk.get(reverse("retention:assign"), asked)
    plan = shown.context["plan"]
    assert [(share.helper.user_id, share.count) for share in plan.shares] == [(agent.pk, 1)]
    assert not RenewalCase.objects.exists()
    done = desk.post(reverse("retention:assign"), {**asked, "token": plan.token})
    assert done.status_code == 302
    assert RenewalCase.objects.get().assignee == agent
    phone = Client()
    phone.force_login(agent)
    text = phone.get(reverse("retention:work")).content.decode()
    assert "王小明" in text


def test_the_export_has_a_purpose_and_is_streamed(desk: Client, motor: Policy) -> None:
    address = reverse("retention:export")
    assert desk.post(address, {"query": "period=soon", "format": "csv"}).status_code == 422
    answer = desk.post(address, {"query": "period=soon", "format": "csv", "purpose": "月会"})
    text = b"".join(answer.streaming_content).decode()
    assert motor.number in text


def test_a_list_too_long_to_export_is_refused_whole(
    desk: Client, motor: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST_EXPORTED", 0)
    answer = desk.post(reverse("retention:export"), {"query": "period=soon", "format": "csv", "purpose": "月会"})
    assert answer.status_code == 422
    assert "一次最多导出0件" in answer.content.decode()
    assert not Event.objects.filter(name=EXPORTED.name).exists()


def test_the_customers_page_loads_their_renewals(desk: Client, motor: Policy) -> None:
    answer = desk.get(reverse("retention:of_customer", args=[motor.customer_id]))
    assert "还有20天" in answer.content.decode()


@pytest.mark.parametrize("name", ["list", "board", "calendar"])
def test_the_views_stay_within_their_query_budgets(
    desk: Client, motor: Policy, query_budget: QueryBudget, name: str
) -> None:
    desk.get(reverse(f"retention:{name}") + SOON)
    with query_budget(f"renewals-{name}"):
        desk.get(reverse(f"retention:{name}") + SOON)
