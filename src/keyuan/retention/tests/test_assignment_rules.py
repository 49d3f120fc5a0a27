"""A branch's renewals are given out by the rule that its manager set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import OrgUnit, User
from keyuan.accounts.refusals import UnitNotFound
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer, viewer_of
from keyuan.agents.models import Agent
from keyuan.customers.models import Assignment
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.policies.models import Policy
from keyuan.policies.tests import factories as make
from keyuan.retention.actions import assign_by_rules, give_renewals, set_assignment_rule
from keyuan.retention.models import AssignmentRule, RenewalCase
from keyuan.retention.queries import rules_of_units
from keyuan.retention.refusals import ManagersAssign, RuleInThePast
from keyuan.retention.states import RuleMethod

pytestmark = pytest.mark.django_db

Users = Callable[..., User]


@pytest.fixture
def boss(org: Organisation, user_as: Users) -> Viewer:
    return viewer_of(user_as(Role.MANAGER, unit=org.branch))


def motor(unit: OrgUnit, *, name: str = "甲", in_days: int = 40) -> Policy:
    """A motor policy of the unit that renews so many days from now."""
    due = today() + timedelta(days=in_days)
    start = due - timedelta(days=365)
    return make.policy(make.customer(unit, name=name), signed_on=start, starts_on=start, ends_on=due)


def agent(user_as: Users, unit: OrgUnit, code: str) -> Agent:
    return Agent.objects.get(user=user_as(Role.AGENT, unit=unit, username=f"agent-{code}"))


def given() -> dict[int, int | None]:
    return dict(RenewalCase.objects.values_list("policy_id", "assignee_id"))


def test_the_daily_job_gives_to_the_agent_who_serves_and_the_rest_in_turn(
    boss: Viewer, org: Organisation, user_as: Users
) -> None:
    one, two = agent(user_as, org.sub_branch, "A1"), agent(user_as, org.sub_branch, "A2")
    served, alone = motor(org.sub_branch, name="甲"), motor(org.sub_branch, name="乙")
    Assignment.objects.create(customer_id=served.customer_id, agent=one, kind="servicing", starts_on=date(2020, 1, 1))
    set_assignment_rule(
        org.branch.pk, method=RuleMethod.OWNER, otherwise=RuleMethod.ROUND_ROBIN, starts_on=today(), by=boss
    )
    assert assign_by_rules() == 2
    assert given() == {served.pk: one.user_id, alone.pk: two.user_id}
    assert assign_by_rules() == 0
    assert Event.objects.filter(name="renewal.assigned").count() == 2


def test_without_a_rule_for_the_rest_those_whom_nobody_serves_stay_with_nobody(
    boss: Viewer, org: Organisation, user_as: Users
) -> None:
    agent(user_as, org.sub_branch, "A1")
    motor(org.sub_branch)
    set_assignment_rule(org.branch.pk, method=RuleMethod.OWNER, starts_on=today(), by=boss)
    assert assign_by_rules() == 0
    assert given() == {}


def test_a_units_own_rule_goes_before_that_of_the_unit_above(boss: Viewer, org: Organisation, user_as: Users) -> None:
    agent(user_as, org.branch, "A1")
    agent(user_as, org.sub_branch, "A2")
    above, below = motor(org.branch), motor(org.sub_branch)
    elsewhere = motor(org.other_branch)
    set_assignment_rule(org.branch.pk, method=RuleMethod.BY_BRANCH, starts_on=today(), by=boss)
    set_assignment_rule(org.sub_branch.pk, method=RuleMethod.NOBODY, starts_on=today(), by=boss)
    assert assign_by_rules() == 1
    assert set(given()) == {above.pk}
    assert below.pk not in given()
    assert elsewhere.pk not in given()


def test_what_lies_beyond_the_window_of_its_line_waits(boss: Viewer, org: Organisation, user_as: Users) -> None:
    agent(user_as, org.branch, "A1")
    motor(org.branch, in_days=91)
    near = motor(org.branch, in_days=90)
    set_assignment_rule(org.branch.pk, method=RuleMethod.ROUND_ROBIN, starts_on=today(), by=boss)
    assert assign_by_rules() == 1
    assert set(given()) == {near.pk}


def test_what_somebody_was_given_by_hand_stays_with_them(boss: Viewer, org: Organisation, user_as: Users) -> None:
    agent(user_as, org.branch, "A1")
    clerk = user_as(Role.HOTLINE, unit=org.branch)
    policy = motor(org.branch)
    assert policy.ends_on is not None
    give_renewals([(policy.pk, policy.ends_on)], user_id=clerk.pk, by=boss)
    set_assignment_rule(org.branch.pk, method=RuleMethod.ROUND_ROBIN, starts_on=today(), by=boss)
    assert assign_by_rules() == 0
    assert given() == {policy.pk: clerk.pk}


def test_a_branch_without_people_gives_out_nothing_and_stops_nobody(
    boss: Viewer, org: Organisation, user_as: Users
) -> None:
    motor(org.branch)
    set_assignment_rule(org.branch.pk, method=RuleMethod.ROUND_ROBIN, starts_on=today(), by=boss)
    assert assign_by_rules() == 0


def test_a_rule_begins_on_its_day_and_ends_the_one_before(boss: Viewer, org: Organisation) -> None:
    unit, later = org.branch.pk, today() + timedelta(days=10)
    set_assignment_rule(unit, method=RuleMethod.OWNER, starts_on=today(), by=boss)
    set_assignment_rule(unit, method=RuleMethod.BY_BRANCH, starts_on=later + timedelta(days=5), by=boss)
    set_assignment_rule(unit, method=RuleMethod.NOBODY, starts_on=later, by=boss)
    told = AssignmentRule.objects.order_by("starts_on").values_list("method", "starts_on", "ends_on")
    assert list(told) == [("owner", today(), later), ("nobody", later, None)]
    row = rules_of_units(viewer=boss, on=today())[0]
    assert row.rule is not None
    assert row.rule.method == "owner"
    assert row.coming is not None
    assert row.coming.method == "nobody"
    assert [one.rule.method for one in rules_of_units(viewer=boss, on=later) if one.rule] == ["nobody"] * 3


def test_who_may_not_sets_no_rule(boss: Viewer, org: Organisation, user_as: Users) -> None:
    with pytest.raises(RuleInThePast):
        set_assignment_rule(org.branch.pk, method=RuleMethod.OWNER, starts_on=today() - timedelta(days=1), by=boss)
    with pytest.raises(UnitNotFound):
        set_assignment_rule(org.other_branch.pk, method=RuleMethod.OWNER, starts_on=today(), by=boss)
    clerk = viewer_of(user_as(Role.HOTLINE, unit=org.branch))
    with pytest.raises(ManagersAssign):
        set_assignment_rule(org.branch.pk, method=RuleMethod.OWNER, starts_on=today(), by=clerk)
    assert not AssignmentRule.objects.exists()


def test_a_manager_sets_the_rule_in_the_browser(client: Client, org: Organisation, user_as: Users) -> None:
    client.force_login(user_as(Role.MANAGER, unit=org.branch))
    address = reverse("retention:rules")
    assert "松陵营业部" in client.get(address).content.decode()
    told = {"method": "owner", "otherwise": "by_branch", "starts_on": today().isoformat()}
    assert client.post(f"{address}?unit={org.branch.pk}", told).status_code == 302
    rule = AssignmentRule.objects.get()
    assert (rule.method, rule.otherwise, rule.unit_id) == ("owner", "by_branch", org.branch.pk)
    assert Event.objects.filter(name="renewal.rule_changed").count() == 1
    page = client.get(f"{address}?unit={org.sub_branch.pk}").content.decode()
    assert "（按苏州分公司）" in page


def test_a_day_in_the_past_is_refused_beside_its_field(client: Client, org: Organisation, user_as: Users) -> None:
    client.force_login(user_as(Role.MANAGER, unit=org.branch))
    told = {"method": "by_branch", "starts_on": (today() - timedelta(days=1)).isoformat()}
    answer = client.post(f"{reverse('retention:rules')}?unit={org.branch.pk}", told)
    assert answer.status_code == 422
    assert "规则不能从那天起改" in answer.content.decode()
    assert not AssignmentRule.objects.exists()


def test_an_agent_sees_no_rules(client: Client, org: Organisation, user_as: Users) -> None:
    client.force_login(user_as(Role.AGENT, unit=org.branch))
    assert client.get(reverse("retention:rules")).status_code == 403
