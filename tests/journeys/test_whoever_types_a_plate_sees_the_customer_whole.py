"""The README's promise from end to end: hotline, agent, manager and a stranger at the address of one customer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.agents.models import Agent
from keyuan.customer360.tests.world import World, at_noon, build, motor_policy, say
from keyuan.customers.models import Assignment
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.servicedesk.models import Task
from tests.fixtures.browser import SignIn, axe, sign_out, wider_than_screen
from tests.fixtures.organisation import Organisation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAID = "客户询问续保价格，约定周五回电"
OLD_CAR = "苏E99999"


@pytest.fixture
def world(transactional_db: None, org: Organisation, user_as: Callable[..., User]) -> World:
    """王伟, and what happened with him more than a year ago."""
    built = build(org.branch, org.other_branch, user_as(Role.COUNTER, unit=org.branch, username="counter-world"))
    with transaction.atomic():
        motor_policy(built.customer, "PDZA20240001", OLD_CAR, starts_on=today() - timedelta(days=600))
        say(built.customer, "新车上牌", at_noon(today() - timedelta(days=500)))
    return built


def find(page: Page, typed: str) -> None:
    """Open the only customer that the box finds for what was typed."""
    page.locator("#find").click()
    page.keyboard.type(typed, delay=20)
    hits = page.locator("#find-hits [role=option]")
    expect(hits).to_have_count(1)
    expect(hits).to_contain_text("王伟")
    hits.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("王伟")


def test_from_a_plate_on_the_hotline_to_the_agents_phone_and_a_year_back(
    world: World, page: Page, sign_in: SignIn, sign_in_by_form: SignIn
) -> None:
    customer = world.customer

    # The hotline types the plate as it is painted on the car, and sees the customer whole.
    sign_in(Role.HOTLINE, unit=customer.org_unit)
    page.goto("/")
    page.keyboard.press("/")
    find(page, "苏E·12345")
    address = urlsplit(page.url).path
    expect(page.locator("#c360-holdings")).to_contain_text(world.policy.number)
    expect(page.locator("#c360-claims")).to_contain_text("CLM-1")
    expect(page.locator("#c360-side")).to_contain_text("李娜")
    expect(page.get_by_text("投诉处理中").first).to_be_visible()

    # The call is noted with n, and stands on the timeline and in the log, once.
    page.keyboard.press("n")
    expect(page.locator("#c360-dialog")).to_be_visible()
    page.locator("#id_text").fill(SAID)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#c360-dialog")).to_be_hidden()
    expect(page.locator("#c360-timeline")).to_contain_text(SAID)
    assert Event.objects.filter(customer_id=customer.pk, payload__text=SAID).count() == 1

    # The agent signs in on a phone, finds the same customer by initials, reads what was said, and adds a task.
    sign_out(page)
    page.set_viewport_size({"width": 390, "height": 844})
    agent = sign_in_by_form(Role.AGENT, unit=customer.org_unit)
    Assignment.objects.filter(customer=customer).update(agent=Agent.objects.get(user=agent))
    page.goto("/")
    find(page, "ww")
    assert urlsplit(page.url).path == address
    expect(page.locator("#c360-timeline")).to_contain_text(SAID)
    assert wider_than_screen(page) <= 0
    axe(page)
    page.get_by_role("button", name="新建任务").click()
    page.locator("#id_title").fill("周五给王先生回电")
    page.locator("#c360-form button[type=submit]").click()
    expect(page.locator("#c360-side")).to_contain_text("周五给王先生回电")
    assert Task.objects.get(title="周五给王先生回电").owner == agent

    # The manager looks at the same address as it was a year ago: the old car, not the new one, and no word of today.
    sign_out(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(Role.MANAGER)
    page.goto(address)
    expect(page.locator("#c360-timeline")).to_contain_text(SAID)
    page.locator("#as-of").fill((today() - timedelta(days=365)).isoformat())
    page.keyboard.press("Enter")
    expect(page.locator(".c360-banner")).to_be_visible()
    expect(page.locator("#c360-holdings")).to_contain_text(OLD_CAR)
    expect(page.locator("#c360-holdings")).not_to_contain_text("苏E12345")
    expect(page.locator("#c360-timeline")).to_contain_text("新车上牌")
    expect(page.locator("#c360-timeline")).not_to_contain_text(SAID)

    # A stranger gets the sign-in page for the same address, and nothing of the customer.
    sign_out(page)
    page.goto(address)
    assert urlsplit(page.url).path == "/accounts/login/"
    expect(page.locator("input[name=login]")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("王伟")


def test_an_agent_does_not_find_the_customer_of_another(world: World, page: Page, sign_in: SignIn) -> None:
    sign_in(Role.AGENT, unit=world.customer.org_unit)
    page.goto(f"/desk/customers/{world.customer.number}/")
    expect(page.locator("body")).not_to_contain_text("王伟")
    page.goto("/")
    page.locator("#find").click()
    page.keyboard.type("苏E12345", delay=20)
    expect(page.locator("[data-find-none]")).to_be_visible()
    expect(page.locator("#find-hits [role=option]")).to_have_count(0)
