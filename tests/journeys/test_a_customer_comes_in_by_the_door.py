"""A customer registers on a phone, adds a passkey, and signs in with it; the demo shows the code on the page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from keyuan.accounts.models import User
from keyuan.customers.models import Customer
from keyuan.customers.standards.resident_id import check_digit
from tests.fixtures.organisation import Organisation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
FIRST = "32050219880808123"


def test_a_customer_registers_adds_a_passkey_and_comes_back_with_it(
    page: Page, org: Organisation, fresh_counts: None, settings: Any
) -> None:
    settings.KEYUAN_DEMO_OUTBOX = True
    settings.KEYUAN_LIMITS = {"codes": (10, 60)}
    page.set_viewport_size({"width": 390, "height": 844})
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    page.goto("/home/policies/")
    expect(page.get_by_role("heading", name="登录或注册")).to_be_visible()
    page.get_by_label("手机号", exact=True).fill("139 1234 5678")
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_text("139****5678")).to_be_visible()
    found = re.search(r"\d{6}", page.locator(".note strong").inner_text())
    assert found is not None
    page.get_by_label("验证码", exact=True).fill(found[0])  # sent by itself at the sixth digit
    expect(page.get_by_role("heading", name="您是谁")).to_be_visible()
    page.get_by_label("姓名", exact=True).fill("王伟")
    page.get_by_label("证件号码", exact=True).fill(FIRST + check_digit(FIRST))
    page.get_by_label(re.compile("我同意为提供")).check()
    page.get_by_label(re.compile("我单独同意")).check()
    page.get_by_role("button", name="核对并开通").click()
    expect(page).to_have_url(re.compile(r"/home/policies/$"))
    assert Customer.objects.get().name == "王伟"

    page.goto("/home/security/passkeys/add/")
    page.get_by_label("给它起个名字").fill("我的手机")
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_text("通行密钥已添加")).to_be_visible()
    page.get_by_role("button", name="退出", exact=True).click()
    page.goto("/home/sign-in/?next=/home/security/")
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page).to_have_url(re.compile(r"/home/security/$"))
    assert User.objects.get().last_login is not None
