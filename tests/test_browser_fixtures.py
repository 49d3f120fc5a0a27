"""The browser fixtures do what they promise."""

from __future__ import annotations

from unittest import mock

import pytest
from playwright.sync_api import Page

from keyuan.accounts.roles import Role
from tests.fixtures.browser import Chromium, SignIn, axe, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_somebody_signs_in_by_the_form_and_stands_on_the_desk(page: Page, sign_in_by_form: SignIn) -> None:
    sign_in_by_form(Role.MANAGER)
    assert page.url.rstrip("/").count("/") == 2
    axe(page)


def test_pictures_are_taken_in_every_width_theme_and_language(page: Page, sign_in: SignIn) -> None:
    sign_in(Role.HOTLINE)
    page.goto("/")
    pictures = shoot(page, "first-page")
    assert len(pictures) == 8
    assert all(picture.stat().st_size > 5000 for picture in pictures)


def test_axe_fails_on_a_serious_fault(page: Page) -> None:
    page.goto("/accounts/login/")
    page.evaluate("document.querySelector('main, body').insertAdjacentHTML('beforeend', '<img src=\"/favicon.ico\">')")
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)


def test_a_browser_that_does_not_let_go_is_killed_and_started_again(chromium: Chromium) -> None:
    context = chromium.new_context()
    # What a close that never ends looks like: it comes back only because the browser is gone.
    page = chromium.new_context().new_page()
    with (
        mock.patch.object(context, "close", side_effect=lambda: page.wait_for_timeout(20_000)),
        pytest.warns(UserWarning, match="close"),
    ):
        chromium.let_go(context, within=0.1)
    again = chromium.new_context()
    assert again.new_page().evaluate("1 + 1") == 2
    chromium.let_go(again)
