"""Buying on a phone: each page looked at as it is filled in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.fixtures.browser import fit

from keyuan.orders.tests.conftest import APPLICANT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_somebody_on_a_phone_fills_in_a_journey_and_every_page_can_be_used(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/home/insure/")
    fit(page, "buying-shop")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="环游天下旅行意外保险").click()
    expect(page.locator(".price-now strong")).to_contain_text("¥")
    fit(page, "buying-product")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("天数").fill("7")
    page.get_by_role("button", name="马上投保").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("保障与价格")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("姓名").first.fill(str(APPLICANT["name"]))
    page.get_by_label("证件号码").first.fill(str(APPLICANT["document_number"]))
    page.get_by_label("手机号码").fill(str(APPLICANT["mobile"]))
    fit(page, "buying-people")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("姓名").first.fill(str(APPLICANT["name"]))
    page.get_by_label("证件号码").first.fill(str(APPLICANT["document_number"]))
    page.get_by_label("手机号码").fill(str(APPLICANT["mobile"]))
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("告知")
    fit(page, "buying-health")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="以下情况都没有").click()
    page.get_by_label("被保险人的职业").select_option(index=1)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("条款与免责")
    fit(page, "buying-read")
    page.set_viewport_size({"width": 390, "height": 844})
    for exclusion in page.locator("details.exclusion > summary").all():
        exclusion.click()
    for box in page.locator("[name^='agree.']").all():
        box.check()
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核验身份")
    page.goto(page.url.replace("/identity/", "/check/"))
    fit(page, "buying-check")
