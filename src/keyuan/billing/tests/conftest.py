"""A gateway that runs, and somebody who pays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.fixtures.organisation import Organisation

from keyuan.billing import actions, hooks
from keyuan.billing.models import Attempt
from keyuan.billing.sandbox import keys as sandbox_keys
from keyuan.billing.sandbox.server import Sandbox
from keyuan.customers.models import Customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now
from keyuan.kernel.money import Money
from keyuan.policies.tests import factories

BUYER = Actor("customer", "7", "王小明")


@pytest.fixture(scope="session")
def gateway_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys are made once; they take a second."""
    folder = tmp_path_factory.mktemp("gateway")
    sandbox_keys.keys_in(folder)
    return folder


@pytest.fixture
def sandbox(gateway_folder: Path, tmp_path: Path, settings: Any) -> Iterator[Sandbox]:
    """The sandbox gateway over HTTP, with nothing in it yet, and Keyuan configured for it."""
    for name in ("merchant.json", "gateway.pem"):
        (tmp_path / name).write_bytes((gateway_folder / name).read_bytes())
    running = Sandbox(tmp_path, delayed=0.05)
    thread = Thread(target=running.serve, daemon=True)
    thread.start()
    settings.KEYUAN_ALIPAY_APP_ID = ""
    settings.KEYUAN_SANDBOX_GATEWAY_DIR = str(tmp_path)
    settings.KEYUAN_SANDBOX_GATEWAY_URL = f"http://127.0.0.1:{running.port}"
    yield running
    running.shut()
    thread.join(5)


@pytest.fixture(autouse=True)
def _takers_as_before() -> Iterator[None]:
    """Whoever a test lets take payments takes none in the tests after it."""
    before = dict(hooks._TAKERS)
    yield
    hooks._TAKERS.clear()
    hooks._TAKERS.update(before)


@pytest.fixture
def taken(_takers_as_before: None) -> list[str]:
    """The orders that were taken after payment; a taker that refuses what begins with NO."""
    orders: list[str] = []

    def take(attempt: Attempt) -> None:
        if attempt.order_ref.startswith("NO"):
            raise a_refusal()
        orders.append(attempt.order_ref)

    hooks.on_paid(take)
    return orders


def a_refusal() -> Exception:
    """A refusal as a room above would make it."""
    from keyuan.billing.refusals import PaymentTimePast

    return PaymentTimePast()


@pytest.fixture
def buyer(org: Organisation) -> Customer:
    return factories.customer(org.head_office, name="王小明")


@pytest.fixture
def begin(buyer: Customer, sandbox: Sandbox) -> Callable[..., Attempt]:
    """``begin("ORDER-1", amount="128.00")``: an attempt that can be paid for half an hour."""

    def make(order: str = "ORDER-1", *, amount: str = "128.00", **changes: Any) -> Attempt:
        values = {"expires_at": now() + timedelta(minutes=30), "subject": "旅行无忧 · 3天", "by": BUYER, **changes}
        return actions.begin(order, customer_id=buyer.pk, amount=Money(amount), **values)

    return make
