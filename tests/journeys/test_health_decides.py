"""Critical illness on a phone, decided by what was said of one's health: dearer and taken, decided by a person, declined."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.billing.models import Attempt
from keyuan.billing.sandbox.server import Sandbox
from keyuan.billing.tests.conftest import gateway_folder, sandbox
from keyuan.customers.models import Customer
from keyuan.eventlog.models import Event
from keyuan.home.tests.conftest import account, newest_code, person
from keyuan.identity.models import Check
from keyuan.identity.states import Outcome
from keyuan.journeys import readers
from keyuan.kernel.clock import now
from keyuan.messages.models import Message
from keyuan.orders.models import Order
from keyuan.orders.tests.conftest import APPLICANT
from keyuan.policies.models import Policy, PolicyTerm
from keyuan.products.bulk import offer_shipped_products
from tests.fixtures.browser import SignIn, fit

__all__ = ["account", "gateway_folder", "person", "sandbox"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOBILE = str(APPLICANT["mobile"])


@pytest.fixture
def lin(
    page: Page, account: Callable[..., tuple[Customer, User]], sign_in: SignIn, sandbox: Sandbox, live_server: Any,
    settings: Any,
) -> User:  # fmt: skip
    """Somebody whose identity is known, signed in on a phone, where critical illness cover is sold."""
    settings.KEYUAN_SITE_URL = live_server.url
    offer_shipped_products()
    customer, user = account(str(APPLICANT["name"]), MOBILE, id_number=APPLICANT["document_number"])
    Check.objects.create(
        customer=customer, name=APPLICANT["name"], document_kind="resident_id", document_digest=b"d", mobile_digest=b"m",
        document_number=APPLICANT["document_number"], mobile=MOBILE, consent="identity-1", provider="tests", note="",
        answered_at=now(), outcome=Outcome.MATCH,
    )  # fmt: skip
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(user=user)
    return user


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def looked_at(page: Page, name: str) -> None:
    """Usable by everybody; then a phone again."""
    fit(page, name)
    page.set_viewport_size({"width": 390, "height": 844})


def go_on(page: Page, to: str) -> None:
    page.get_by_role("button", name="下一步").click()
    heading(page, to)


def apply(page: Page, answer: Callable[[Page], object]) -> Order:
    """From the product's page to the decision; ``answer`` says what is not fine."""
    page.goto("/home/insure/CIL/")
    page.get_by_role("button", name="马上投保").click()
    heading(page, "保障与价格")
    go_on(page, "投保人与被保险人")
    for name, label in (("name", "姓名"), ("document_number", "证件号码"), ("mobile", "手机号码")):
        page.get_by_role("textbox", name=label).first.fill(str(APPLICANT[name]))
    go_on(page, "告知")
    page.get_by_role("button", name="以下情况都没有").click()
    page.get_by_label("被保险人的职业").select_option(index=1)
    for label, value in (("身高", "165"), ("体重", "55"), ("年收入", "300000")):
        page.get_by_label(label).fill(value)
    answer(page)
    expect(page.locator("[data-answered]")).to_have_text(re.compile(r"答了(\d+)题，共\1题"))
    go_on(page, "适合您吗")
    page.get_by_label("家庭一年的收入").fill("400000")
    page.get_by_label("每年最多愿意").fill("30000")
    go_on(page, "条款与免责")
    for exclusion in page.locator("details.exclusion > summary").all():
        exclusion.click()
    for box in page.locator("[name^='agree.']").all():
        box.check()
    go_on(page, "核验身份")
    page.get_by_role("button", name="是我本人，继续").click()
    heading(page, "核对并提交")
    if (warned := page.get_by_label("以上提醒我都看了")).is_visible():
        warned.check()
    page.get_by_role("button", name="提交，马上核保").click()
    page.wait_for_url(re.compile("/result/"))
    return Order.objects.get()


def sign_and_pay(page: Page, order: Order) -> Policy:
    heading(page, "签名")
    page.get_by_role("button", name="签名，去付款").click()
    heading(page, "付款")
    page.get_by_role("link", name="去支付宝付款").click()
    page.locator("button.do[value=pay]").click()
    page.goto(f"/home/orders/{order.pk}/done/")
    heading(page, "已承保，保单已生成")
    return Policy.objects.get()


def test_asthma_makes_it_dearer_which_the_customer_reads_accepts_and_pays(page: Page, lin: User) -> None:
    order = apply(page, lambda page: page.get_by_label("肺部情况？").select_option("asthma"))
    heading(page, "可以承保，条件有变")
    told = page.locator("main")
    expect(told).to_contain_text("哮喘")
    assert order.application is not None
    percent, plain = order.application.loading_percent, order.premium
    assert percent > 0
    assert plain is not None
    expect(told).to_contain_text(f"加费{percent}%")
    expect(told).to_contain_text(f"¥{plain:,.2f}")
    looked_at(page, "order-loading")
    page.get_by_role("button", name="接受，继续").click()
    order.refresh_from_db()
    assert order.premium is not None
    assert order.premium > plain
    expect(page.locator("main")).to_contain_text(f"¥{order.premium:,.2f}")
    policy = sign_and_pay(page, order)
    assert policy.premium == order.premium == Attempt.objects.get().amount
    assert PolicyTerm.objects.get(policy=policy).premium > plain


def test_what_a_person_decides_is_told_by_message_and_finished_through_it(
    page: Page, lin: User, sign_in: SignIn
) -> None:
    order = apply(page, lambda page: page.locator("[name='answer.hospital'][value=yes]").check())
    heading(page, "核保人员正在看")
    assert Message.objects.get(template="application_referred").address == MOBILE
    sign_in(Role.UNDERWRITER)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/desk/underwriting/?list=waiting")
    page.get_by_role("link", name=order.application.number if order.application else "").first.click()
    page.get_by_label("核保结论").select_option("loading")
    page.get_by_label("加费%").fill("50")
    page.get_by_label("理由（写入记录）").fill("出院小结看过，按加费承保")
    page.get_by_role("button", name="作出决定").click()
    expect(page.locator(".chip").first).to_have_text("已核保")
    page.goto("about:blank")
    page.context.clear_cookies()
    readers.tell(list(Event.objects.order_by("pk")))
    told = Message.objects.get(template="application_changed").text or ""
    assert "50" not in told.rpartition("：")[0]
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(told.rpartition("：")[2])
    page.get_by_label("手机号").fill(MOBILE)
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_label("验证码").fill(newest_code())
    heading(page, "可以承保，条件有变")
    expect(page.locator("main")).to_contain_text("加费50%")
    page.get_by_role("button", name="接受，继续").click()
    policy = sign_and_pay(page, order)
    order.refresh_from_db()
    assert (policy.number, policy.premium) == (order.policy_number, order.premium)


def test_who_is_declined_reads_why_in_words_and_pays_nothing(page: Page, lin: User) -> None:
    def cancer(page: Page) -> None:
        page.locator("[name='answer.cancer'][value=yes]").check()
        page.locator("[name='answer.cancer_years']").fill("1")

    order = apply(page, cancer)
    heading(page, "很抱歉，这次不能承保")
    reasons = page.get_by_role("heading", name="原因").locator("..")
    expect(reasons).to_contain_text("癌")
    expect(page.locator("main")).to_contain_text("客服热线")
    assert page.get_by_role("button", name="接受，继续").count() == 0
    looked_at(page, "order-declined")
    page.goto(f"/home/orders/{order.pk}/pay/")
    heading(page, "很抱歉，这次不能承保")
    assert not Attempt.objects.exists()
    assert not Policy.objects.exists()
