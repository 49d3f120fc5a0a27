"""A receiver that may be reached, customers of two branches, and what happens to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from tests.fixtures.horizon import settled as wait_until_settled
from tests.fixtures.organisation import Organisation

from keyuan.accounts.purposes import Purpose
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.customers.actions import CustomerDraft, PersonDraft, register_customer
from keyuan.customers.models import Customer
from keyuan.eventlog.actions import record
from keyuan.eventlog.followers import catch_up
from keyuan.kernel.actor import Actor
from keyuan.servicedesk.events import CONTACT_MADE
from keyuan.webhooks.actions import EndpointDraft, add_endpoint
from keyuan.webhooks.models import Endpoint
from keyuan.webhooks.tests.receiver import Receiver, receiving

SYSTEM = Actor.system("tests")


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A receiver on this machine, which the settings let us reach by plain http."""
    settings.KEYUAN_SANDBOX = True
    settings.KEYUAN_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    with receiving() as told:
        yield told


@pytest.fixture
def admin(viewer_as: Callable[..., Viewer]) -> Viewer:
    return viewer_as(Role.ADMINISTRATOR)


@pytest.fixture
def made(org: Organisation, admin: Viewer, receiver: Receiver) -> Callable[..., Endpoint]:
    """``made(kinds=("policy.*",))``: an endpoint at the receiver, for the whole company."""

    def make(**changes: Any) -> Endpoint:
        draft: dict[str, Any] = {
            "name": "核心系统",
            "url": receiver.url,
            "kinds": ("*",),
            "org_unit_id": org.head_office.pk,
            "purpose": Purpose.CORE_SYSTEM,
            "purpose_text": "同步",
            "with_data": True,
        }
        return add_endpoint(EndpointDraft(**{**draft, **changes}), by=admin)[0]

    return make


@pytest.fixture
def person(org: Organisation) -> Callable[..., Customer]:
    """``person("王芳", unit=…)``: a customer."""

    def make(name: str = "王芳", unit: Any = None, **details: Any) -> Customer:
        unit = unit or org.branch
        draft = CustomerDraft(name=name, org_unit_id=unit.pk, details=PersonDraft(**details))
        return register_customer(draft, by=SYSTEM)

    return make


def happens(customer: Customer, text: str = "来电") -> int:
    """A contact with the customer; the id of its line."""
    with transaction.atomic():
        line = record(
            CONTACT_MADE,
            by=SYSTEM,
            customer_id=customer.pk,
            org_unit_id=customer.org_unit_id,
            payload={"channel": "phone", "direction": "in", "text": text},
        )
    return line.pk


def read_log(*, settled: bool = True) -> None:
    """What the worker's reader does, once no transaction on the server is older than the last line."""
    if settled:
        wait_until_settled()
    catch_up("webhooks")
