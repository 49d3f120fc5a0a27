"""Recording, following, losing and assigning prospects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from tests.fixtures.organisation import Organisation

from keyuan.accounts.refusals import NotPermitted
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.agents.models import Agent
from keyuan.customers.refusals import AgentsDoNotAssign, CustomerNotFound, OutsideScope
from keyuan.customers.standards import InvalidIdentifier
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.sales import actions, queries
from keyuan.sales.models import Prospect
from keyuan.sales.queries import ProspectFilter
from keyuan.sales.refusals import (
    AlreadyKnown,
    EmptyNote,
    MoveRefused,
    NobodyChosen,
    NoStepPlanned,
    OwnerOutsideScope,
    ProspectNotFound,
)
from keyuan.sales.states import Stage
from keyuan.sales.tests.conftest import MOBILE, Record, Register


def stage_of(prospect: Prospect, viewer: Viewer) -> Stage:
    return queries.prospect(prospect.pk, viewer=viewer).stage


def lines_of(prospect: Prospect) -> list[str]:
    return list(
        Event.objects.filter(subject_type="prospect", subject_id=prospect.pk)
        .order_by("id")
        .values_list("name", flat=True)
    )


def test_an_agents_prospect_is_theirs_in_their_unit_and_lies_sealed(
    record: Record, agent: Agent, by_agent: Viewer, org: Organisation
) -> None:
    found = record("王 芳", mobile="138 0013 8000", org_unit_id=org.other_branch.pk, interests=("motor", "life"))
    assert (found.name, found.owner, found.org_unit) == ("王芳", agent, org.sales_office)
    assert found.interests == ["life", "motor"]
    assert found.source_on == today()
    assert Prospect.objects.filter(mobile_digest=found.mobile_digest).count() == 1
    assert MOBILE.encode() not in bytes(found.mobile_digest)
    assert queries.prospect(found.pk, viewer=by_agent).mobile == "138****8000"
    assert lines_of(found) == ["prospect.recorded"]
    assert MOBILE not in str(Event.objects.get(name="prospect.recorded").payload)


def test_a_mobile_that_is_none_is_refused(record: Record) -> None:
    with pytest.raises(InvalidIdentifier):
        record("王芳", mobile="1234")
    assert not Prospect.objects.exists()


def test_the_same_entry_sent_twice_is_one_prospect(record: Record) -> None:
    assert record("王芳", entry_key="k1", mobile=MOBILE) == record("王芳", entry_key="k1", mobile=MOBILE)
    assert Prospect.objects.count() == 1
    assert Event.objects.filter(name="prospect.recorded").count() == 1


def test_whoever_is_known_is_told_at_entry_and_may_still_be_recorded(
    record: Record, register: Register, manager: Viewer, org: Organisation
) -> None:
    customer = register("王芳", mobile=MOBILE)
    with pytest.raises(AlreadyKnown) as refused:
        record("王小芳", by=manager, mobile=MOBILE)
    (told,) = refused.value.known.customers  # type: ignore[attr-defined]
    assert (told.id, told.number, told.sure) == (customer.pk, customer.number, True)
    draft = actions.ProspectDraft(name="王小芳", mobile=MOBILE, org_unit_id=org.branch.pk)
    assert actions.record_prospect(draft, by=manager, even_if_known=True).pk


def test_who_is_known_by_name_and_birth_date_is_told_but_not_for_sure(record: Record, manager: Viewer) -> None:
    record("王芳", birth_date=date(1980, 5, 6))
    found = queries.known(viewer=manager, name="王芳", birth_date=date(1980, 5, 6))
    assert [one.sure for one in found.prospects] == [False]
    assert not queries.known(viewer=manager, name="王芳", birth_date=date(1980, 5, 7))


def test_nobody_is_told_of_whom_they_may_not_see(
    record: Record, register: Register, by_agent: Viewer, org: Organisation
) -> None:
    register("王芳", unit=org.other_branch, mobile=MOBILE)
    assert not queries.known(viewer=by_agent, mobile=MOBILE)
    assert not queries.known(viewer=STRANGER, mobile=MOBILE)
    assert record("王芳", mobile=MOBILE).pk


def test_the_stage_follows_from_what_happened(record: Record, by_agent: Viewer) -> None:
    found = record()
    assert stage_of(found, by_agent) == Stage.NEW
    actions.contact_prospect(found.pk, way="call", result="no_answer", by=by_agent)
    assert stage_of(found, by_agent) == Stage.NEW
    actions.contact_prospect(found.pk, way="call", result="reached", text="周末再谈", by=by_agent)
    assert stage_of(found, by_agent) == Stage.CONTACTED
    actions.qualify_prospect(found.pk, by=by_agent)
    assert stage_of(found, by_agent) == Stage.QUALIFIED
    actions.propose_to_prospect(found.pk, by=by_agent)
    assert stage_of(found, by_agent) == Stage.PROPOSAL
    actions.lose_prospect(found.pk, reason="price", by=by_agent)
    assert stage_of(found, by_agent) == Stage.LOST
    with pytest.raises(MoveRefused):
        actions.propose_to_prospect(found.pk, by=by_agent)
    actions.reopen_prospect(found.pk, by=by_agent)
    assert stage_of(found, by_agent) == Stage.PROPOSAL
    assert lines_of(found) == [
        "prospect.recorded", "prospect.contacted", "prospect.contacted", "prospect.qualified", "prospect.proposed",
        "prospect.lost", "prospect.reopened",
    ]  # fmt: skip


def test_a_contact_says_something(record: Record, by_agent: Viewer) -> None:
    found = record()
    with pytest.raises(EmptyNote):
        actions.contact_prospect(found.pk, way="call", text="  ", by=by_agent)
    assert lines_of(found) == ["prospect.recorded"]


def test_a_planned_step_names_whose_it_is_and_is_done_once(record: Record, by_agent: Viewer) -> None:
    found = record()
    actions.plan_step(found.pk, what="带方案上门", on=today() + timedelta(days=2), by=by_agent)
    line = Event.objects.get(name="prospect.step_planned")
    assert line.payload == {"title": "带方案上门", "on": str(today() + timedelta(days=2)), "owner_id": by_agent.user_id}
    actions.finish_step(found.pk, by=by_agent)
    found.refresh_from_db()
    assert (found.next_step, found.next_step_on) == ("", None)
    with pytest.raises(NoStepPlanned):
        actions.finish_step(found.pk, by=by_agent)


def test_a_manager_assigns_many_at_once_and_nobody_elses(
    record: Record, manager: Viewer, viewer_as: Callable[..., Viewer], agent: Agent, org: Organisation, viewer: Viewer
) -> None:
    mine = [record(f"客{n}", by=manager) for n in range(3)]
    theirs = record("外人", by=viewer, org_unit_id=org.other_branch.pk)
    ids = [*(one.pk for one in mine), theirs.pk]
    assert actions.assign_prospects(ids, agent_id=agent.pk, by=manager) == 3
    assert Prospect.objects.filter(owner=agent, org_unit=org.sales_office).count() == 3
    theirs.refresh_from_db()
    assert theirs.owner is None
    assert Event.objects.filter(name="prospect.assigned").count() == 3
    assert actions.assign_prospects(ids, agent_id=agent.pk, by=manager) == 0
    with pytest.raises(NobodyChosen):
        actions.assign_prospects([theirs.pk], agent_id=agent.pk, by=manager)


def test_an_agent_does_not_assign_and_a_strange_agent_is_refused(
    record: Record, by_agent: Viewer, agent: Agent, manager: Viewer, user_as: Callable[..., object], org: Organisation
) -> None:
    found = record()
    with pytest.raises(AgentsDoNotAssign):
        actions.assign_prospects([found.pk], agent_id=agent.pk, by=by_agent)
    other = Agent.objects.get(user=user_as(Role.AGENT, unit=org.other_branch))
    with pytest.raises(OwnerOutsideScope):
        actions.assign_prospects([found.pk], agent_id=other.pk, by=manager)


def test_who_sees_whom(
    record: Record,
    by_agent: Viewer,
    manager: Viewer,
    viewer_as: Callable[..., Viewer],
    org: Organisation,
    viewer: Viewer,
) -> None:
    found = record()
    assert [*queries.visible(by_agent)] == [*queries.visible(manager)] == [*queries.visible(viewer)] == [found]
    for nobody in (
        viewer_as(Role.AGENT, unit=org.sales_office),
        viewer_as(Role.MANAGER, unit=org.other_branch),
        viewer_as(Role.CUSTOMER),
        STRANGER,
    ):
        assert not queries.visible(nobody).exists()
        with pytest.raises(ProspectNotFound):
            queries.history(found.pk, viewer=nobody)
        with pytest.raises((ProspectNotFound, NotPermitted)):
            actions.contact_prospect(found.pk, way="call", result="reached", by=nobody)


def test_a_manager_cannot_record_for_another_branch(record: Record, manager: Viewer, org: Organisation) -> None:
    with pytest.raises(OutsideScope):
        record("王芳", by=manager, org_unit_id=org.other_branch.pk)


def test_a_referrer_is_one_whom_the_viewer_sees(record: Record, register: Register, by_agent: Viewer) -> None:
    stranger = register("别人")
    with pytest.raises(CustomerNotFound):
        record("王芳", referrer_id=stranger.pk)


def test_the_log_names_changed_fields_and_no_secret(record: Record, by_agent: Viewer) -> None:
    found = record(mobile=MOBILE)
    changed = actions.change_prospect(found.pk, changes={"mobile": "13900139000", "name": "王芳"}, by=by_agent)
    assert changed == ("mobile",)
    line = Event.objects.get(name="prospect.changed")
    assert line.payload == {"fields": ["mobile"]}
    assert actions.change_prospect(found.pk, changes={"mobile": "13900139000"}, by=by_agent) == ()


def test_an_unmasked_value_is_in_the_log_with_its_purpose(record: Record, by_agent: Viewer) -> None:
    found = record(mobile=MOBILE)
    assert actions.unmask_prospect(found.pk, field="mobile", purpose="回电", by=by_agent) == MOBILE
    assert Event.objects.get(name="prospect.unmasked").payload == {"field": "mobile", "purpose": "回电"}


def test_the_list_finds_by_mobile_name_initials_and_due_day(record: Record, manager: Viewer) -> None:
    record("王芳", mobile=MOBILE, next_step="回电", next_step_on=today() - timedelta(days=1))
    record("李建国", next_step="拜访", next_step_on=today())

    def names(**wanted: object) -> list[str]:
        found = queries.listed(ProspectFilter(**wanted), viewer=manager, on=today())  # type: ignore[arg-type]
        return [one.name for one in found]

    assert names() == ["李建国", "王芳"]
    assert names(text=MOBILE) == ["王芳"]
    assert names(text="建国") == names(text="ljg") == names(due="today") == ["李建国"]
    assert names(due="overdue") == ["王芳"]
    assert names(due="week") == ["李建国"]
    assert names(due="none") == names(stage="lost") == names(text="赵") == []
