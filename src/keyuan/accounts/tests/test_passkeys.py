"""Passkeys in a real browser, with Chromium's virtual authenticator, under the site's content security policy."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect
from tests.fixtures.browser import SignIn, axe, fit
from tests.fixtures.organisation import PASSWORD

from keyuan.accounts.roles import Role
from keyuan.eventlog.models import Event

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def plug_in(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def add_passkey(page: Page) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    page.locator("input[name=password]").fill(PASSWORD)  # Whoever finds the desk open cannot add a key of their own.
    page.locator("input[name=password]").press("Enter")
    page.locator("input[name=name]").fill("办公室电脑")
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    expect(page.locator("#recovery_codes li")).to_have_count(10)


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="退出").click()
    page.wait_for_url(re.compile("/accounts/login/"))


def test_a_passkey_signs_in_without_a_password_and_as_a_second_factor(page: Page, sign_in_by_form: SignIn) -> None:
    plug_in(page)
    user = sign_in_by_form(Role.HOTLINE)
    add_passkey(page)
    axe(page)
    sign_out(page)
    page.locator("#passkey_login").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    assert Event.objects.filter(name="user.signed_in").order_by("-id")[0].payload["methods"] == ["webauthn"]
    sign_out(page)
    page.locator("input[name=login]").fill(user.username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(re.compile("/accounts/2fa/authenticate/"))
    axe(page)
    page.locator("#mfa_webauthn_authenticate").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    last = Event.objects.filter(name="user.signed_in").order_by("-id")[0]
    assert last.payload["methods"] == ["password", "webauthn"]
    assert Authenticator.objects.get(user=user, type="webauthn").last_used_at is not None


def test_without_a_passkey_the_page_says_what_to_do(page: Page, sign_in_by_form: SignIn) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, "isUserVerified": False}})
    page.goto("/accounts/login/")
    page.locator("#passkey_login").click()
    expect(page.locator("#passkey_error")).to_be_visible()
    assert page.url.endswith("/accounts/login/")


def test_the_pages_of_sign_in_and_security_look_right(page: Page, sign_in: SignIn) -> None:
    # Signing in, tokens and users are among the main pages of tests/journeys/test_screens.py.
    sign_in(Role.ADMINISTRATOR)
    for name, address in {
        "security": "/accounts/security/",
        "second-factor": "/accounts/2fa/",
        "user-new": "/accounts/users/new/",
        "units": "/accounts/units/",
    }.items():
        page.goto(address)
        fit(page, name)
