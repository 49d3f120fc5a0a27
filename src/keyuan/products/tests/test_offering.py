"""The catalogue of an insurer who has just begun: empty, until somebody who may puts the shipped products on sale."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.eventlog.models import Event
from keyuan.products.definition.book import shipped
from keyuan.products.models import ProductVersion

pytestmark = pytest.mark.django_db


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_fresh_insurer_puts_the_shipped_products_on_sale_with_one_button(user_as: Callable[..., User]) -> None:
    reader, keeper = Client(), Client()
    reader.force_login(user_as(Role.HOTLINE))
    keeper.force_login(user_as(Role.ADMINISTRATOR))
    assert "载入随附的产品" not in page(reader, "/desk/products/")
    assert reader.post("/desk/products/shipped/").status_code == 403
    assert not ProductVersion.objects.exists()
    assert "载入随附的产品" in page(keeper, "/desk/products/")
    assert keeper.post("/desk/products/shipped/")["Location"] == "/desk/products/"
    assert ProductVersion.objects.filter(published_at__isnull=False).count() == len(shipped())
    assert Event.objects.filter(name="product.version_published", actor_kind="user").count() == len(shipped())
    assert "载入随附的产品" not in page(keeper, "/desk/products/")
    # Again, nothing is there twice.
    keeper.post("/desk/products/shipped/")
    assert ProductVersion.objects.count() == len(shipped())
