"""Any question is answered: a manager composes a condition and sees its count while composing, orders the answer as they
like, keeps it for the unit, takes it away with its purpose in the log, and gives the chosen customers to an agent."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.agents.models import Agent
from keyuan.customer360.models import SavedView
from keyuan.customer360.tests.world import motor_policy, register
from keyuan.customers.models import Assignment, Customer
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.servicedesk.models import Task
from tests.fixtures.browser import SCREENS, SignIn, axe, prefer, sign_out, wider_than_screen
from tests.fixtures.organisation import Organisation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Name, age, in how many days the motor policy ends (None: there is none).
PEOPLE = (
    ("王伟", 41, 30),
    ("王芳", 35, 20),
    ("李秀英", 71, 10),
    ("陈杰", 30, 10),  # neither a 王 nor sixty
    ("王强", 50, None),
    ("张敏", 66, 200),
)


@dataclass
class Book:
    """``found``: for whom the manager's condition holds. ``stranger``: who would be found too, of another branch."""

    found: list[Customer]
    stranger: Customer
    agent: Agent


@pytest.fixture
def book(transactional_db: None, org: Organisation, user_as: Callable[..., User]) -> Book:
    account = user_as(Role.AGENT, unit=org.sales_office, username="agent-zhao")
    agent = Agent.objects.get(user=account)
    with transaction.atomic():
        made = []
        for place, (name, age, ends_in) in enumerate((*PEOPLE, ("王静", 44, 30))):
            unit = org.sales_office if place < len(PEOPLE) else org.other_branch
            born = date(today().year - age - 1, 12, 31)
            customer = register(unit, name, birth_date=born, mobile=f"138000000{place:02}")
            if ends_in is not None:
                starts_on = today() + timedelta(days=ends_in - 365)
                motor_policy(customer, f"PDZA2026{place:04}", f"苏E2000{place}", starts_on=starts_on)
            made.append(customer)
    return Book(made[:3], made[-1], agent)


def counted(page: Page, figure: int) -> None:
    """The count beside the builder is this one, without anything pressed."""
    expect(page.locator("#query-count strong")).to_have_text(str(figure))


def names(page: Page) -> Locator:
    return page.locator("[data-list] tbody th")


