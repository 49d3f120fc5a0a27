"""No renewal is lost: a manager gives out the month's motor renewals, an agent works ten of them on a phone, one that
nobody called about reaches the manager; the lists, the timeline and the log tell the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import viewer_of
from keyuan.agents.models import Agent
from keyuan.customer360.tests.world import motor_policy, register
from keyuan.customers.models import Assignment
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.policies.models import Policy
from keyuan.retention import queries
from keyuan.retention.actions import escalate_overdue
from keyuan.retention.models import RenewalCase, RenewalOutcome
from keyuan.retention.queries import RenewalFilter
from keyuan.servicedesk.models import Notice, Task
from tests.fixtures.browser import SignIn, axe, sign_out, wider_than_screen
from tests.fixtures.organisation import Organisation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAMES = ["赵一", "钱二", "孙三", "李四", "周五", "吴六", "郑七", "王八", "冯九", "陈十", "褚末"]
# What the agent taps for each of ten, in the order of the queue, and the list on which the case stands then.
TAPS = (
    ("renewing", "renewing"),
    ("considering", "considering"),
    ("quoted", "considering"),
    ("no_answer", "not_contacted"),
    ("call_back", "considering"),
    ("renewing", "renewing"),
    ("not_renewing:competitor", "not_renewing"),
    ("considering", "considering"),
    ("not_renewing:payment_pressure", "not_renewing"),
    ("renewing", "renewing"),
)


def last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


@pytest.fixture
def due_on() -> date:
    """The last day of the month, or of the next one at a month's end: not yet lost."""
    found = last_of_month(today())
    return found if found > today() + timedelta(days=1) else last_of_month(found + timedelta(days=1))


@pytest.fixture
def book(transactional_db: None, org: Organisation, due_on: date) -> list[Policy]:
    """Eleven motor policies of the office that renew on one day, and one of another branch."""
    with transaction.atomic():
        made = [
            motor_policy(
                register(org.sales_office, name, mobile=f"138000000{place:02}"),
                f"PDZA2026{place:04}",
                f"苏E1000{place % 10}" if place < 10 else "苏E20000",
                starts_on=due_on - timedelta(days=365),
            )
            for place, name in enumerate(NAMES)
        ]
        motor_policy(
            register(org.other_branch, "外人", mobile="13900000099"),
            "PDZA20269999",
            "川A99999",
            starts_on=due_on - timedelta(days=365),
        )
    return made


def test_from_the_managers_list_to_the_agents_thumb_and_back(
    book: list[Policy],
    org: Organisation,
    due_on: date,
    page: Page,
    sign_in: SignIn,
    user_as: Callable[..., User],
) -> None:
    agent = user_as(Role.AGENT, unit=org.sales_office, username="agent-wang")
    owner = Agent.objects.get(user=agent)
    for policy in book[:3]:
        Assignment.objects.create(customer=policy.customer, agent=owner, starts_on=today() - timedelta(days=300))
    period = "month" if due_on.month == today().month else "next_month"

    # The manager sees the month's motor renewals of the branch, none of them contacted, and none of another branch.
    boss = sign_in(Role.MANAGER, unit=org.branch)
    page.goto(f"/desk/renewals/?period={period}&line=motor")
    expect(page.locator("[data-list-tab=not_contacted]")).to_have_attribute("data-count", "11")
    expect(page.locator("#renew-list")).not_to_contain_text("外人")

    # A preview says who would get how many; nothing is written before it is confirmed.
    page.get_by_role("link", name="分派名单").click()
    page.locator("input[name=method][value=round_robin]").check()
    page.get_by_role("button", name="预览").click()
    expect(page.locator(f"[data-share='{agent.pk}']")).to_have_text("11")
    assert not RenewalCase.objects.exists()
    page.get_by_role("button", name="分派这 11 件").click()
    expect(page.get_by_text("已分派11件续保")).to_be_visible()
    assert RenewalCase.objects.filter(assignee=agent).count() == 11
    assert Event.objects.filter(name="renewal.assigned").count() == 11
    assert Notice.objects.filter(user=agent).count() == 1

    # The agent works ten of them on a phone, one tap each.
    sign_out(page)
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(user=agent)
    page.goto("/desk/renewals/mine/")
    expect(page.get_by_text("今天还要联系 11 位")).to_be_visible()
    assert wider_than_screen(page) <= 0
    axe(page)
    worked = []
    for place, (tap, _) in enumerate(TAPS):
        key = page.locator("input[name=case]").input_value()
        worked.append(key)
        if place == 1:
            page.get_by_text("备注、改下次联系日期").click()
            page.locator("#renew-text").fill("等年终奖到账再定")
        if tap.startswith("not_renewing"):
            page.locator(".renew-lost > summary").click()
        button = page.locator(f"button[name=outcome][value='{tap}']")
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44, "a thumb needs room"
        button.click()
        expect(page.get_by_text(f"今天还要联系 {10 - place} 位")).to_be_visible()
    assert len(set(worked)) == 10
    assert RenewalOutcome.objects.count() == 10

    # The lists agree with what was tapped, by the page as by the query.
    expected = [state for _, state in TAPS] + ["not_contacted"]
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"/desk/renewals/?period={period}&line=motor")
    for state in ("not_contacted", "considering", "renewing", "not_renewing"):
        tab = page.locator(f"[data-list-tab={state}]")
        expect(tab).to_have_attribute("data-count", str(expected.count(state)))
    wanted = RenewalFilter(due_on, due_on + timedelta(days=1))
    listed = {row.key: row.state for row in queries.seen(wanted, viewer=viewer_of(agent)).rows}
    assert [listed[key] for key in worked] == [state for _, state in TAPS]

    # The 360 timeline of each says what the list says, and the customer's page loads the case.
    said = Policy.objects.get(pk=int(worked[1].split(":")[0]))
    assert Event.objects.filter(name="contact.made").count() == 10
    page.goto(f"/desk/customers/{said.customer.number}/")
    expect(page.locator("#c360-timeline")).to_contain_text("考虑中")
    expect(page.locator("#c360-timeline")).to_contain_text("等年终奖到账再定")
    expect(page.locator("#c360-side")).to_contain_text("考虑中")

    # The one that nobody called about reaches the manager, once.
    left = (set(listed) - set(worked)).pop()
    assert escalate_overdue() == 1
    assert escalate_overdue() == 0
    sign_out(page)
    sign_in(user=boss)
    page.goto(f"/desk/renewals/?period={period}&line=motor&overdue=1")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator(f"tr[data-case='{left}']")).to_contain_text("已上报")
    task = Task.objects.get(owner=boss)
    assert Policy.objects.get(pk=int(left.split(":")[0])).number in task.title
    page.goto("/desk/tasks/")
    expect(page.locator("main")).to_contain_text("续保逾期未联系")

    # The board moves a card by its menu, which a keyboard opens, and by dragging; both record an outcome.
    page.goto(f"/desk/renewals/board/?period={period}&line=motor")
    card = page.locator(f".renew-card[data-case='{left}']")
    card.locator(".renew-card-name").focus()
    page.keyboard.press("m")
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-state=renewing] .renew-card[data-case='{left}']")).to_be_visible()
    page.locator(f".renew-card[data-case='{left}']").drag_to(page.locator("[data-state=considering]"))
    expect(page.locator(f"[data-state=considering] .renew-card[data-case='{left}']")).to_be_visible()
    assert RenewalOutcome.objects.filter(case__due_on=due_on, by=boss).count() == 2
    page.goto(f"/desk/renewals/calendar/?month={due_on:%Y-%m}")
    expect(page.locator(".renew-due")).to_contain_text("到期 11")
