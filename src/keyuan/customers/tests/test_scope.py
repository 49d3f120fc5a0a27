"""Who sees whom."""

from datetime import date, timedelta

import pytest

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, system_viewer, viewer_of
from keyuan.customers import actions, queries
from keyuan.customers.actions import CustomerDraft, PersonDraft
from keyuan.customers.refusals import AgentsDoNotAssign, CustomerNotFound, OutsideScope
from keyuan.customers.tests.conftest import CLERK
from keyuan.kernel.clock import today

COMPANY_ROLES = [role for role in Role.values if role not in (Role.AGENT, Role.CUSTOMER)]


@pytest.mark.parametrize("role", COMPANY_ROLES)
def test_staff_of_head_office_see_everybody(insurer, role):
    east, west = insurer.person(), insurer.person("李娜", insurer.west)
    assert set(queries.visible(insurer.viewer(role))) == {east, west}


@pytest.mark.parametrize("role", COMPANY_ROLES)
def test_staff_of_a_branch_see_their_branch_only(insurer, role):
    east, west = insurer.person(), insurer.person("李娜", insurer.west)
    viewer = insurer.viewer(role, insurer.east)
    assert set(queries.visible(viewer)) == {east}
    with pytest.raises(CustomerNotFound):
        queries.full(west.pk, viewer=viewer)


def test_an_agent_sees_whom_they_serve_today(insurer):
    agent, other = insurer.agent(), insurer.agent()
    mine = insurer.person(agent_id=agent.pk)
    insurer.person("李娜")
    assert list(queries.visible(viewer_of(agent.user))) == [mine]
    actions.assign_agent(mine.pk, agent_id=other.pk, by=CLERK)
    assert list(queries.visible(viewer_of(agent.user))) == []
    assert list(queries.visible(viewer_of(other.user))) == [mine]


def test_an_assignment_that_begins_tomorrow_shows_nothing_today(insurer):
    agent, customer = insurer.agent(), insurer.person()
    actions.assign_agent(customer.pk, agent_id=agent.pk, by=CLERK, on=today() + timedelta(days=1))
    assert list(queries.visible(viewer_of(agent.user))) == []


def test_a_customer_sees_themselves(insurer):
    customer, _ = insurer.person(), insurer.person("李娜")
    user = insurer.user(Role.CUSTOMER)
    assert list(queries.visible(viewer_of(user))) == []
    actions.open_portal_account(customer.pk, user_id=user.pk, by=CLERK)
    assert list(queries.visible(viewer_of(user))) == [customer]


def test_a_stranger_sees_nothing_by_any_query(insurer):
    customer = insurer.person(mobile="13812345678")
    for read in (
        queries.visible(STRANGER),
        queries.by_identifier("13812345678", viewer=STRANGER),
        queries.by_identifier_prefix(customer.number, viewer=STRANGER),
        queries.by_name("王伟", viewer=STRANGER),
        queries.identifiers_of(customer.pk, viewer=STRANGER),
        queries.directory(STRANGER),
        queries.consents_of(customer.pk, viewer=STRANGER),
        queries.assignments_of(customer.pk, viewer=STRANGER),
        queries.external_covers_of(customer.pk, viewer=STRANGER),
        queries.briefs([customer.pk], viewer=STRANGER),
    ):
        assert list(read) == []
    for read_one in (
        queries.full,
        queries.profile,
        queries.household_of,
        queries.relations_of,
        queries.referral_source,
    ):
        with pytest.raises(CustomerNotFound):
            read_one(customer.pk, viewer=STRANGER)
    with pytest.raises(CustomerNotFound):
        queries.profile_as_of(customer.pk, date(2026, 1, 1), viewer=STRANGER)


def test_a_branch_clerk_does_not_register_in_another_branch(insurer):
    with pytest.raises(OutsideScope):
        insurer.person(unit=insurer.west, by=insurer.viewer(Role.COUNTER, insurer.east))


def test_an_agent_s_new_customer_is_theirs_and_in_their_unit(insurer):
    agent = insurer.agent(insurer.west)
    viewer = viewer_of(agent.user)
    customer = insurer.person(unit=insurer.east, by=viewer)
    assert customer.org_unit_id == insurer.west.pk
    assert list(queries.visible(viewer)) == [customer]


def test_an_agent_does_not_hand_customers_over(insurer):
    agent, other = insurer.agent(), insurer.agent()
    customer = insurer.person(agent_id=agent.pk)
    with pytest.raises(AgentsDoNotAssign):
        actions.assign_agent(customer.pk, agent_id=other.pk, by=viewer_of(agent.user))


def test_the_system_may_register_anywhere(insurer):
    draft = CustomerDraft(name="王伟", org_unit_id=insurer.west.pk, details=PersonDraft())
    assert actions.register_customer(draft, by=system_viewer("test")).org_unit_id == insurer.west.pk
