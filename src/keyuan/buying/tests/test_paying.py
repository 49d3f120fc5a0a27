"""From the identity check to the policy, over the pages; and what the pages say when it goes another way."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from keyuan.accounts.models import User
from keyuan.billing.actions.taking import take_told
from keyuan.billing.models import Attempt
from keyuan.billing.rules import Told
from keyuan.billing.sandbox.server import Sandbox
from keyuan.billing.states import TradeStatus
from keyuan.billing.tests.conftest import gateway_folder, sandbox
from keyuan.kernel.clock import now
from keyuan.orders import actions, queries
from keyuan.orders.access import Holder
from keyuan.orders.states import Stage
from keyuan.orders.tests.conftest import Fill, filled, someone
from keyuan.products.bulk import offer_shipped_products

__all__ = ["filled", "gateway_folder", "sandbox", "someone"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _products(db: None) -> None:
    offer_shipped_products()


@pytest.fixture
def buyer(someone: Holder) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=someone.viewer.user_id))
    return client


def looked_over(buyer: Client, address: str) -> str:
    """What must have been shown before an order is submitted: exclusions, and the whole of it. The latter's page."""
    buyer.get(f"{address}read/")
    return buyer.get(f"{address}check/").content.decode()


def told_paid(attempt: Attempt, *, amount: Decimal | None = None) -> None:
    told = Told(
        number=attempt.number, trade_no="T1", status=TradeStatus.SUCCESS, amount=amount or attempt.amount, paid_at=now()
    )
    take_told(told, gateway=attempt.gateway)


def test_signed_paid_and_the_policy_is_on_the_page(filled: Fill, buyer: Client, sandbox: Sandbox) -> None:
    order, holder = filled("TRV")
    address = f"/home/orders/{order.pk}/"
    looked_over(buyer, address)
    assert buyer.post(f"{address}submit/")["Location"] == address
    actions.signed(order.pk, signature_ref="1", by=holder)
    assert buyer.get(address)["Location"].endswith("/pay/")
    assert "去支付宝付款" not in buyer.get(f"{address}pay/").content.decode()
    buyer.post(f"{address}pay/begin/")
    buyer.post(f"{address}pay/begin/")
    attempt = Attempt.objects.get()
    page = buyer.get(f"{address}pay/").content.decode()
    assert "去支付宝付款" in page
    assert "正在等支付结果" in buyer.get(f"{address}done/").content.decode()
    told_paid(attempt)
    seen = queries.order(order.pk, by=holder)
    assert seen.stage == Stage.ISSUED
    assert seen.order.policy_number in buyer.get(f"{address}done/").content.decode()
    assert seen.order.policy_number in buyer.get("/home/policies/").content.decode()
    assert buyer.post(f"{address}pay/begin/").status_code == 302
    assert Attempt.objects.count() == 1


def test_a_wrong_amount_is_told_with_what_went_back(filled: Fill, buyer: Client, sandbox: Sandbox) -> None:
    order, holder = filled("TRV")
    address = f"/home/orders/{order.pk}/"
    looked_over(buyer, address)
    buyer.post(f"{address}submit/")
    actions.signed(order.pk, signature_ref="1", by=holder)
    buyer.post(f"{address}pay/begin/")
    told_paid(Attempt.objects.get(), amount=Decimal("0.01"))
    page = buyer.get(f"{address}done/").content.decode()
    assert "钱已原路退回" in page
    assert "重新付款" in page


def test_a_loading_is_shown_with_its_reason_and_waits_for_a_yes(filled: Fill, buyer: Client) -> None:
    order, holder = filled("CIL", answers={"lung": "asthma"})
    address = f"/home/orders/{order.pk}/"
    if "warned" in looked_over(buyer, address):
        assert buyer.post(f"{address}submit/")["Location"].endswith("/check/")
    buyer.post(f"{address}submit/", {"warned": "on"})
    page = buyer.get(f"{address}result/").content.decode()
    assert "哮喘" in page
    assert "50%" in page
    buyer.post(f"{address}agree/")
    assert queries.order(order.pk, by=holder).stage == Stage.AGREED


def test_a_decline_gives_its_reason(filled: Fill, buyer: Client) -> None:
    order, _holder = filled("CIL", answers={"cancer": True, "cancer_years": 1})
    address = f"/home/orders/{order.pk}/"
    looked_over(buyer, address)
    buyer.post(f"{address}submit/", {"warned": "on"})
    page = buyer.get(f"{address}result/").content.decode()
    assert "不能承保" in page
    assert "恶性肿瘤" in page


def test_an_order_for_somebody_else_is_not_taken_by_who_signed_in(buyer: Client) -> None:
    started = buyer.post("/home/insure/TRV/start/")["Location"]
    assert buyer.post(f"{started}identity/confirm/")["Location"].endswith("/identity/")
    assert "不是同一个人" in buyer.get(f"{started}identity/").content.decode()
