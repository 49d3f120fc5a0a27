"""A customer with an account, and the way through the door."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.fixtures.organisation import Organisation

from keyuan.accounts.entering import create_customer_user
from keyuan.accounts.models import User
from keyuan.customers import actions as customers
from keyuan.customers.drafts import CustomerDraft, PersonDraft
from keyuan.customers.models import Customer
from keyuan.kernel.actor import Actor
from keyuan.messages.models import Message

BY = Actor.system("test")
MOBILE = "13912345678"


def newest_code() -> str:
    """The code of the newest message, as whoever holds the telephone reads it."""
    found = re.search(r"\d{6}", Message.objects.filter(template="mobile_code").latest("pk").text)
    assert found is not None
    return found[0]


@pytest.fixture
def person(org: Organisation) -> Callable[..., Customer]:
    def make(name: str = "王伟", **given: Any) -> Customer:
        draft = CustomerDraft(name=name, org_unit_id=org.branch.pk, details=PersonDraft(**given))
        return customers.register_customer(draft, by=BY)

    return make


@pytest.fixture
def account(person: Callable[..., Customer]) -> Callable[..., tuple[Customer, User]]:
    """A customer whose account the number opens."""

    def make(name: str = "王伟", mobile: str = MOBILE, **given: Any) -> tuple[Customer, User]:
        customer = person(name, mobile=mobile, **given)
        user = create_customer_user(name=name, language="zh-hans", by=BY)
        customers.open_portal_account(customer.pk, user_id=user.pk, by=BY, mobile=mobile)
        return customer, user

    return make


@pytest.fixture
def by_code() -> Callable[..., Client]:
    """Through the door with a number; the client as it is afterwards."""

    def enter(mobile: str = MOBILE, client: Client | None = None) -> Client:
        client = client or Client()
        client.post("/home/sign-in/", {"mobile": mobile})
        client.post("/home/sign-in/code/", {"code": newest_code()})
        return client

    return enter
