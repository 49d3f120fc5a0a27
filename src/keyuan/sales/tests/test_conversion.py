"""A prospect becomes a customer with nothing typed again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from tests.fixtures.organisation import Organisation

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.agents.models import Agent
from keyuan.customers import queries as customers
from keyuan.customers.actions import assign_agent
from keyuan.customers.models import Consent, Customer, Relation
from keyuan.customers.refusals import IdentifierTaken
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import now, today
from keyuan.sales import actions, queries
from keyuan.sales.models import Prospect
from keyuan.sales.refusals import AttachMissing, MoveRefused, ProspectNotFound
from keyuan.sales.states import Stage
from keyuan.sales.tests.conftest import MOBILE, Record, Register


def test_everything_that_is_known_goes_along(
    record: Record, register: Register, by_agent: Viewer, agent: Agent, system: Viewer
) -> None:
    referrer = register("介绍人")
    assign_agent(referrer.pk, agent_id=agent.pk, by=system)
    given = now()
    found = record(
        "王芳", mobile=MOBILE, email="a@example.com", birth_date=date(1980, 5, 6), sex="female",
        home_address="苏州市工业园区1号", source="referral", source_detail="周年答谢会", referrer_id=referrer.pk,
        consents=(actions.ConsentDraft("marketing", "card-v1", "web", given),), note="喜欢爬山",
    )  # fmt: skip
    actions.contact_prospect(found.pk, way="call", result="reached", text="周末上门", by=by_agent)
    customer = actions.convert_prospect(found.pk, by=by_agent)

    person = customers.full(customer.pk, viewer=by_agent).person
    assert (customer.name, customer.source, customer.source_detail) == ("王芳", "referral", "周年答谢会")
    assert (person.mobile, person.email, person.birth_date, person.sex) == (
        MOBILE, "a@example.com", date(1980, 5, 6), "female",
    )  # fmt: skip
    assert (person.home_address, person.life_note) == ("苏州市工业园区1号", "喜欢爬山")
    owner = customers.owner_of(customer.pk, viewer=by_agent, on=today())
    assert owner == agent
    consent = Consent.objects.get(customer=customer)
    assert (consent.purpose, consent.wording, consent.given_at) == ("marketing", "card-v1", given)
    assert Relation.objects.filter(customer=referrer, other=customer, kind="referred").exists()
    found.refresh_from_db()
    assert (found.customer, found.won_on) == (customer, today())
    assert queries.prospect(found.pk, viewer=by_agent).stage == Stage.WON


def test_the_history_is_on_the_customers_timeline_on_the_days_it_happened(record: Record, by_agent: Viewer) -> None:
    found = record("王芳")
    actions.contact_prospect(found.pk, way="visit", result="interested", text="想给孩子存教育金", by=by_agent)
    first = Event.objects.get(name="prospect.contacted")
    customer = actions.convert_prospect(found.pk, by=by_agent)
    carried = Event.objects.get(name="prospect.contacted", customer_id=customer.pk)
    assert carried.payload == {**first.payload, "carried_from": first.pk}
    assert (carried.occurred_at, carried.actor_name) == (first.occurred_at, first.actor_name)
    first.refresh_from_db()
    assert first.customer_id is None
    names = Event.objects.filter(customer_id=customer.pk).values_list("name", flat=True)
    assert {"prospect.recorded", "prospect.contacted", "prospect.converted", "customer.registered"} <= set(names)


def test_a_known_mobile_is_offered_to_attach_to(
    record: Record, register: Register, manager: Viewer, by_agent: Viewer
) -> None:
    found = record("王小芳", mobile=MOBILE)
    customer = register("王芳", mobile=MOBILE)
    with pytest.raises(AttachMissing) as refused:
        actions.convert_prospect(found.pk, by=manager)
    assert customer.number in str(refused.value)
    before = Customer.objects.count()
    assert actions.convert_prospect(found.pk, attach_to=customer.pk, by=manager) == customer
    assert Customer.objects.count() == before
    assert Event.objects.get(name="prospect.converted").payload["how"] == "attached"


def test_who_is_probably_the_prospect_is_shown_before_anything_is_written(
    record: Record, register: Register, org: Organisation, client_as: Callable[..., Client]
) -> None:
    customer = register("诸葛晓静", birth_date=date(1990, 3, 7), mobile="13812345678")
    found = record("诸葛小静", birth_date=date(1990, 3, 7), mobile="13812345687")
    address = f"/desk/prospects/{found.pk}/convert/"
    text = client_as(Role.MANAGER, unit=org.branch).get(address).content.decode()
    for word in (
        customer.number,
        "可能是同一人",
        "手机号只差一位或两位颠倒",
        f'name="attach_to" value="{customer.pk}"',
    ):
        assert word in text
    # Told, not refused.
    manager = client_as(Role.MANAGER, unit=org.branch)
    assert manager.post(address, {}).status_code == 302
    assert Customer.objects.count() == 2


def test_a_mobile_of_a_customer_out_of_sight_is_refused_without_a_name(
    record: Record, register: Register, by_agent: Viewer, org: Organisation
) -> None:
    found = record("王小芳", mobile=MOBILE)
    register("王芳秘", unit=org.other_branch, mobile=MOBILE)
    with pytest.raises(IdentifierTaken) as refused:
        actions.convert_prospect(found.pk, by=by_agent)
    assert "王芳秘" not in str(refused.value)
    found.refresh_from_db()
    assert found.customer is None
    assert not Event.objects.filter(name="prospect.converted").exists()


def test_a_prospect_is_converted_once_and_by_nobody_strange(
    record: Record, by_agent: Viewer, viewer_as: Callable[..., Viewer], org: Organisation
) -> None:
    found = record()
    with pytest.raises(ProspectNotFound):
        actions.convert_prospect(found.pk, by=viewer_as(Role.AGENT, unit=org.sales_office))
    actions.convert_prospect(found.pk, by=by_agent)
    with pytest.raises(MoveRefused):
        actions.convert_prospect(found.pk, by=by_agent)
    assert Customer.objects.count() == 1


def test_an_enterprise_becomes_an_enterprise(record: Record, manager: Viewer, agent: Agent) -> None:
    found = record(
        "苏州丝绸有限公司", by=manager, kind="enterprise", contact_name="赵经理", mobile=MOBILE, owner_id=agent.pk
    )
    customer = actions.convert_prospect(found.pk, by=manager)
    whole = customers.full(customer.pk, viewer=manager)
    assert (whole.kind, whole.enterprise.contact_name, whole.enterprise.contact_mobile) == (
        "enterprise",
        "赵经理",
        MOBILE,
    )
    assert customers.owner_of(customer.pk, viewer=manager, on=today()) == agent


def test_the_database_holds_that_won_means_customer(record: Record) -> None:
    from django.db import IntegrityError, transaction

    found = record()
    with pytest.raises(IntegrityError), transaction.atomic():
        Prospect.objects.filter(pk=found.pk).update(won_on=today())