def test_a_nested_condition_is_composed_counted_kept_taken_away_and_worked_on(
    book: Book, org: Organisation, page: Page, sign_in: SignIn, user_as: Callable[..., User], tmp_path: Path
) -> None:
    boss = sign_in(Role.MANAGER, unit=org.branch)
    page.goto("/desk/queries/")
    counted(page, 6)

    # (called 王, or sixty and older): a group of its own, within what must hold altogether.
    page.locator("#builder").get_by_role("button", name="去掉这个条件").click()
    page.get_by_role("button", name="条件组").click()
    expect(page.locator("#q0-0-join")).to_have_value("any")
    page.locator("#q0-0-0-value").fill("王")
    counted(page, 3)
    page.locator("#q0-0-add").click()
    expect(page.locator("#q0-0-1-field")).to_be_focused()
    page.locator("#q0-0-1-field").select_option(label="年龄")
    expect(page.locator("#query-count")).to_contain_text("还有 1 个条件没填完")
    page.locator("#q0-0-1-value-1").fill("60")
    counted(page, 5)

    # … who has a policy such that its line is motor and it ends within sixty days.
    page.locator("#builder .q-add").last.get_by_role("button", name="保单", exact=True).click()
    counted(page, 4)
    page.locator("#q0-1-add").click()
    page.locator("#q0-1-0-field").select_option(label="险种")
    page.locator("#q0-1-0-boxes").get_by_label("车险").check()
    counted(page, 4)
    page.locator("#q0-1-add").click()
    page.locator("#q0-1-1-field").select_option(label="终止日期")
    page.locator("#q0-1-1-value").fill("60")
    counted(page, 3)
    axe(page, within="#query-form")
    page.keyboard.press("Enter")

    # The answer says what was asked; its columns and its order are chosen.
    expect(page.locator(".filter-count")).to_have_text("共 3 位客户")
    expect(names(page)).to_have_count(3)
    page.get_by_text("列", exact=True).click()
    page.get_by_role("checkbox", name="出生日期").check()
    page.get_by_label("机构", exact=True).uncheck()
    page.get_by_role("button", name="应用").click()
    expect(page.get_by_role("columnheader", name="出生日期")).to_be_visible()
    expect(page.get_by_role("columnheader", name="机构")).to_have_count(0)
    page.get_by_role("link", name="出生日期").click()
    expect(names(page)).to_have_text(["李秀英", "王伟", "王芳"])

    # It is kept for the unit.
    page.get_by_text("保存视图", exact=True).click()
    page.get_by_label("名称", exact=True).fill("六十天内到期的车险")
    page.get_by_label("给谁看").select_option("unit")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("六十天内到期的车险")
    expect(names(page)).to_have_text(["李秀英", "王伟", "王芳"])
    view = SavedView.objects.get()
    assert (view.owner, view.shared, view.org_unit) == (boss, "unit", org.branch)

    # It is taken away with its purpose, and the log knows.
    page.get_by_text("导出", exact=True).click()
    page.get_by_label("用途（写入日志）").fill("续保电话名单")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Excel").click()
    taken.value.save_as(tmp_path / "taken.xlsx")
    sheet = load_workbook(tmp_path / "taken.xlsx").active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:2] == ("客户", "客户号")
    assert [row[0] for row in rows[1:]] == ["李秀英", "王伟", "王芳"]
    line = Event.objects.get(name="customers.exported")
    assert (line.payload["purpose"], line.payload["condition"]) == ("续保电话名单", view.condition)

    # Two of them are chosen with the keyboard and given to an agent; the table says so at once.
    for key in ("j", "j", "x", "j", "k", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-bulk-count]")).to_have_text("2")
    page.get_by_role("button", name="分配", exact=True).click()
    page.get_by_label("服务人员工号").fill(book.agent.code)
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("2 位客户已更新")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("tbody tr", has_text=book.agent.name)).to_have_count(2)
    expect(page.locator("[data-bulk]")).to_be_hidden()
    given = Assignment.objects.filter(agent=book.agent, ends_on__isnull=True).values_list("customer__name", flat=True)
    assert set(given) == {"王伟", "王芳"}
    assert Event.objects.filter(name="customer.assigned").count() == 2

    # A colleague of the unit has the view, a stranger of another has not.
    sign_out(page)
    sign_in(Role.HOTLINE, unit=org.branch)
    page.goto("/desk/queries/")
    page.get_by_role("link", name="六十天内到期的车险").click()
    expect(names(page)).to_have_text(["李秀英", "王伟", "王芳"])
    sign_out(page)
    sign_in(Role.MANAGER, unit=org.other_branch)
    page.goto("/desk/queries/")
    expect(page.get_by_role("link", name="六十天内到期的车险")).to_have_count(0)
    answer = page.goto(f"/desk/queries/?view={view.pk}")
    assert answer is not None
    assert answer.status == 404


def test_who_has_no_policy_is_found_and_given_a_task_in_english_on_a_phone(
    book: Book, org: Organisation, page: Page, sign_in: SignIn
) -> None:
    boss = sign_in(Role.MANAGER, unit=org.branch)
    page.goto("/accounts/login/")
    prefer(page, language="en", theme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/desk/queries/")
    page.locator("#builder").get_by_role("button", name="Remove this condition").click()
    page.locator("#builder .q-add").get_by_role("button", name="Policy", exact=True).click()
    counted(page, 5)
    page.get_by_label("Has or has not").select_option("has_none")
    counted(page, 1)
    if os.environ.get("KEYUAN_PICTURES"):
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENS / "query-phone.png", full_page=True, caret="initial")
    assert wider_than_screen(page) <= 0
    page.get_by_role("button", name="Search", exact=True).last.click()
    expect(names(page)).to_have_text(["王强"])

    # Enter does what its dialog says, and a refusal is said where one is looking.
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.locator("[data-bulk]").get_by_role("button", name="Tasks").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What to do").press("Enter")
    expect(dialog.get_by_role("alert")).to_be_visible()
    assert not Task.objects.exists()
    dialog.get_by_label("What to do").fill("Offer motor cover")
    dialog.get_by_label("What to do").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("1 updated")
    expect(dialog).to_have_count(0)
    task = Task.objects.get(customer__name="王强")
    assert (task.title, task.owner, Task.objects.count()) == ("Offer motor cover", boss, 1)
    assert not Assignment.objects.exists()
