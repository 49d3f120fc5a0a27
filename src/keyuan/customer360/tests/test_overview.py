"""The customer whole: what is shown, as of which day, to whom, in how many queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.fixtures.organisation import Organisation

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.customer360.queries import overview, timeline
from keyuan.customer360.queries.overview import DayNotReached
from keyuan.customer360.queries.timeline import BadCursor
from keyuan.customer360.shapes import Flow
from keyuan.customer360.tests.world import World, at_noon, motor_policy, say
from keyuan.customers.actions import create_household, join_household, leave_household, unrelate
from keyuan.customers.models import Household, HouseholdMember, Relation
from keyuan.customers.refusals import CustomerNotFound
from keyuan.customers.states import HouseholdRole, RelationKind
from keyuan.kernel.clock import today


def codes(labelled: object) -> list[str]:
    return [each.code for each in labelled]  # type: ignore[attr-defined]


def test_everything_about_the_customer_is_there(world: World, viewer: Viewer) -> None:
    seen = overview(world.customer.pk, viewer=viewer)
    assert (seen.name, seen.mobile, seen.branch) == ("王伟", "138****5678", "苏州分公司")
    assert seen.owner is not None
    assert seen.owner.name == "赵敏"
    (held,) = seen.holdings
    assert (held.number, held.paid, held.in_force) == ("PDZA20260001", Decimal("1200.00"), True)
    assert [claim.number for claim in seen.claims] == ["CLM-1"]
    assert [task.title for task in seen.tasks] == ["核对地址"]
    assert [(tie.name, tie.kind.code) for tie in seen.household] == [("李娜", "spouse")]
    assert [(tie.name, tie.kind.code) for tie in seen.relations] == [("陈静", "referrer")]
    assert seen.money == (Flow("CNY", Decimal("1200.00"), Decimal("640.50"), Decimal(0), Decimal("559.50")),)
    assert [part.code for part in seen.parts] == ["basic", "life", "family", "insurance"]


def test_warnings_name_what_needs_a_person_first(world: World, viewer: Viewer) -> None:
    seen = overview(world.customer.pk, viewer=viewer)
    assert codes(seen.warnings) == ["complaint_open", "task_overdue", "no_marketing_consent"]
    assert seen.warnings[0].detail == "TS-1"


def test_an_agent_who_left_leaves_an_orphan(world: World, viewer: Viewer) -> None:
    world.agent.left_on = today()
    world.agent.save()
    assert "agent_left" in codes(overview(world.customer.pk, viewer=viewer).warnings)


def test_sealed_fields_never_leave_unmasked(world: World, viewer: Viewer) -> None:
    text = repr(overview(world.customer.pk, viewer=viewer))
    assert "13812345678" not in text
    assert "11010519491231002X" not in text
    assert "1101**********002X" in text


def test_before_the_policy_was_signed_there_was_none(world: World, viewer: Viewer) -> None:
    day = today() - timedelta(days=101)
    seen = overview(world.customer.pk, viewer=viewer, as_of=day)
    assert (seen.holdings, seen.claims, seen.money, seen.timeline, seen.complaints) == ((), (), (), (), ())
    assert not seen.is_today
    assert not any(consent.given for consent in seen.consents)


def test_between_notice_and_payment_the_claim_was_not_paid(world: World, viewer: Viewer) -> None:
    seen = overview(world.customer.pk, viewer=viewer, as_of=today() - timedelta(days=35))
    assert [claim.paid for claim in seen.claims] == [None]
    assert seen.money[0].claims == 0
    assert [line.text for line in seen.timeline if line.text] == ["询问理赔进度"]
    assert [consent.purpose.code for consent in seen.consents if consent.given] == ["service"]


def test_a_household_that_was_dissolved_and_a_relation_taken_back_stand_on_the_days_before(
    world: World, viewer: Viewer
) -> None:
    wang, li, chen = world.customer.pk, world.spouse.pk, world.other.pk
    yesterday = today() - timedelta(days=1)
    Relation.objects.bulk_create(
        [
            Relation(customer_id=wang, other_id=li, kind=RelationKind.SPOUSE),
            Relation(customer_id=li, other_id=wang, kind=RelationKind.SPOUSE),
        ]
    )
    joined = HouseholdMember.objects.get(customer_id=wang).household_id
    join_household(chen, household_id=joined, role=HouseholdRole.PARENT, by=viewer)
    unrelate(wang, other_id=li, kind=RelationKind.SPOUSE, by=viewer)
    for one in (wang, li, chen):
        leave_household(one, by=viewer)
    assert not Household.objects.filter(pk=joined).exists()
    create_household(chen, name="陈家", by=viewer)
    join_household(wang, household_id=HouseholdMember.objects.get().household_id, role=HouseholdRole.OTHER, by=viewer)

    now_seen, then_seen = (overview(wang, viewer=viewer, as_of=day) for day in (None, yesterday))
    assert [tie.name for tie in now_seen.household] == ["陈静"]
    assert [tie.name for tie in now_seen.relations] == ["陈静"]
    assert [(tie.name, tie.kind.code) for tie in then_seen.household] == [("李娜", "spouse")]
    assert ("李娜", "spouse") in [(tie.name, tie.kind.code) for tie in then_seen.relations]
    assert [tie.name for tie in overview(li, viewer=viewer, as_of=yesterday).household] == ["王伟"]
    assert overview(chen, viewer=viewer, as_of=yesterday).household == (), "joined and left since"


def test_the_time_machine_does_not_go_forward(world: World, viewer: Viewer) -> None:
    with pytest.raises(DayNotReached):
        overview(world.customer.pk, viewer=viewer, as_of=today() + timedelta(days=1))


def test_a_stranger_another_branch_and_another_agent_see_nobody(
    world: World, org: Organisation, viewer_as: Callable[..., Viewer]
) -> None:
    for nobody in (STRANGER, viewer_as(Role.HOTLINE, unit=org.other_branch), viewer_as(Role.AGENT, unit=org.branch)):
        with pytest.raises(CustomerNotFound):
            overview(world.customer.pk, viewer=nobody)
        with pytest.raises(CustomerNotFound):
            timeline(world.customer.pk, viewer=nobody)


def test_a_relation_outside_the_scope_has_a_name_but_no_number(
    world: World, org: Organisation, viewer_as: Callable[..., Viewer]
) -> None:
    (tie,) = overview(world.customer.pk, viewer=viewer_as(Role.COUNTER, unit=org.branch)).relations
    assert (tie.name, tie.number, tie.id) == ("陈静", "", 0)


def test_the_number_of_queries_does_not_grow_with_the_rows(
    world: World, viewer: Viewer, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for place in range(12):
        motor_policy(
            world.customer, f"PDZA2025{place:04}", f"苏E0000{place % 10}", starts_on=today()
        ) if place < 10 else (say(world.customer, f"第{place}次", at_noon(today() - timedelta(days=place))))
    with django_assert_max_num_queries(13):  # type: ignore[attr-defined]
        seen = overview(world.customer.pk, viewer=viewer)
    assert len(seen.holdings) == 11


def test_the_timeline_goes_on_page_by_page_without_doubles_or_gaps(world: World, viewer: Viewer) -> None:
    moment = at_noon(today() - timedelta(days=9))
    for place in range(7):
        say(world.customer, f"第{place}次", moment)
    texts, before = [], ""
    while True:
        page = timeline(world.customer.pk, viewer=viewer, before=before, categories=["contact"], limit=2)
        texts.extend(line.text for line in page.lines)
        before = page.next
        if not before:
            break
    assert texts == ["要求尽快赔付", *(f"第{place}次" for place in range(6, -1, -1)), "询问理赔进度"]


def test_the_timeline_is_searched_by_what_was_said_and_by_what_lines_are_called(world: World, viewer: Viewer) -> None:
    def found(text: str) -> list[str]:
        return [line.name for line in timeline(world.customer.pk, viewer=viewer, text=text).lines]

    assert found("理赔进度") == ["contact.made"]
    assert found("承保") == ["policy.issued"]
    assert found("PDZA20260001") == ["identifier.added", "policy.issued"]
    assert found("%") == []
    assert found("\x00") == found("")


@pytest.mark.parametrize("cursor", ["x", "1", "1.2.3", f"1.{2**63}", "1.1'--"])
def test_a_bad_cursor_is_refused(world: World, viewer: Viewer, cursor: str) -> None:
    with pytest.raises(BadCursor):
        timeline(world.customer.pk, viewer=viewer, before=cursor)


def test_who_looked_is_only_for_those_who_may_read_the_log(
    world: World, viewer: Viewer, viewer_as: Callable[..., Viewer]
) -> None:
    assert timeline(world.customer.pk, viewer=viewer_as(Role.HOTLINE), categories=["access"]).lines == ()
