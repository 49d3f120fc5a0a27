"""A purchase as far as its identity check, made over the pages, and who may look at it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.evidence.models import Trace
from keyuan.orders.access import Holder
from keyuan.orders.tests.conftest import Fill, filled, someone
from keyuan.products.bulk import offer_shipped_products

__all__ = ["filled", "someone"]


@pytest.fixture
def buyer(someone: Holder) -> Client:
    """The customer, signed in."""
    offer_shipped_products()
    client = Client()
    client.force_login(User.objects.get(pk=someone.viewer.user_id))
    return client


@pytest.fixture
def bought(filled: Fill, buyer: Client) -> Trace:
    """An order whose clauses were read and whose whole was looked over, and submitted."""
    order, _holder = filled("TRV")
    address = f"/home/orders/{order.pk}/"
    buyer.get(f"{address}read/")
    buyer.get(f"{address}check/")
    buyer.post(f"{address}submit/", headers={"Referer": f"http://testserver{address}check/"})
    trace = Trace.objects.get(sale=order.pk)
    Trace.objects.filter(pk=trace.pk).update(customer=order.customer_id, number=order.number)
    trace.refresh_from_db()
    return trace


@pytest.fixture
def clerk(user_as: Callable[..., User], org: Organisation) -> Client:
    """Somebody of the hotline in the customer's branch."""
    client = Client()
    client.force_login(user_as(Role.HOTLINE, unit=org.branch))
    return client
