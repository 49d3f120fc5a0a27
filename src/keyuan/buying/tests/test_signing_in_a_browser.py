"""On a phone: the key is made in the browser, the order signed, paid at the gateway, and the policy is there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.fixtures.browser import SignIn, axe, fit

from keyuan.accounts.models import User
from keyuan.billing.sandbox.server import Sandbox
from keyuan.billing.tests.conftest import gateway_folder, sandbox
from keyuan.orders import queries
from keyuan.orders.states import Stage
from keyuan.orders.tests.conftest import Fill, filled, someone
from keyuan.products.bulk import offer_shipped_products
from keyuan.trust.models import Certificate, Signature

__all__ = ["filled", "gateway_folder", "sandbox", "someone"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_signed_on_the_phone_paid_at_the_gateway_and_insured(
    page: Page,
    sign_in: SignIn,
    filled: Fill,
    sandbox: Sandbox,
    live_server,
    settings,  # type: ignore[no-untyped-def]
) -> None:
    settings.KEYUAN_SITE_URL = live_server.url
    offer_shipped_products()
    order, holder = filled("TRV", told={"days": "7", "region": "asia", "plan": "classic"})
    sign_in(user=User.objects.get(pk=holder.viewer.user_id))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/home/orders/{order.pk}/check/")
    page.get_by_role("button", name="提交，马上核保").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("签名")
    fit(page, "buying-sign")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="签名，去付款").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("付款", timeout=30_000)
    axe(page)
    kept, certificate = Signature.objects.get(), Certificate.objects.get(customer_id=order.customer_id)
    assert (kept.subject_id, kept.certificate_id) == (order.number, certificate.pk)
    page.get_by_role("link", name="去支付宝付款").click()
    page.locator("button.do[value=pay]").click()
    page.goto(f"{live_server.url}/home/orders/{order.pk}/done/")
    expect(page.get_by_role("heading", level=1)).to_have_text("已承保，保单已生成", timeout=30_000)
    seen = queries.order(order.pk, by=holder)
    assert seen.stage == Stage.ISSUED
    expect(page.locator("main")).to_contain_text(seen.order.policy_number)
    fit(page, "buying-done")
