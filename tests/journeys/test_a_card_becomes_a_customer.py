"""An agent makes a card, a visitor fills it in on a phone, the agent makes a customer of them without typing anything
again, and the referral tree of the one who brought them shows it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.agents.models import Agent
from keyuan.customers.actions import CustomerDraft, PersonDraft, assign_agent, register_customer
from keyuan.customers.models import Consent, Customer, Person
from keyuan.engagement import guard
from keyuan.engagement.models import Form, Submission
from keyuan.eventlog.followers import catch_up
from keyuan.kernel.actor import Actor
from keyuan.sales.models import Prospect
from keyuan.servicedesk.models import Notice
from tests.fixtures.browser import Chromium, SignIn, axe, wider_than_screen
from tests.fixtures.organisation import Organisation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SYSTEM = Actor.system("tests")
NAME, MOBILE, ASKED = "林小满", "13912345678", "六十岁还能买医疗险吗？"


@pytest.fixture
def agent(org: Organisation, user_as: Callable[..., User]) -> User:
    return user_as(Role.AGENT, unit=org.sales_office, username="agent-zhou")


@pytest.fixture
def referrer(agent: User, org: Organisation) -> Customer:
    draft = CustomerDraft(name="介绍人老陈", org_unit_id=org.sales_office.pk, details=PersonDraft())
    customer = register_customer(draft, by=SYSTEM)
    assign_agent(customer.pk, agent_id=Agent.objects.get(user=agent).pk, by=SYSTEM)
    return customer


def test_nobody_types_anything_twice(
    page: Page,
    chromium: Chromium,
    live_server: object,
    sign_in: SignIn,
    agent: User,
    referrer: Customer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guard, "FASTEST_SECONDS", 0)  # the robot that plays the visitor reads fast

    # The agent makes a card: another question, moved up by keyboard, a choice of times, and publishes it.
    sign_in(user=agent)
    page.goto("/desk/forms/")
    page.get_by_role("button", name="新建客户卡片").click()
    page.locator("#title_zh").fill("小区保险咨询")
    page.locator("[data-adds=choice]").click()
    expect(page.locator("[data-question]")).to_have_count(5)
    question = page.locator("[data-question]").last
    question.locator("input[name$='-label_zh']").fill("什么时候方便联系？")
    question.locator("textarea[name$='-choices_zh']").fill("上午\n晚上")
    question.locator("input[name$='-label_zh']").press("Alt+ArrowUp")
    expect(page.locator("[data-question]").nth(3).locator("input[name$='-label_zh']")).to_have_value(
        "什么时候方便联系？"
    )
    assert page.locator("[data-adds=name]").is_disabled()
    axe(page)
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text("已发布，现在可以发放了。")).to_be_visible()
    page.locator("#link-label").fill("春季义诊")
    page.get_by_role("button", name="生成链接").click()
    address = page.locator(".handed-address a").last.get_attribute("href")
    assert address is not None
    form = Form.objects.get()
    assert f"/f/{form.slug}/" in address

    # A visitor on a phone, without an account: a mistake is told, nothing typed is lost, and then thanks.
    phone = chromium.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    visitor = phone.new_page()
    visitor.goto(address)
    expect(visitor.get_by_role("heading", name="小区保险咨询")).to_be_visible()
    assert visitor.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 17
    assert wider_than_screen(visitor) <= 0
    axe(visitor)
    assert not visitor.locator("[name=marketing]").is_checked()
    visitor.get_by_label("您的姓名").fill(NAME)
    visitor.get_by_label("手机号").fill("1391234")
    visitor.get_by_text("医疗险").click()
    visitor.get_by_text("晚上").click()
    visitor.get_by_label("想了解什么").fill(ASKED)
    visitor.locator("[name=consent]").check()
    visitor.locator("[name=marketing]").check()
    visitor.get_by_role("button", name="提交").click()
    expect(visitor.locator(".card-error")).to_have_count(1)
    assert visitor.get_by_label("想了解什么").input_value() == ASKED
    axe(visitor)
    visitor.get_by_label("手机号").fill(MOBILE)
    visitor.get_by_role("button", name="提交").click()
    expect(visitor.get_by_text("我们会尽快与您联系")).to_be_visible()
    assert "/thanks/" in visitor.url
    axe(visitor)
    chromium.let_go(phone)
    prospect = Prospect.objects.get()
    assert (prospect.name, prospect.owner and prospect.owner.user) == (NAME, agent)
    assert Submission.objects.get().prospect == prospect

    # The agent hears of it, says who brought them, and converts: name, mobile and source are not typed again.
    catch_up("form-notices")
    assert Notice.objects.get(user=agent).url == f"/desk/prospects/{prospect.pk}/"
    page.goto("/desk/prospects/?stage=new")
    page.locator("tbody tr").filter(has_text=NAME).get_by_role("link").first.click()
    expect(page.get_by_text(ASKED)).to_be_visible()
    page.get_by_role("link", name="修改").click()
    page.locator("#id_referrer").fill(referrer.number)
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="转为客户").click()
    assert page.locator("#main input:not([type=hidden])").count() == 0
    page.get_by_role("button", name="建立客户档案").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    customer = Customer.objects.get(name=NAME)
    assert Person.objects.get(customer=customer).mobile == MOBILE
    assert (customer.source, customer.source_detail) == ("self_filled_card", "小区保险咨询 · 春季义诊")
    assert set(Consent.objects.filter(customer=customer).values_list("purpose", flat=True)) == {"service", "marketing"}
    expect(page.locator("#c360-timeline")).to_contain_text("客户填写了表单")

    # The one who brought them shows it.
    page.goto(f"/desk/customers/{referrer.number}/")
    tree = page.locator(".referrals")
    page.get_by_role("heading", name="推荐关系").scroll_into_view_if_needed()
    expect(tree.get_by_role("link", name=NAME)).to_be_visible()
    axe(page, within=".referrals")
