"""The products through the API: what is on sale, one whole, its versions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import viewer_of
from keyuan.products import actions
from keyuan.products.bulk import offer_shipped_products

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(user_as: Callable[..., User]) -> Client:
    offer_shipped_products()
    client = Client()
    client.force_login(user_as(Role.AGENT))
    return client


def test_the_products_on_sale_are_listed(client: Client) -> None:
    found = client.get("/api/v1/products").json()
    assert len(found) == 13
    term = next(one for one in found if one["code"] == "TRM")
    assert term["name"] == {"zh": "顶梁柱定期寿险", "en": "Breadwinner Term Life"}
    assert (term["version"], term["line"], term["long_term"]) == (1, "life", True)
    assert [one["code"] for one in client.get("/api/v1/products?line=motor").json()] == ["MOT"]
    assert client.get("/api/v1/products?on=2025-12-31").json() == []


def test_one_product_comes_whole_with_exact_numbers(client: Client) -> None:
    whole = client.get("/api/v1/products/TRM").json()
    assert whole["definition"]["rating"]["interest"] == "0.02"
    assert whole["definition"]["coverages"][0]["kind"] == "death"
    assert len(whole["digest"]) == 64


def test_a_day_or_a_number_without_a_version_is_refused_by_name(client: Client) -> None:
    assert client.get("/api/v1/products/XXX").json()["code"] == "product_not_found"
    assert client.get("/api/v1/products/TRM?version=7").json()["code"] == "product_version_not_found"
    answer = client.get("/api/v1/products/TRM?on=2025-01-01")
    assert (answer.status_code, answer.json()["code"]) == (409, "product_not_on_sale")


def test_the_versions_of_a_product_hide_drafts_from_the_front_line(
    client: Client, user_as: Callable[..., User]
) -> None:
    author = user_as(Role.UNDERWRITER)
    actions.draft_version("TRM", by=viewer_of(author))
    assert [one["version"] for one in client.get("/api/v1/products/TRM/versions").json()] == [1]
    other = Client()
    other.force_login(author)
    found = other.get("/api/v1/products/TRM/versions").json()
    assert [(one["version"], one["state"]) for one in found] == [(2, "draft"), (1, "published")]


def test_a_stranger_is_told_to_come_with_a_key() -> None:
    assert Client().get("/api/v1/products").status_code == 401
