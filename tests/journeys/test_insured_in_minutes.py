"""A stranger with a phone insures a journey from the front page: nobody's help, and the signed policy in hand."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from keyuan.billing.sandbox.server import Sandbox
from keyuan.billing.tests.conftest import gateway_folder, sandbox
from keyuan.customers.models import Customer
from keyuan.journeys.document import make
from keyuan.messages.models import Message
from keyuan.orders.models import Order
from keyuan.orders.tests.conftest import APPLICANT
from keyuan.policies.models import Policy
from keyuan.products.bulk import offer_shipped_products
from keyuan.trust import authorities
from keyuan.trust.documents import check_pdf
from keyuan.trust.models import Certificate, Signature
from tests.fixtures.browser import fit, off_the_loop
from tests.fixtures.organisation import Organisation

__all__ = ["gateway_folder", "sandbox"]
PDFSIG = shutil.which("pdfsig")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text, timeout=30_000)


def looked_at(page: Page, name: str) -> None:
    """Usable by everybody in every look; then a phone again."""
    fit(page, f"buying-{name}")
    page.set_viewport_size({"width": 390, "height": 844})


def people(page: Page) -> None:
    page.get_by_label("姓名").first.fill(str(APPLICANT["name"]))
    page.get_by_label("证件号码").first.fill(str(APPLICANT["document_number"]))
    page.get_by_label("手机号码").fill(str(APPLICANT["mobile"]))


def test_a_stranger_insures_a_journey_on_a_phone(
    page: Page, org: Organisation, sandbox: Sandbox, live_server: Any, settings: Any, tmp_path: Path
) -> None:
    settings.KEYUAN_SITE_URL = live_server.url
    offer_shipped_products()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/home/")
    page.get_by_role("link", name="投保").first.click()
    heading(page, "您想保障什么？")
    looked_at(page, "shop")
    page.get_by_role("link", name="环游天下旅行意外保险").click()
    expect(page.locator(".price-now strong")).to_contain_text("¥")
    page.get_by_label("天数").fill("7")
    page.get_by_role("button", name="马上投保").click()
    heading(page, "保障与价格")
    page.get_by_role("button", name="下一步").click()
    heading(page, "投保人与被保险人")
    looked_at(page, "people")
    people(page)
    page.get_by_role("button", name="下一步").click()
    heading(page, "告知")
    looked_at(page, "health")
    page.get_by_role("button", name="以下情况都没有").click()
    page.get_by_label("被保险人的职业").select_option(index=1)
    page.get_by_role("button", name="下一步").click()
    heading(page, "条款与免责")
    looked_at(page, "read")
    for exclusion in page.locator("details.exclusion > summary").all():
        exclusion.click()
    for box in page.locator("[name^='agree.']").all():
        box.check()
    page.get_by_role("button", name="下一步").click()
    heading(page, "核验身份")
    _who_one_is(page)
    page.get_by_role("button", name="是我本人，继续").click()
    heading(page, "核对并提交")
    page.get_by_role("button", name="提交，马上核保").click()
    heading(page, "签名")
    looked_at(page, "sign")
    page.get_by_role("button", name="签名，去付款").click()
    heading(page, "付款")
    page.get_by_role("link", name="去支付宝付款").click()
    page.locator("button.do[value=pay]").click()
    order = Order.objects.get()
    page.goto(f"{live_server.url}/home/orders/{order.pk}/done/")
    heading(page, "已承保，保单已生成")
    policy, customer, kept = Policy.objects.get(), Customer.objects.get(), Signature.objects.get()
    expect(page.locator("main")).to_contain_text(policy.number)
    with off_the_loop():
        make(policy.pk)
    opens = page.get_by_role("link", name="打开电子保单")  # the page asks by itself until the document is there
    expect(opens).to_be_visible()
    looked_at(page, "done")
    _valid(page.request.get(str(opens.get_attribute("href"))).body(), tmp_path / "policy.pdf")
    assert policy.customer_id == customer.pk == kept.customer_id
    assert (kept.subject_id, kept.certificate) == (order.number, Certificate.objects.get(customer=customer))


def _valid(pdf: bytes, kept: Path) -> None:
    """Signed by the company as our own check and Poppler's see it."""
    with off_the_loop():
        assert check_pdf(pdf, root=authorities.roots()[0]).why == ""
    kept.write_bytes(pdf)
    if PDFSIG is not None:
        told = subprocess.run([PDFSIG, "-no-ocsp", str(kept)], capture_output=True, text=True, check=True).stdout
        signature, archive = told.split("Signature #2")
        assert "Signature Validation: Signature is Valid." in signature
        assert "Total document signed" in archive  # the archive's time stamp, which Poppler does not look into


def _who_one_is(page: Page) -> None:
    """Sign in by code; the number is new, so name and document are asked and checked."""
    page.get_by_role("link", name="用手机验证码核验").click()
    page.get_by_label("手机号").fill(str(APPLICANT["mobile"]))
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_label("验证码")).to_be_visible()
    code = re.search(r"\d{6}", Message.objects.get(template="mobile_code").text or "")
    assert code is not None
    page.get_by_label("验证码").fill(code.group())
    page.wait_for_url(re.compile("/home/register/"))
    page.get_by_role("textbox", name="姓名").fill(str(APPLICANT["name"]))
    page.get_by_role("textbox", name="证件号码").fill(str(APPLICANT["document_number"]))
    page.get_by_label("我同意为提供保险服务").check()
    page.get_by_label("我单独同意").check()
    page.get_by_role("button", name="核对并开通").click()
    heading(page, "核验身份")
