"""What customers are told of their applications and payments: at once, once, and nothing that others should not read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.billing.models import Attempt
from keyuan.billing.sandbox.server import Sandbox
from keyuan.deadlines.calendar import current
from keyuan.eventlog.models import Event
from keyuan.journeys import applying, readers
from keyuan.journeys.tests.test_insure import pay, ready
from keyuan.kernel.clock import today
from keyuan.messages.models import Message
from keyuan.orders import queries
from keyuan.orders.access import Holder
from keyuan.orders.models import Order
from keyuan.orders.states import Stage
from keyuan.orders.tests.conftest import APPLICANT, Fill
from keyuan.underwriting import actions as underwriting

pytestmark = pytest.mark.django_db


@pytest.fixture
def referred(filled: Fill) -> tuple[Order, Holder]:
    """An order that a person has to look at."""
    order, holder = filled("CIL", answers={"hospital": True})
    return applying.submit(order.pk, by=holder), holder


@pytest.fixture
def decide(viewer_as: Callable[..., Viewer], referred: tuple[Order, Holder]) -> Callable[..., Message]:
    """Let the underwriter decide and the reader read; the message that came of it."""

    def do(**told: Any) -> Message:
        by = viewer_as(Role.UNDERWRITER)
        underwriting.rule_on_application(referred[0].application_id or 0, reason="看过病历", by=by, **told)
        readers.tell(list(Event.objects.order_by("pk")))
        return Message.objects.exclude(template="application_referred").get()

    return do


def test_a_referral_is_told_at_once_with_the_day_by_which_there_is_a_decision(referred: tuple[Order, Holder]) -> None:
    message = Message.objects.get()
    until = current().add_workdays(today(), 1)
    assert (message.template, message.address) == ("application_referred", APPLICANT["mobile"])
    assert message.text is not None
    assert f"{until.year}年{until.month}月{until.day}日" in message.text
    assert "不用付款" in message.text


def test_what_is_accepted_at_once_needs_no_message(filled: Fill) -> None:
    order, holder = filled("TRV")
    applying.submit(order.pk, by=holder)
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("told", "template", "stage"),
    [
        ({"outcome": "standard"}, "application_accepted", Stage.OFFERED),
        ({"outcome": "loading", "loading_percent": 50}, "application_changed", Stage.OFFERED),
        ({"outcome": "exclusion", "exclusions": ["thyroid"]}, "application_changed", Stage.OFFERED),
        ({"outcome": "postpone", "postpone_months": 6}, "application_postponed", Stage.DECLINED),
        ({"outcome": "decline"}, "application_declined", Stage.DECLINED),
    ],
)
def test_the_underwriters_decision_is_told_and_leads_back(
    decide: Callable[..., Message],
    referred: tuple[Order, Holder],
    told: dict[str, Any],
    template: str,
    stage: Stage,
) -> None:
    message, (order, holder) = decide(**told), referred
    assert message.template == template
    assert queries.order(order.pk, by=holder).stage == stage
    link = urlsplit((message.text or "").rpartition("：")[2])
    assert (link.path, parse_qs(link.query)) == ("/home/sign-in/", {"next": [f"/home/orders/{order.pk}/"]})
    line = Event.objects.get(name="order.decided")
    assert (line.subject_id, line.payload["outcome"]) == (order.number, told["outcome"])


def test_no_message_tells_of_health_or_money_to_whoever_holds_the_telephone(decide: Callable[..., Message]) -> None:
    message = decide(outcome="loading", loading_percent=75)
    for word in ("75", "加费", "住院", "hospital"):
        assert word not in (message.text or "").rpartition("：")[0]


def test_read_twice_it_is_told_once(decide: Callable[..., Message]) -> None:
    decide(outcome="decline")
    readers.tell(list(Event.objects.order_by("pk")))
    assert Message.objects.filter(template="application_declined").count() == 1


def test_old_lines_wake_nobody(
    decide: Callable[..., Message], viewer_as: Callable[..., Viewer], referred: tuple[Order, Holder]
) -> None:
    by = viewer_as(Role.UNDERWRITER)
    underwriting.rule_on_application(referred[0].application_id or 0, outcome="decline", reason="看过病历", by=by)
    lines = list(Event.objects.order_by("pk"))
    for line in lines:
        line.occurred_at -= readers.NEWS * 2
    readers.tell(lines)
    assert not Message.objects.filter(template="application_declined").exists()


def test_the_link_asks_to_sign_in_and_leads_to_the_decision(
    decide: Callable[..., Message], referred: tuple[Order, Holder]
) -> None:
    message, (order, holder) = decide(outcome="loading", loading_percent=50), referred
    link = urlsplit((message.text or "").rpartition("：")[2])
    address, client = f"{link.path}?{link.query}", Client()
    assert "获取验证码" in client.get(address).content.decode()
    client.force_login(User.objects.get(pk=holder.viewer.user_id))
    page = client.get(address, follow=True).content.decode()
    assert "50%" in page
    assert order.number in page


def test_a_payment_that_cannot_be_honoured_is_told_with_the_reason(filled: Fill, sandbox: Sandbox) -> None:
    attempt = ready(*filled("TRV"))
    pay(attempt, amount=attempt.amount + 1)
    readers.tell(list(Event.objects.order_by("pk")))
    message = Message.objects.get()
    paid = Attempt.objects.get().paid_amount
    assert message.template == "payment_refunded"
    assert f"¥{paid:,.2f}" in (message.text or "")
    assert "付款金额不符" in (message.text or "")
