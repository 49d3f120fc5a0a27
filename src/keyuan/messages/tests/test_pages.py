"""The outbox on the desk: whose messages one sees, how they are found, sent again and taken away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.fixtures.budgets import QueryBudget
from tests.fixtures.organisation import Organisation

from keyuan.accounts.roles import Role
from keyuan.customers.actions import CustomerDraft, PersonDraft, register_customer
from keyuan.customers.models import Customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now
from keyuan.messages import actions, delivering
from keyuan.messages.actions import Address
from keyuan.messages.models import Message
from keyuan.messages.states import Outcome

pytestmark = pytest.mark.django_db
BY = Actor.system("test")
MOBILE = "13912345678"


@pytest.fixture
def customer(org: Organisation) -> Customer:
    draft = CustomerDraft(name="王伟", org_unit_id=org.branch.pk, details=PersonDraft(mobile=MOBILE))
    return register_customer(draft, by=BY)


def told(customer: Customer) -> Message:
    message = actions.send_to_customer("account_opened", customer_id=customer.pk, values={"name": "王伟"}, by=BY)
    assert message is not None
    return message


def failed(customer: Customer) -> Message:
    message = told(customer)
    Message.objects.filter(pk=message.pk).update(next_at=now() - timedelta(seconds=1))
    delivering.deliver(message.pk, send=lambda *a, **k: (Outcome.UNKNOWN, "no answer in time"))
    return message


def code() -> Message:
    to = Address("sms", "13700000000")
    return actions.send("mobile_code", to=to, values={"code": "246813", "minutes": 5}, by=BY)


def test_staff_see_what_went_to_the_customers_they_see(
    client_as: Callable[..., Client], customer: Customer, org: Organisation
) -> None:
    message = told(customer)
    here, there = client_as(Role.COUNTER, unit=org.branch), client_as(Role.COUNTER, unit=org.other_branch)
    page = here.get("/desk/messages/").content.decode()
    assert "账户已开通" in page
    assert "139****5678" in page
    assert MOBILE not in page
    assert "139****5678" not in there.get("/desk/messages/").content.decode()
    assert there.get(f"/desk/messages/{message.pk}/").status_code == 404
    assert client_as(Role.ANALYST).get("/desk/messages/").status_code == 403


def test_a_code_to_nobody_known_is_listed_for_the_manager_only_and_never_read(
    client_as: Callable[..., Client], settings: Any
) -> None:
    message, manager, hotline = code(), client_as(Role.MANAGER), client_as(Role.HOTLINE)
    assert hotline.get(f"/desk/messages/{message.pk}/").status_code == 404
    assert "246813" not in manager.get(f"/desk/messages/{message.pk}/").content.decode()
    settings.KEYUAN_DEMO_OUTBOX = True
    assert "246813" in manager.get(f"/desk/messages/{message.pk}/").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=failed", 1),
        ("state=waiting", 1),
        ("state=sent", 0),
        ("to=139+1234+5678", 2),
        ("to=13900000000", 0),
        ("template=account_opened", 2),
        ("template=mobile_code", 0),
        ("channel=mail", 0),
        ("since=2999-01-01", 0),
        ("sort=-template", 2),
        ("sort=nonsense&page=99&since=x", 2),
    ],
)
def test_the_list_is_filtered_by_everything_one_asks_for(
    client_as: Callable[..., Client], customer: Customer, query: str, found: int
) -> None:
    failed(customer)
    told(customer)
    page = client_as(Role.MANAGER).get(f"/desk/messages/?{query}").content.decode()
    assert page.count("139****5678") == found


def test_what_may_have_been_lost_is_sent_again_by_a_person(
    client_as: Callable[..., Client], customer: Customer
) -> None:
    message, desk = failed(customer), client_as(Role.HOTLINE)
    assert "再发一次" in desk.get(f"/desk/messages/{message.pk}/").content.decode()
    answer = desk.post(f"/desk/messages/{message.pk}/resend/")
    new = Message.objects.exclude(pk=message.pk).get()
    assert answer.headers["Location"] == f"/desk/messages/{new.pk}/"
    assert new.again_of_id == message.pk
    answer = desk.post(f"/desk/messages/{new.pk}/resend/", follow=True)
    assert "还在等待发送" in answer.content.decode()
    assert Message.objects.count() == 2


def test_the_export_holds_no_texts_and_no_numbers_and_is_for_who_may(
    client_as: Callable[..., Client], customer: Customer
) -> None:
    told(customer)
    told_out = client_as(Role.MANAGER).post(
        "/desk/messages/", {"do": "export", "purpose": "核对", "format": "csv", "query": "state=waiting"}
    )
    text = b"".join(told_out.streaming_content).decode()  # type: ignore[attr-defined]
    assert customer.number in text
    assert "139****5678" in text
    assert MOBILE not in text
    assert "客缘" not in text
    assert client_as(Role.HOTLINE).post("/desk/messages/", {"do": "export", "purpose": "x"}).status_code == 403


def test_the_outbox_stays_within_its_budget(
    client_as: Callable[..., Client], customer: Customer, query_budget: QueryBudget
) -> None:
    for _ in range(3):
        told(customer)
    desk = client_as(Role.MANAGER)
    with query_budget("outbox"):
        assert desk.get("/desk/messages/").status_code == 200
