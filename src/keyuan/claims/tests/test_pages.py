"""The list and the page of claims, as a browser uses them."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.claims import actions
from keyuan.claims.models import Claim
from keyuan.policies.tests import factories as make

pytestmark = pytest.mark.django_db


def desk(role: Role = Role.CLAIMS, unit=None) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=make.staff(role, unit).user_id))
    return client


def url(name: str, *args) -> str:
    return reverse(f"claims:{name}", args=args)


def test_a_claim_is_notified_decided_paid_and_closed_at_the_desk():
    policy = make.policy(make.customer())
    client = desk()
    fields = {"number": "CL001", "occurred_on": "2026-03-01", "notified_on": "2026-03-02", "cause": "追尾"}
    assert client.post(url("notify", policy.pk), fields).status_code == 302
    claim = Claim.objects.get()
    steps = (
        ("complete_papers", {"on": "2026-03-03"}),
        ("decide", {"on": "2026-03-04", "decision": "accepted", "amount": "800"}),
        ("pay", {"on": "2026-03-05", "amount": "800"}),
        ("close", {"on": "2026-03-06", "text": ""}),
    )
    for step, data in steps:
        assert client.post(url("step", claim.pk, step), data).status_code == 302, step
    claim.refresh_from_db()
    assert (claim.paid_amount, claim.closed_on) == (800, date(2026, 3, 6))
    page = client.get(url("detail", claim.pk))
    assert "§23" in page.content.decode()
    assert page.context["steps"] == []


def test_a_refusal_without_reasons_comes_back_with_what_was_typed():
    policy = make.policy(make.customer())
    client = desk()
    outside = {"number": "CL009", "occurred_on": "2025-06-01", "cause": "冰雹"}
    refused = client.post(url("notify", policy.pk), outside)
    assert refused.status_code == 422
    assert "冰雹" in refused.content.decode()
    assert not Claim.objects.exists()
    client.post(url("notify", policy.pk), {**outside, "accept_without_cover": "on"})
    claim = Claim.objects.get()
    response = client.post(url("step", claim.pk, "decide"), {"decision": "refused", "text": "", "on": ""})
    assert response.status_code == 422
    assert "§24" in response.content.decode()
    assert Claim.objects.get().decision == ""


def test_the_list_shows_open_claims_first_and_only_those_in_scope(django_assert_max_num_queries):
    policy = make.policy(make.customer(make.branch("SZ")))
    by = make.staff(Role.CLAIMS)
    for number in ("CL1", "CL2"):
        actions.notify_claim(policy.pk, number=number, occurred_on=date(2026, 3, 1), by=by)
    actions.close_claim(Claim.objects.get(number="CL1").pk, by=by)
    client = desk(Role.CLAIMS, make.branch("SZ"))
    client.get(url("list"))
    with django_assert_max_num_queries(9):
        response = client.get(url("list"))
    assert [row.number for row in response.context["page"].items] == ["CL2"]
    closed = client.get(url("list"), {"state": "closed"})
    assert [row.number for row in closed.context["page"].items] == ["CL1"]
    other = desk(Role.CLAIMS, make.branch("NJ"))
    assert other.get(url("list"), {"state": "all"}).context["page"].items == []
    assert other.get(url("detail", Claim.objects.first().pk)).status_code == 404
    assert desk(Role.COUNTER).post(url("step", Claim.objects.first().pk, "pay"), {"amount": "1"}).status_code == 403
