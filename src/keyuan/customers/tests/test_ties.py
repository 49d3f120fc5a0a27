"""Households, relations, consents and outside cover."""

import pytest

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import viewer_of
from keyuan.customers import actions, queries
from keyuan.customers.models import Household
from keyuan.customers.refusals import (
    AlreadyRelated,
    ConsentAlreadyGiven,
    ConsentNotGiven,
    CustomerNotFound,
    HouseholdNotFound,
    RelatedToThemselves,
)
from keyuan.customers.tests.conftest import CLERK
from keyuan.eventlog.models import Event


def test_a_relation_is_written_and_taken_back_on_both_sides(insurer, everybody):
    child, parent = insurer.person("王小明"), insurer.person("王伟")
    actions.relate(child.pk, other_id=parent.pk, kind="parent", by=CLERK)
    assert [(tie.label, tie.name) for tie in queries.relations_of(child.pk, viewer=everybody)] == [("父母", "王伟")]
    assert [(tie.label, tie.name) for tie in queries.relations_of(parent.pk, viewer=everybody)] == [("子女", "王小明")]
    with pytest.raises(AlreadyRelated):
        actions.relate(parent.pk, other_id=child.pk, kind="child", by=CLERK)
    actions.unrelate(parent.pk, other_id=child.pk, kind="child", by=CLERK)
    assert queries.relations_of(child.pk, viewer=everybody) == ()
    assert Event.objects.filter(customer_id=child.pk, name__in=["customer.related", "customer.unrelated"]).count() == 2


def test_nobody_is_related_to_themselves(insurer):
    customer = insurer.person()
    with pytest.raises(RelatedToThemselves):
        actions.relate(customer.pk, other_id=customer.pk, kind="spouse", by=CLERK)


def test_a_tie_outside_the_scope_shows_a_name_and_no_number(insurer):
    here, there = insurer.person(), insurer.person("李娜", insurer.west)
    actions.relate(here.pk, other_id=there.pk, kind="spouse", by=CLERK)
    (tie,) = queries.relations_of(here.pk, viewer=insurer.viewer(Role.COUNTER, insurer.east))
    assert (tie.name, tie.number, tie.open) == ("李娜", "", False)


def test_a_person_is_in_one_household_at_a_time(insurer, everybody):
    head, spouse = insurer.person(), insurer.person("李娜")
    first = actions.create_household(head.pk, name="王家", by=CLERK)
    actions.join_household(spouse.pk, household_id=first.pk, role="spouse", by=CLERK)
    seen = queries.household_of(spouse.pk, viewer=everybody)
    assert [(tie.name, tie.label) for tie in seen.members] == [("王伟", "户主"), ("李娜", "配偶")]
    actions.create_household(spouse.pk, name="李家", by=CLERK)
    assert [tie.name for tie in queries.household_of(head.pk, viewer=everybody).members] == ["王伟"]
    actions.leave_household(head.pk, by=CLERK)
    assert queries.household_of(head.pk, viewer=everybody) is None
    assert not Household.objects.filter(pk=first.pk).exists()


def test_a_household_that_one_does_not_see_cannot_be_joined(insurer):
    there = insurer.person("李娜", insurer.west)
    household = actions.create_household(there.pk, name="李家", by=CLERK)
    with pytest.raises(HouseholdNotFound):
        actions.join_household(
            insurer.person().pk, household_id=household.pk, role="spouse", by=insurer.viewer(Role.COUNTER, insurer.east)
        )


def test_a_consent_is_given_once_and_withdrawn_once(insurer, everybody):
    customer = insurer.person()
    actions.give_consent(customer.pk, purpose="marketing", wording="2026-1", channel="counter", by=CLERK)
    with pytest.raises(ConsentAlreadyGiven):
        actions.give_consent(customer.pk, purpose="marketing", wording="2026-1", channel="counter", by=CLERK)
    actions.withdraw_consent(customer.pk, purpose="marketing", by=CLERK)
    with pytest.raises(ConsentNotGiven):
        actions.withdraw_consent(customer.pk, purpose="marketing", by=CLERK)
    (consent,) = queries.consents_of(customer.pk, viewer=everybody)
    assert consent.withdrawn_at > consent.given_at


def test_customers_withdraw_their_own_consent_and_nobody_else_s(insurer):
    customer, other = insurer.person(), insurer.person("李娜")
    user = insurer.user(Role.CUSTOMER)
    actions.open_portal_account(customer.pk, user_id=user.pk, by=CLERK)
    for one in (customer, other):
        actions.give_consent(one.pk, purpose="marketing", wording="2026-1", channel="counter", by=CLERK)
    actions.withdraw_consent(customer.pk, purpose="marketing", by=viewer_of(user))
    with pytest.raises(CustomerNotFound):
        actions.withdraw_consent(other.pk, purpose="marketing", by=viewer_of(user))
    assert Event.objects.get(name="consent.withdrawn").actor_kind == "customer"


def test_a_new_servicing_agent_ends_the_last_one(insurer, everybody):
    first, second = insurer.agent(name="赵敏"), insurer.agent(name="周芷若")
    customer = insurer.person(agent_id=first.pk)
    actions.assign_agent(customer.pk, agent_id=second.pk, by=insurer.viewer(Role.MANAGER))
    assert [(one.agent.name, one.ends_on is None) for one in queries.assignments_of(customer.pk, viewer=everybody)] == [
        ("周芷若", True),
        ("赵敏", False),
    ]
    from keyuan.kernel.clock import today

    assert queries.owner_of(customer.pk, viewer=everybody, on=today()).name == "周芷若"


def test_cover_elsewhere_is_noted_and_removed(insurer, everybody):
    customer = insurer.person()
    cover = actions.note_external_cover(customer.pk, insurer="他家保险", line="motor", premium="3000.00", by=CLERK)
    assert list(queries.external_covers_of(customer.pk, viewer=everybody)) == [cover]
    actions.remove_external_cover(customer.pk, cover_id=cover.pk, by=CLERK)
    assert list(queries.external_covers_of(customer.pk, viewer=everybody)) == []


def test_the_directory_filters_and_sorts_within_the_scope(insurer, everybody):
    wang = insurer.person("王伟", sex="male")
    li = insurer.person("李娜", sex="female", agent_id=insurer.agent().pk)
    firm = insurer.enterprise(unit=insurer.west)
    filters = queries.DirectoryFilters
    assert list(queries.directory(everybody)) == [firm, li, wang]
    assert list(queries.directory(everybody, sort="pinyin")) == [li, firm, wang]
    assert list(queries.directory(everybody, filters(kind="individual", unassigned=True))) == [wang]
    assert list(queries.directory(everybody, filters(sex="female"))) == [li]
    assert list(queries.directory(everybody, filters(text="华为"))) == [firm]
    assert list(queries.directory(everybody, filters(text=wang.number))) == [wang]
    assert list(queries.directory(insurer.viewer(Role.COUNTER, insurer.east))) == [li, wang]
