"""The shell in a real browser: by keyboard, on a phone, in both looks and both languages, and under axe-core."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from tests.fixtures.browser import SignIn, axe, fit, wider_than_screen

from keyuan.accounts.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


def test_a_person_without_a_mouse_finds_a_page_by_its_initials(page: Page, sign_in: SignIn) -> None:
    sign_in(Role.ADMINISTRATOR)
    page.goto("/desk/components/")
    page.keyboard.press("/")
    box = page.locator("#find")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "true")
    assert page.evaluate("scrollTo(0, 1e6), document.querySelector('.rail').getBoundingClientRect().top") == 0
    page.keyboard.type("wdyt")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_text(re.compile("我的一天"))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == "/")


def test_ctrl_k_opens_the_box_and_escape_closes_it(page: Page, sign_in: SignIn) -> None:
    sign_in(Role.HOTLINE)
    page.goto("/")
    page.keyboard.press("Control+k")
    expect(page.locator("#find-list")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#find-list")).to_be_hidden()


def test_the_question_mark_shows_the_shortcuts(page: Page, sign_in: SignIn) -> None:
    sign_in(Role.HOTLINE)
    page.goto("/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘快捷键")).to_be_visible()
    axe(page, within="#shortcuts")


def test_theme_and_language_are_switched_from_the_user_menu(page: Page, sign_in: SignIn) -> None:
    user = sign_in(Role.HOTLINE)
    page.goto("/")
    page.locator(".user-button").click()
    page.get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator(".user-button").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("navigation", name="Main navigation")).to_be_visible()
    user.refresh_from_db()
    assert (user.theme, user.language) == ("dark", "en")


def test_on_a_phone_the_rail_is_a_drawer(page: Page, sign_in: SignIn) -> None:
    sign_in(Role.HOTLINE)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    assert wider_than_screen(page) == 0
    expect(page.locator("#rail")).to_be_hidden()
    page.get_by_role("button", name="更多").click()
    expect(page.locator("#rail")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#rail")).to_be_hidden()


def test_rows_are_walked_and_picked_by_keyboard(page: Page, sign_in: SignIn) -> None:
    sign_in(Role.ADMINISTRATOR)
    page.goto("/desk/components/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("tr.is-here")).to_contain_text("李强")
    expect(page.locator("[data-bulk-count]")).to_have_text("1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/components/?row=P2026000001")


@pytest.mark.parametrize(
    ("role", "path", "name"),
    [
        (Role.ADMINISTRATOR, "/desk/components/", "components"),
        (Role.CUSTOMER, "/", "own-policies"),
        (Role.HOTLINE, "/no-such-page", "not-found"),
    ],
)
def test_the_main_pages_pass_axe_in_every_look(page: Page, sign_in: SignIn, role: str, path: str, name: str) -> None:
    sign_in(role)
    page.goto(path)
    fit(page, name)


def test_the_first_page_is_light(page: Page, sign_in: SignIn) -> None:
    sign_in(Role.MANAGER)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/", wait_until="networkidle")
    assert len(asked) <= 15, asked
