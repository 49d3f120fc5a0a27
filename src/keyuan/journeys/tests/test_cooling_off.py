"""Giving a contract back in its cooling-off period: everything is undone and every cent goes back, or nothing happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from keyuan.accounts.models import User
from keyuan.accounts.refusals import NotPermitted
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer, system_viewer, viewer_of
from keyuan.agents.models import Agent
from keyuan.billing import actions as billing
from keyuan.billing import queries as payments
from keyuan.billing import sweeping
from keyuan.billing.ledger import imbalances
from keyuan.billing.models import Posting, Refund, Schedule
from keyuan.billing.refusals import NoPremiumDue
from keyuan.billing.sandbox.server import Sandbox
from keyuan.billing.states import InstalmentState, Outcome, RefundReason, RefundState
from keyuan.claims.actions import notify_claim
from keyuan.claims.refusals import CoverNotInForce
from keyuan.customers.models import Customer, Person
from keyuan.journeys import cooling_off
from keyuan.journeys.cooling_off import Shown
from keyuan.journeys.refusals import CallerNotChecked, ClaimedAlready, NotShown
from keyuan.journeys.tests.test_insure import pay, ready
from keyuan.kernel import clock
from keyuan.kernel.clock import now, today
from keyuan.kernel.money import Money
from keyuan.messages.models import Message
from keyuan.orders import queries as orders
from keyuan.orders.models import Order
from keyuan.orders.states import Stage
from keyuan.orders.tests.conftest import APPLICANT, Fill
from keyuan.policies.models import Policy, PolicyFact
from keyuan.policies.queries import PolicyNotFound, statuses_of
from keyuan.policies.refusals import CoolingOffOver
from keyuan.policies.states import PolicyStatus
from keyuan.servicedesk.models import Task
from keyuan.trust.actions import certify
from keyuan.trust.models import Signature
from keyuan.trust.refusals import SignatureDoesNotFit
from keyuan.trust.tests.conftest import Device

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("tests")
CALLED = Shown(caller="登记手机来电，核对证件号码后四位")


@dataclass
class Bought:
    """A long contract that was bought and paid online."""

    policy: Policy
    order: Order
    holder: Any
    premium: Decimal

    @property
    def viewer(self) -> Viewer:
        viewer: Viewer = self.holder.viewer
        return viewer


@pytest.fixture
def caller(user_as: Callable[..., User]) -> Viewer:
    """Somebody of the hotline."""
    return viewer_of(user_as(Role.HOTLINE))


@pytest.fixture
def bought(filled: Fill, sandbox: Sandbox, caller: Viewer) -> Bought:
    order, holder = filled("TRM", told={"mode": "12"})
    attempt = ready(order, holder)
    assert pay(attempt) == Outcome.HONOURED
    return Bought(Policy.objects.get(), order, holder, attempt.amount)


def balances() -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for account, amount in Posting.objects.values_list("account_id", "amount"):
        found[account] = found.get(account, Decimal(0)) + amount
    return {account: amount for account, amount in found.items() if amount}


def nothing_happened(bought: Bought) -> None:
    """Neither money nor contract nor a word to anybody."""
    assert not Refund.objects.exists()
    assert PolicyStatus.IN_COOLING_OFF in statuses_of(bought.policy.pk, viewer=SYSTEM, on=today())
    assert Schedule.objects.get().closed_on is None
    assert Task.objects.filter(done_at__isnull=True, title__startswith="新单回访").count() == 1
    assert not Message.objects.filter(template="cooling_off_cancelled").exists()
    assert orders.order(bought.order.pk, by=bought.holder).stage == Stage.ISSUED


def test_the_hotline_gives_it_back_for_a_caller_and_nothing_is_left_of_it(bought: Bought, caller: Viewer) -> None:
    done = cooling_off.cancel(bought.policy.pk, shown=CALLED, reason="不需要了", by=caller)
    assert (done.total, done.by_hand, done.days_left) == (Money(bought.premium), Money(0), 20)
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.state) == (
        bought.premium,
        RefundReason.COOLING_OFF,
        RefundState.QUEUED,
    )
    assert statuses_of(bought.policy.pk, viewer=SYSTEM, on=today()) == {PolicyStatus.CANCELLED}
    assert Schedule.objects.get().closed_on == today()
    states = {one.state for one in payments.premiums(bought.policy.pk, viewer=SYSTEM, on=today())}
    assert states == {InstalmentState.PAID, InstalmentState.CLOSED}
    assert not Task.objects.filter(done_at__isnull=True).exists()
    assert orders.order(bought.order.pk, by=bought.holder).stage == Stage.REFUNDED
    told = Message.objects.get(template="cooling_off_cancelled").text or ""
    assert bought.policy.number in told
    assert f"¥{bought.premium:,.2f}" in told
    fact = PolicyFact.objects.get(kind="cooling_off_cancelled")
    assert fact.note == "不需要了 · 登记手机来电，核对证件号码后四位"
    # Sent and taken, the books are as if nothing had been sold, on any day.
    assert sweeping.send_due() == 1
    assert not imbalances()
    assert set(balances()) <= {"1012", "2241"}  # what the gateway has, and what is owed until it says yes


def test_no_premium_is_asked_for_afterwards_and_no_claim_is_taken(bought: Bought, caller: Viewer) -> None:
    cooling_off.cancel(bought.policy.pk, shown=CALLED, by=caller)
    with pytest.raises(NoPremiumDue):
        billing.begin_premium(bought.policy.pk, by=bought.viewer)
    with pytest.raises(CoverNotInForce):
        notify_claim(bought.policy.pk, number="CLM-1", occurred_on=today(), by=caller)


def test_a_second_time_is_refused_and_pays_nothing_more(bought: Bought, caller: Viewer) -> None:
    cooling_off.cancel(bought.policy.pk, shown=CALLED, by=caller)
    with pytest.raises(CoolingOffOver):
        cooling_off.cancel(bought.policy.pk, shown=CALLED, by=caller)
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(("later", "open_"), [(20, True), (21, False)])
def test_the_last_day_is_inside_and_the_day_after_is_not(
    bought: Bought, caller: Viewer, later: int, open_: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=later))
    if open_:
        offer = cooling_off.offer(bought.policy.pk, viewer=caller)
        assert offer is not None
        assert offer.days_left == 0
        cooling_off.cancel(bought.policy.pk, shown=CALLED, by=caller)
        assert Refund.objects.get().amount == bought.premium
    else:
        assert cooling_off.offer(bought.policy.pk, viewer=caller) is None
        with pytest.raises(CoolingOffOver):
            cooling_off.cancel(bought.policy.pk, shown=CALLED, by=caller)
        assert not Refund.objects.exists()


def test_after_a_claim_it_is_refused_and_everything_stays(bought: Bought, caller: Viewer) -> None:
    notify_claim(bought.policy.pk, number="CLM-1", occurred_on=today(), accept_without_cover=True, by=caller)
    with pytest.raises(ClaimedAlready):
        cooling_off.cancel(bought.policy.pk, shown=CALLED, by=caller)
    nothing_happened(bought)


def test_staff_must_say_how_they_made_sure_who_calls(bought: Bought, caller: Viewer) -> None:
    with pytest.raises(CallerNotChecked):
        cooling_off.cancel(bought.policy.pk, shown=Shown(caller="  "), by=caller)
    nothing_happened(bought)


@pytest.mark.parametrize("role", [Role.AGENT, Role.UNDERWRITER, Role.CLAIMS, Role.ADMINISTRATOR, Role.ANALYST])
def test_nobody_else_gives_it_back(bought: Bought, user_as: Callable[..., User], role: Role) -> None:
    with pytest.raises((NotPermitted, PolicyNotFound)):
        cooling_off.cancel(bought.policy.pk, shown=CALLED, by=viewer_of(user_as(role)))
    nothing_happened(bought)


def test_another_customer_does_not_even_see_it(bought: Bought, user_as: Callable[..., User]) -> None:
    with pytest.raises(PolicyNotFound):
        cooling_off.cancel(bought.policy.pk, shown=Shown(check_id="x"), by=viewer_of(user_as(Role.CUSTOMER)))
    nothing_happened(bought)


def test_the_holder_signs_it_with_the_certificate_of_the_device(bought: Bought) -> None:
    device = Device()
    made = certify(
        bought.policy.customer_id, csr_pem=device.csr, device="手机", identity_check_id="1", by=bought.viewer
    )
    offer = cooling_off.offer(bought.policy.pk, viewer=bought.viewer)
    assert offer is not None
    signature = device.sign(offer.document())
    cooling_off.cancel(bought.policy.pk, shown=Shown(signature=signature, serial=made.serial), by=bought.viewer)
    kept = Signature.objects.get(subject_kind="policy")
    assert kept.subject_id == str(bought.policy.pk)
    assert str(bought.premium).encode() in bytes(kept.document)
    assert Refund.objects.get().amount == bought.premium


def test_a_signature_on_something_else_does_nothing(bought: Bought) -> None:
    device = Device()
    made = certify(
        bought.policy.customer_id, csr_pem=device.csr, device="手机", identity_check_id="1", by=bought.viewer
    )
    offer = cooling_off.offer(bought.policy.pk, viewer=bought.viewer)
    assert offer is not None
    signature = device.sign({**offer.document(), "refund": "1.00"})
    with pytest.raises(SignatureDoesNotFit):
        cooling_off.cancel(bought.policy.pk, shown=Shown(signature=signature, serial=made.serial), by=bought.viewer)
    nothing_happened(bought)


@pytest.mark.parametrize("shown", [Shown(), CALLED, Shown(check_id="nonsense")])
def test_the_holder_without_signature_or_check_does_nothing(bought: Bought, shown: Shown) -> None:
    with pytest.raises(NotShown):
        cooling_off.cancel(bought.policy.pk, shown=shown, by=bought.viewer)
    nothing_happened(bought)


def test_a_gateway_that_does_not_answer_is_asked_again_until_the_money_is_back(
    bought: Bought, caller: Viewer, settings: Any, sandbox: Sandbox
) -> None:
    address, settings.KEYUAN_SANDBOX_GATEWAY_URL = settings.KEYUAN_SANDBOX_GATEWAY_URL, "http://127.0.0.1:9"
    cooling_off.cancel(bought.policy.pk, shown=CALLED, by=caller)
    sweeping.send_due()
    refund = Refund.objects.get()
    assert (refund.state, refund.tries) == (RefundState.QUEUED, 1)
    page = Client()
    page.force_login(User.objects.get(pk=bought.viewer.user_id))
    assert "支付渠道暂时没有答复" in page.get(f"/home/policies/{bought.policy.pk}/").content.decode()
    settings.KEYUAN_SANDBOX_GATEWAY_URL = address
    assert refund.next_try_at is not None
    assert refund.next_try_at > now()


def test_commission_is_owed_no_more(filled: Fill, sandbox: Sandbox, caller: Viewer, org: Any) -> None:
    agent = Agent.objects.create(code="A1", name="代理人甲", org_unit=org.branch, joined_on=today())
    order, holder = filled("TRM")
    Order.objects.filter(pk=order.pk).update(agent=agent)
    attempt = ready(order, holder)
    assert pay(attempt) == Outcome.HONOURED
    owed = Posting.objects.get(account="2202")
    assert -owed.amount == (attempt.amount * Decimal("0.30")).quantize(Decimal("0.01"))
    cooling_off.cancel(Policy.objects.get().pk, shown=CALLED, by=caller)
    assert balances().get("2202") is None
    assert balances().get("6421") is None
    assert not imbalances()


def test_what_was_paid_at_a_counter_is_paid_back_by_a_person(bought: Bought, caller: Viewer) -> None:
    PolicyFact.objects.create(
        policy=bought.policy, customer_id=bought.policy.customer_id, kind="premium_paid", on=today(), amount="100.00"
    )
    done = cooling_off.cancel(bought.policy.pk, shown=CALLED, by=caller)
    assert (done.back, done.by_hand) == (Money(bought.premium), Money("100.00"))
    assert Refund.objects.get().amount == bought.premium
    assert "100.00" in Task.objects.get(done_at__isnull=True).title


def test_the_desk_says_what_goes_back_and_does_it(bought: Bought, user_as: Callable[..., User]) -> None:
    client, address = Client(), f"/desk/cooling-off/{bought.policy.pk}/"
    client.force_login(user_as(Role.COUNTER))
    assert f"¥{bought.premium:,.2f}" in client.get(address).content.decode()
    assert client.post(address, {"caller": ""}).status_code == 422
    nothing_happened(bought)
    answer = client.post(address, {"caller": "柜面核对身份证原件", "reason": ""})
    assert answer["Location"] == f"/desk/policies/{bought.policy.pk}/"
    assert Refund.objects.get().amount == bought.premium


def test_the_customers_page_does_it_after_a_check_of_identity(
    bought: Bought, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    person = Person.objects.get(customer=Customer.objects.get())
    person.mobile = str(APPLICANT["mobile"])
    person.save()
    client, address = Client(), f"/home/policies/{bought.policy.pk}/give-back/"
    client.force_login(User.objects.get(pk=bought.viewer.user_id))
    page = client.get(address).content.decode()
    assert f"¥{bought.premium:,.2f}" in page
    assert "没有，一分不扣" in page
    assert client.post(address, {}).status_code == 422
    nothing_happened(bought)
    wrong = {"document_number": "320506199003074526", "consent": "yes"}
    assert client.post(address, wrong).status_code == 422
    nothing_happened(bought)
    right = {**wrong, "document_number": str(APPLICANT["document_number"])}
    assert client.post(address, right)["Location"] == f"/home/policies/{bought.policy.pk}/"
    assert Refund.objects.get().amount == bought.premium
    assert "正在原路退回" in client.get(f"/home/policies/{bought.policy.pk}/").content.decode()
