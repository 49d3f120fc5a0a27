"""What nobody called about reaches the manager, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import viewer_of
from keyuan.deadlines.calendar import add_workdays
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.policies.models import Policy
from keyuan.policies.tests import factories as make
from keyuan.retention.actions import escalate_overdue, record_outcome
from keyuan.retention.models import RenewalCase
from keyuan.servicedesk.models import Notice, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(org: Organisation, user_as: Callable[..., User]) -> User:
    return user_as(Role.MANAGER, unit=org.branch)


@pytest.fixture
def policies(org: Organisation) -> list[Policy]:
    """Two motor policies that renew in twenty days: the first call was due 25 days ago."""
    due = today() + timedelta(days=20)
    start = due - timedelta(days=365)
    return [
        make.policy(make.customer(org.sub_branch, name=name), signed_on=start, starts_on=start, ends_on=due)
        for name in ("甲", "乙")
    ]


def assigned(policy: Policy, user: User) -> RenewalCase:
    return RenewalCase.objects.create(
        policy=policy, customer_id=policy.customer_id, due_on=policy.ends_on, assignee=user
    )


def test_an_overdue_case_is_told_to_the_nearest_manager_once(
    boss: User, policies: list[Policy], org: Organisation, user_as: Callable[..., User]
) -> None:
    far = user_as(Role.MANAGER)
    agent = user_as(Role.AGENT, unit=org.sub_branch)
    case = assigned(policies[0], agent)
    assert escalate_overdue() == 1
    assert escalate_overdue() == 0
    task = Task.objects.get()
    assert task.owner == boss
    assert task.customer_id == policies[0].customer_id
    assert policies[0].number in task.title
    assert [notice.user for notice in Notice.objects.all()] == [boss]
    assert not Task.objects.filter(owner=far).exists()
    assert Event.objects.filter(name="renewal.escalated", customer_id=case.customer_id).count() == 1


def test_two_overdue_cases_are_one_task(boss: User, policies: list[Policy], user_as: Callable[..., User]) -> None:
    for policy in policies:
        assigned(policy, user_as(Role.HOTLINE))
    assert escalate_overdue() == 2
    assert Task.objects.get().customer is None
    assert Notice.objects.count() == 1


def test_what_nobody_was_given_is_not_escalated(boss: User, policies: list[Policy]) -> None:
    assert escalate_overdue() == 0
    assert not Task.objects.exists()


def test_a_call_that_was_made_in_time_is_not_escalated_and_a_missed_second_one_is(
    boss: User, policies: list[Policy], user_as: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = user_as(Role.HOTLINE)
    case = assigned(policies[0], agent)
    record_outcome(policies[0].pk, case.due_on, outcome="considering", by=viewer_of(agent))
    assert escalate_overdue() == 0
    case.refresh_from_db()
    assert case.next_contact_on is not None
    later = add_workdays(case.next_contact_on, 3)
    monkeypatch.setattr("keyuan.retention.actions.escalation.today", lambda: later)
    assert escalate_overdue() == 1
    assert escalate_overdue() == 0
    case.refresh_from_db()
    assert case.escalated_for == case.next_contact_on
