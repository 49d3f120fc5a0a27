"""A customer whose agent left: proposed the same day, chosen by the customer, confirmed by the manager."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from tests.fixtures.organisation import Organisation

from keyuan.accounts import limits
from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer, viewer_of
from keyuan.agents.models import Agent
from keyuan.customers.models import Assignment, Customer
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.policies.tests import factories as make
from keyuan.retention.actions import (
    choose_successor,
    confirm_hand_overs,
    hand_over_orphans,
    link_token,
    propose_for_all_who_left,
)
from keyuan.retention.actions.hand_over import SALT
from keyuan.retention.models import HandOver
from keyuan.retention.refusals import LinkEnded, NotASuccessor
from keyuan.servicedesk.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    limits.forget_counts()


@pytest.fixture
def gone(org: Organisation) -> Agent:
    return Agent.objects.create(code="A-OLD", name="旧人", org_unit=org.sales_office, left_on=today())


@pytest.fixture
def orphan(org: Organisation, gone: Agent) -> Customer:
    customer = make.customer(org.sales_office, name="王小明")
    Assignment.objects.create(customer=customer, agent=gone, starts_on=today() - timedelta(days=400), ends_on=today())
    return customer


def agent_in(unit: object, user_as: Callable[..., User]) -> Agent:
    return Agent.objects.get(user=user_as(Role.AGENT, unit=unit))


@pytest.fixture
def boss(org: Organisation, user_as: Callable[..., User]) -> Viewer:
    return viewer_of(user_as(Role.MANAGER, unit=org.branch))


def test_the_least_busy_of_the_same_office_is_proposed(
    org: Organisation, orphan: Customer, gone: Agent, boss: Viewer, user_as: Callable[..., User]
) -> None:
    busy, free = agent_in(org.sales_office, user_as), agent_in(org.sales_office, user_as)
    agent_in(org.branch, user_as)
    Assignment.objects.create(customer=make.customer(org.sales_office), agent=busy, starts_on=today())
    assert hand_over_orphans(gone.pk, by=boss) == 1
    assert HandOver.objects.get().proposed == free
    assert hand_over_orphans(gone.pk, by=boss) == 0


def test_where_the_office_has_nobody_the_branch_helps(
    org: Organisation, orphan: Customer, gone: Agent, boss: Viewer, user_as: Callable[..., User]
) -> None:
    agent_in(org.other_branch, user_as)
    near = agent_in(org.branch, user_as)
    hand_over_orphans(gone.pk, by=boss)
    assert HandOver.objects.get().proposed == near


def test_the_job_proposes_on_the_day_and_tells_the_manager_once(
    org: Organisation, orphan: Customer, boss: Viewer, user_as: Callable[..., User]
) -> None:
    agent_in(org.sales_office, user_as)
    assert propose_for_all_who_left() == 1
    assert propose_for_all_who_left() == 0
    assert [notice.user_id for notice in Notice.objects.all()] == [boss.user_id]


@pytest.fixture
def open_one(
    org: Organisation, orphan: Customer, gone: Agent, boss: Viewer, user_as: Callable[..., User]
) -> tuple[HandOver, Agent]:
    """An open hand-over, and another agent of the office who was not proposed."""
    agent_in(org.sales_office, user_as)
    other = agent_in(org.sales_office, user_as)
    hand_over_orphans(gone.pk, by=boss)
    return HandOver.objects.get(), other


def test_the_manager_confirms_and_the_successor_serves_from_today(
    open_one: tuple[HandOver, Agent], boss: Viewer
) -> None:
    row, _ = open_one
    assert confirm_hand_overs([row.pk], by=boss) == 1
    serving = Assignment.objects.get(customer=row.customer, ends_on__isnull=True)
    assert serving.agent == row.proposed
    assert Notice.objects.filter(user_id=row.proposed.user_id).count() == 1


def test_the_customers_choice_comes_before_the_managers(open_one: tuple[HandOver, Agent], boss: Viewer) -> None:
    row, other = open_one
    choose_successor(link_token(row), agent_id=other.pk)
    confirm_hand_overs([row.pk], successors={row.pk: row.proposed_id}, by=boss)
    assert Assignment.objects.get(customer=row.customer, ends_on__isnull=True).agent == other
    line = Event.objects.get(name="hand_over.chosen")
    assert (line.customer_id, line.actor_kind) == (row.customer_id, "customer")


def test_a_choice_after_the_confirmation_still_holds(open_one: tuple[HandOver, Agent], boss: Viewer) -> None:
    row, other = open_one
    confirm_hand_overs([row.pk], by=boss)
    choose_successor(link_token(row), agent_id=other.pk)
    assert Assignment.objects.get(customer=row.customer, ends_on__isnull=True).agent == other


def test_the_link_says_a_greeting_and_nothing_else_and_answers_once(open_one: tuple[HandOver, Agent]) -> None:
    row, other = open_one
    address = reverse("retention:successor", args=[link_token(row)])
    text = Client().get(address).content.decode()
    assert other.name in text
    for secret in (row.customer.name, row.customer.number, "旧人"):
        assert secret not in text
    assert Client().post(address, {"agent": other.pk}).status_code == 200
    assert Client().get(address).status_code == 404
    assert Client().post(address, {"agent": row.proposed_id}).status_code == 404
    row.refresh_from_db()
    assert row.chosen == other


def test_nobody_outside_the_branch_can_be_chosen(
    open_one: tuple[HandOver, Agent], org: Organisation, user_as: Callable[..., User]
) -> None:
    row, _ = open_one
    stranger = agent_in(org.other_branch, user_as)
    with pytest.raises(NotASuccessor):
        choose_successor(link_token(row), agent_id=stranger.pk)


def test_a_link_of_another_purpose_or_too_old_opens_nothing(
    open_one: tuple[HandOver, Agent], monkeypatch: pytest.MonkeyPatch
) -> None:
    row, other = open_one
    with pytest.raises(LinkEnded):
        choose_successor(signing.dumps(row.pk, salt="something else"), agent_id=other.pk)
    token = signing.dumps(row.pk, salt=SALT)
    later = time.time() + 15 * 24 * 3600
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    with pytest.raises(LinkEnded):
        choose_successor(token, agent_id=other.pk)


def test_trying_tokens_is_stopped(db: None) -> None:
    client = Client()
    codes = [client.get(reverse("retention:successor", args=["x"])).status_code for _ in range(32)]
    assert codes[:30] == [404] * 30
    assert 429 in codes[30:]


def test_the_pages_of_the_hand_over_answer(open_one: tuple[HandOver, Agent], desk: Client) -> None:
    row, _ = open_one
    assert "旧人" in desk.get(reverse("retention:orphans")).content.decode()
    page = desk.get(reverse("retention:hand_over", args=[row.former_id])).content.decode()
    assert "王小明" in page
    assert "/home/successor/" in page
    sheets = desk.get(reverse("retention:briefs", args=[row.former_id]) + "?download=1")
    assert "attachment" in sheets.headers["Content-Disposition"]
    assert "王小明" in sheets.content.decode()
    done = desk.post(reverse("retention:hand_over", args=[row.former_id]), {"hand_over": row.pk})
    assert done.status_code == 302
    row.refresh_from_db()
    assert row.successor_id == row.proposed_id
