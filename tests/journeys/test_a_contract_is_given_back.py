"""A customer who has just bought life cover opens the policy on the phone, changes their mind, and has every cent back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.billing import sweeping
from keyuan.billing.models import Refund
from keyuan.billing.sandbox.server import Sandbox
from keyuan.billing.states import RefundState
from keyuan.billing.tests.conftest import gateway_folder, sandbox
from keyuan.customers.models import Customer, Person
from keyuan.journeys.document import make
from keyuan.journeys.tests.test_insure import pay, ready
from keyuan.orders.tests.conftest import APPLICANT, Fill, filled, someone
from keyuan.policies.models import Policy
from keyuan.policies.numbers import check_of
from keyuan.products.bulk import offer_shipped_products
from tests.fixtures.browser import SignIn, fit, off_the_loop

__all__ = ["filled", "gateway_folder", "sandbox", "someone"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_contract_is_given_back_on_a_phone_and_the_money_comes_back(
    page: Page, sign_in: SignIn, sandbox: Sandbox, live_server: Any, settings: Any, request: pytest.FixtureRequest
) -> None:
    settings.KEYUAN_SITE_URL = live_server.url
    offer_shipped_products()
    fill: Fill = request.getfixturevalue("filled")
    order, holder = fill("TRM")
    pay(ready(order, holder))
    policy = Policy.objects.get()
    person = Person.objects.get(customer=Customer.objects.get())
    person.mobile = str(APPLICANT["mobile"])
    person.save()
    sign_in(user=User.objects.get(pk=holder.viewer.user_id))
    page.goto(f"/home/policies/{policy.pk}/document.pdf")
    fit(page, "policy-document-waits")
    with off_the_loop():
        make(policy.pk)
    page.goto(f"/home/policies/{policy.pk}/")
    expect(page.get_by_role("link", name="电子保单")).to_be_visible()
    fit(page, "policy-own")
    page.goto(f"/p/policies/{policy.number}/{check_of(policy.number)}/")
    fit(page, "policy-verify")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/home/policies/{policy.pk}/")
    page.get_by_role("link", name="退保，全额退款（还有 20 天）").click()
    expect(page.locator("#give-back[data-ready]")).to_be_visible()
    fit(page, "policy-give-back")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("您的证件号码").fill(str(APPLICANT["document_number"]))
    page.get_by_label("我同意把姓名").check()
    page.get_by_role("button", name="确认退保，全额退款").click()
    expect(page.locator("main")).to_contain_text("正在原路退回")
    fit(page, "policy-given-back")
    sweeping.send_due()
    assert Refund.objects.get().state in (RefundState.QUEUED, RefundState.DONE, RefundState.FAILED)
    page.context.clear_cookies()
    sign_in(Role.COUNTER)
    page.goto(f"/desk/cooling-off/{policy.pk}/")
    expect(page.locator("main")).to_contain_text("这张保单不在犹豫期内")
    page.goto(f"/desk/policies/{policy.pk}/")
    fit(page, "policy-desk")
