"""A buyer pays on the phone, through the sandbox's checkout under our own address; finance sees it and the books balance."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from keyuan.accounts.roles import Role
from keyuan.billing import actions
from keyuan.billing.models import Attempt, Difference
from keyuan.billing.sandbox.server import Sandbox
from keyuan.billing.tests.conftest import _takers_as_before, begin, buyer, gateway_folder, sandbox, taken  # noqa: F401  fixtures
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now, today
from tests.fixtures.browser import SignIn, faults_in_looks

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_paid_on_the_phone_and_seen_by_finance(
    page: Page,
    sign_in: SignIn,
    live_server: Any,
    settings: Any,
    begin: Callable[..., Attempt],  # noqa: F811
    taken: list[str],  # noqa: F811
    sandbox: Sandbox,  # noqa: F811
) -> None:
    settings.KEYUAN_SITE_URL = live_server.url
    attempt = begin("ORDER-1", return_url=f"{live_server.url}/accounts/login/", phone=True)
    page.goto("/accounts/login/")  # so that there is an address to set cookies for
    sandbox.trades.open(attempt.number, subject=attempt.title, cents=12800, notify_url="", return_url="", expires="")
    trade = sandbox.trades.find(attempt.number)
    assert trade is not None
    wrong = faults_in_looks(page, f"/sandbox-gateway/cashier/{trade['trade_no']}")
    paid = begin("ORDER-2", return_url=f"{live_server.url}/accounts/login/", phone=True)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(paid.pay_url)
    page.get_by_role("button", name="确认付款").click()
    page.wait_for_url("**/accounts/login/?*")
    limit = time.monotonic() + 30
    while not Attempt.objects.filter(honoured_at__isnull=False).exists():
        assert time.monotonic() < limit
        time.sleep(0.1)
    assert taken == ["ORDER-2"]
    refused = begin("NO-1")
    sandbox.trades.open(refused.number, subject="x", cents=12800, notify_url="", return_url="", expires="")
    sandbox.trades.pay(refused.number, cents=12800, notices=())
    actions.ask_gateway(refused.pk)
    Difference.objects.create(
        gateway="alipay", day=today(), kind="missing_here", side="in", number="X", theirs=5, found_at=now()
    )
    actions.reconcile("alipay", today(), by=Actor.system("tests"))
    Difference.objects.update(gone_at=None)
    sign_in(Role.MANAGER)
    difference = Difference.objects.latest("pk").pk
    for address in (
        "/desk/billing/",
        f"/desk/billing/payments/{refused.number}/",
        "/desk/billing/books/",
        "/desk/billing/reconciliation/",
        f"/desk/billing/reconciliation/{difference}/",
    ):
        wrong += faults_in_looks(page, address)
    assert not wrong, "\n".join(wrong)
    page.goto("/desk/billing/books/")
    expect(page.get_by_text("借贷平衡")).to_be_visible()
