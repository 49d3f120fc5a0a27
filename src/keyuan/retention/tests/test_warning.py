"""Early warning where people work: the list, tasks made of it, the list of renewals, the customer's page."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.fixtures.budgets import QueryBudget
from tests.fixtures.organisation import Organisation

from keyuan.accounts.scope import system_viewer
from keyuan.customer360.queries.overview import overview
from keyuan.insight.models import Score
from keyuan.kernel.clock import today
from keyuan.policies.models import Policy
from keyuan.policies.tests import factories as make
from keyuan.retention.queries import RenewalFilter, seen
from keyuan.servicedesk.models import Task

pytestmark = pytest.mark.django_db
WARNING = "/desk/insight/warning/"


def policy_of(org: Organisation, name: str, *, days: int) -> Policy:
    """A motor policy of the branch that renews in so many days."""
    due = today() + timedelta(days=days)
    start = due - timedelta(days=365)
    return make.policy(make.customer(org.branch, name=name), signed_on=start, starts_on=start, ends_on=due)


def score(policy: Policy, value: float, *, code: str = "agent_left", **more: Any) -> Score:
    reasons = [{"code": code, "value": 1.0, "effect": 0.8}]
    return Score.objects.create(
        customer_id=policy.customer_id, policy=policy, model="lapse_own", version="v", day=today(), horizon_days=90,
        value=value, within_30=value / 3, within_60=value / 2, value_at_risk=Decimal("3600.00"), reasons=reasons,
        due_on=policy.ends_on, spoken_on=None, **more,
    )  # fmt: skip


@pytest.fixture
def two(org: Organisation) -> tuple[Policy, Policy]:
    """A customer who is likely to leave, and one who is not."""
    likely, faithful = policy_of(org, "王小明", days=20), policy_of(org, "李长留", days=10)
    score(likely, 0.42)
    score(faithful, 0.03)
    return likely, faithful


def test_the_list_shows_who_may_leave_with_the_reason_and_what_is_at_stake(
    desk: Client, two: tuple[Policy, Policy]
) -> None:
    text = desk.get(WARNING).content.decode()
    assert "王小明" in text
    assert "李长留" not in text
    assert "42%" in text
    assert "代理人已离职，无人接手" in text
    assert "3,600" in text
    assert reverse("retention:case", args=[two[0].pk, two[0].ends_on]) in text
    assert "王小明" not in desk.get(WARNING, {"reason": "pressure"}).content.decode()
    everybody = desk.get(WARNING, {"horizon": "all"}).content.decode()
    assert everybody.index("王小明") < everybody.index("李长留")


def test_those_of_thirty_days_are_judged_by_thirty_days(desk: Client, two: tuple[Policy, Policy]) -> None:
    Score.objects.filter(value=0.42).update(within_30=0.02)
    assert "王小明" not in desk.get(WARNING, {"horizon": "30"}).content.decode()
    assert "王小明" in desk.get(WARNING, {"horizon": "60"}).content.decode()


def test_a_task_is_made_for_each_chosen_customer_with_the_reason_and_for_no_stranger(
    desk: Client, org: Organisation, two: tuple[Policy, Policy]
) -> None:
    chosen = [str(two[0].customer_id), "999999999", "x"]
    answer = desk.post(f"{WARNING}tasks/", {"chosen": chosen, "due": "2030-01-02", "query": "horizon=30"})
    assert answer.headers["Location"] == f"{WARNING}?horizon=30"
    task = Task.objects.get()
    assert task.customer_id == two[0].customer_id
    assert "42%" in task.title
    assert task.note == "代理人已离职，无人接手"
    assert task.due_at.isoformat().startswith("2030-01-02")


def test_renewals_say_who_may_leave_and_are_put_in_that_order(desk: Client, two: tuple[Policy, Policy]) -> None:
    first = today()
    wanted = RenewalFilter(first, first + timedelta(days=60), sort="-risk")
    rows = seen(wanted, viewer=system_viewer("test")).rows
    assert [row.policy_id for row in rows] == [two[0].pk, two[1].pk]
    assert rows[0].may_leave == pytest.approx(0.42)
    assert rows[0].why == "代理人已离职，无人接手"
    assert rows[1].may_leave is None
    text = desk.get(reverse("retention:list"), {"period": "soon"}).content.decode()
    assert text.count("流失风险") == 1
    assert "流失风险42%" in text


def test_the_customers_page_warns_today_and_not_in_the_past(two: tuple[Policy, Policy]) -> None:
    viewer = system_viewer("test")
    told = {one.code: one.detail for one in overview(two[0].customer_id, viewer=viewer).warnings}
    assert told["may_leave"] == "42% · 代理人已离职，无人接手"
    assert "may_leave" not in {one.code for one in overview(two[1].customer_id, viewer=viewer).warnings}
    past = overview(two[0].customer_id, viewer=viewer, as_of=today() - timedelta(days=1))
    assert "may_leave" not in {one.code for one in past.warnings}


def test_the_list_stays_within_its_query_budget(
    desk: Client, two: tuple[Policy, Policy], query_budget: QueryBudget
) -> None:
    with query_budget("warning"):
        assert desk.get(WARNING).status_code == 200
