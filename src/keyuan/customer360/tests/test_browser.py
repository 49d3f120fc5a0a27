"""The story of the page by keyboard alone: type a plate, see the customer whole, note the call, go back in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.fixtures.browser import SignIn, fit, wider_than_screen
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.customer360.tests.world import PLATE, World, build
from keyuan.kernel.clock import today

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None, org: Organisation, user_as: Callable[..., User]) -> World:
    return build(org.branch, org.other_branch, user_as(Role.COUNTER, unit=org.branch, username="counter-world"))


def test_from_a_plate_to_a_noted_call_and_back_in_time_by_keyboard(world: World, page: Page, sign_in: SignIn) -> None:
    sign_in(Role.HOTLINE, unit=world.customer.org_unit)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type(PLATE, delay=20)
    expect(page.locator("#find-hits [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("王伟")
    expect(page.get_by_text("投诉处理中").first).to_be_visible()
    page.keyboard.press("c")
    expect(page.locator("#c360-dialog")).to_be_visible()
    page.keyboard.press("Space")
    page.locator("#id_text").focus()
    page.keyboard.type("客户确认周三来柜面")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#c360-dialog")).to_be_hidden()
    expect(page.locator("#c360-timeline")).to_contain_text("客户确认周三来柜面")
    expect(page.locator(".c360-last")).to_contain_text("客户确认周三来柜面")
    page.locator("#as-of").fill((today() - timedelta(days=35)).isoformat())
    page.keyboard.press("Enter")
    expect(page.locator(".c360-banner")).to_be_visible()
    expect(page.locator("#c360-timeline")).not_to_contain_text("客户确认周三来柜面")
    expect(page.locator("#c360-timeline")).to_contain_text("询问理赔进度")
    page.keyboard.press("n")
    expect(page.locator("#c360-dialog")).to_be_hidden()


def test_a_task_is_given_and_ticked_off_on_the_page(world: World, page: Page, sign_in: SignIn) -> None:
    sign_in(Role.COUNTER, unit=world.customer.org_unit)
    page.goto(f"/desk/customers/{world.customer.number}/")
    page.keyboard.press("t")
    page.locator("#id_title").fill("寄送电子保单")
    page.keyboard.press("Control+Enter")
    task = page.locator("#c360-side li", has_text="寄送电子保单")
    expect(task).to_be_visible()
    task.get_by_role("button").click()
    expect(task).to_be_hidden()
    expect(page.locator("#c360-timeline")).to_contain_text("完成任务")


def test_the_timeline_filters_as_one_types_and_ticks(world: World, page: Page, sign_in: SignIn) -> None:
    sign_in(Role.COUNTER, unit=world.customer.org_unit)
    page.goto(f"/desk/customers/{world.customer.number}/")
    page.get_by_role("checkbox", name="联系", exact=True).check()
    expect(page.locator("#c360-timeline .c360-line")).to_have_count(2)
    page.get_by_label("在时间线中查找").fill("尽快")
    expect(page.locator("#c360-timeline .c360-line")).to_have_count(1)


def test_the_pages_are_usable_by_everybody_at_every_width(world: World, page: Page, sign_in: SignIn) -> None:
    sign_in(Role.MANAGER)
    for name, address in (
        ("customer-360", f"/desk/customers/{world.customer.number}/"),
        ("customer-360-past", f"/desk/customers/{world.customer.number}/?as_of={today() - timedelta(days=35)}"),
        ("find", "/desk/find/?q=王"),
        ("customers", "/desk/customers/?line=motor"),
    ):
        page.goto(address)
        page.set_viewport_size({"width": 1100, "height": 900})
        assert wider_than_screen(page) <= 0, f"{name} scrolls sideways at 1100"
        if name != "customers":  # among the main pages of tests/journeys/test_screens.py
            fit(page, name)


def test_the_list_opens_a_customer_beside_it_by_keyboard(world: World, page: Page, sign_in: SignIn) -> None:
    sign_in(Role.MANAGER)
    page.goto("/desk/customers/")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_contain_text("王伟")
    expect(page.locator("#panel")).to_contain_text("要求尽快赔付")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
