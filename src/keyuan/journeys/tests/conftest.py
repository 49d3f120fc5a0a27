"""Orders ready to be paid, and a gateway that can be told anything."""

from __future__ import annotations

import pytest

from keyuan.billing.tests.conftest import gateway_folder, sandbox
from keyuan.evidence.tests.conftest import superuser
from keyuan.orders.tests.conftest import filled, someone
from keyuan.products.bulk import offer_shipped_products

__all__ = ["filled", "gateway_folder", "sandbox", "someone", "superuser"]


@pytest.fixture(autouse=True)
def _products(db: None) -> None:
    """The shipped products are on sale."""
    offer_shipped_products()
