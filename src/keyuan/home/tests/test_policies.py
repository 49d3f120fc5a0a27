"""The customer's own policies: the card with its buttons, the document, premiums, and what stands of others' (nothing)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.fixtures.budgets import QueryBudget

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.billing.models import Attempt
from keyuan.billing.sandbox.server import Sandbox
from keyuan.billing.tests.conftest import gateway_folder, sandbox
from keyuan.customers.models import Customer
from keyuan.eventlog.models import Event
from keyuan.journeys.document import make
from keyuan.journeys.tests.test_insure import pay, ready
from keyuan.orders.tests.conftest import Fill, filled, someone
from keyuan.policies.models import Policy
from keyuan.policies.numbers import check_of
from keyuan.policies.tests import factories
from keyuan.products.bulk import offer_shipped_products

__all__ = ["filled", "gateway_folder", "sandbox", "someone"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def bought(db: None, filled: Fill, sandbox: Sandbox) -> Callable[..., tuple[Client, Policy]]:
    """Somebody who has just bought, signed in."""
    offer_shipped_products()

    def buy(code: str = "TRM") -> tuple[Client, Policy]:
        order, holder = filled(code)
        pay(ready(order, holder))
        client = Client()
        client.force_login(User.objects.get(pk=holder.viewer.user_id))
        return client, Policy.objects.get()

    return buy


def test_a_policy_has_a_button_each_for_document_change_claim_and_giving_back(
    bought: Callable[..., tuple[Client, Policy]], query_budget: QueryBudget
) -> None:
    client, policy = bought()
    with query_budget("home-policy"):
        page = client.get(f"/home/policies/{policy.pk}/").content.decode()
    assert f'href="/home/policies/{policy.pk}/document.pdf"' in page
    assert f'href="/home/policies/{policy.pk}/#change"' in page
    assert f'href="/home/policies/{policy.pk}/#claim"' in page
    assert f'href="/home/policies/{policy.pk}/give-back/"' in page
    assert "还有 20 天" in page
    assert "现在缴这一期" in page
    listed = client.get("/home/policies/").content.decode()
    assert "退保，全额退款（还有 20 天）" in listed


def test_cover_of_a_year_or_less_has_no_giving_back(bought: Callable[..., tuple[Client, Policy]]) -> None:
    client, policy = bought("TRV")
    assert "give-back" not in client.get(f"/home/policies/{policy.pk}/").content.decode()
    assert "不在犹豫期内" in client.get(f"/home/policies/{policy.pk}/give-back/").content.decode()


def test_a_journeys_cover_was_paid_at_once_and_waits_for_no_renewal(
    bought: Callable[..., tuple[Client, Policy]],
) -> None:
    client, policy = bought("TRV")
    for address in (f"/home/policies/{policy.pk}/", "/home/policies/"):
        page = client.get(address).content.decode()
        assert "一次交清" in page
        assert "趸交" not in page
        assert "续保日" not in page


def test_the_document_opens_once_it_is_made_and_each_opening_is_a_line(
    bought: Callable[..., tuple[Client, Policy]],
) -> None:
    client, policy = bought("TRV")
    address = f"/home/policies/{policy.pk}/document.pdf"
    waits = client.get(address).content.decode()
    assert "正在生成" in waits
    assert f'hx-get="{address}"' in waits
    assert "正在生成" in client.get(address, headers={"HX-Request": "true"}).content.decode()
    make(policy.pk)
    # The waiting page is led on; that alone is no opening.
    assert client.get(address, headers={"HX-Request": "true"})["HX-Redirect"] == address
    assert not Event.objects.filter(name="policy.document_taken").exists()
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline")
    assert "no-store" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    line = Event.objects.get(name="policy.document_taken")
    assert (line.actor_kind, line.subject_id) == ("customer", str(policy.pk))


def test_nobody_else_reaches_anything_of_it(
    bought: Callable[..., tuple[Client, Policy]], user_as: Callable[..., User]
) -> None:
    _client, policy = bought()
    make(policy.pk)
    other = Client()
    other.force_login(user_as(Role.CUSTOMER))
    for end in ("", "document.pdf", "give-back/"):
        assert other.get(f"/home/policies/{policy.pk}/{end}").status_code == 404
    for end in ("pay/", "give-back/"):
        assert other.post(f"/home/policies/{policy.pk}/{end}").status_code == 404
    assert Attempt.objects.count() == 1
    assert not Event.objects.filter(name="policy.document_taken").exists()


def test_an_imported_policy_says_why_it_has_no_document(
    bought: Callable[..., tuple[Client, Policy]],
) -> None:
    client, _policy = bought("TRV")
    old = factories.policy(Customer.objects.get())
    page = client.get(f"/home/policies/{old.pk}/").content.decode()
    assert "这张保单不是在网上投保的" in page
    assert "document.pdf" not in page
    assert client.get(f"/home/policies/{old.pk}/document.pdf").status_code == 404


def test_the_next_premium_is_paid_from_the_policys_page(bought: Callable[..., tuple[Client, Policy]]) -> None:
    client, policy = bought("TRM")
    page = client.post(f"/home/policies/{policy.pk}/pay/").content.decode()
    attempt = Attempt.objects.latest("pk")
    assert (attempt.purpose, attempt.customer_id) == ("premium", policy.customer_id)
    assert "去支付宝付款" in page
    assert attempt.return_url.endswith(f"/home/policies/{policy.pk}/?paid=premium")


def test_whoever_has_the_document_sees_that_it_is_ours_and_nobody_guesses_the_address(
    bought: Callable[..., tuple[Client, Policy]], fresh_counts: Any
) -> None:
    _client, policy = bought("TRV")
    make(policy.pk)
    address, stranger = f"/p/policies/{policy.number}/{check_of(policy.number)}/", Client()
    page = stranger.get(address).content.decode()
    assert policy.number in page
    assert "林慧" not in page
    line = Event.objects.get(name="policy.document_made")
    assert line.payload["sha256"] in page
    assert stranger.get(f"/p/policies/{policy.number}/aaaaaaaaaaaaaaaa/").status_code == 404
    other = factories.policy(Customer.objects.get())
    assert stranger.get(f"/p/policies/{other.number}/{check_of(other.number)}/").status_code == 404
