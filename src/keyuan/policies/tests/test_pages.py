"""The list and the page of policies, as a browser uses them."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.policies.models import PolicyFact
from keyuan.policies.states import FactKind, PolicyStatus
from keyuan.policies.tests import factories as make

pytestmark = pytest.mark.django_db
LIST = "/desk/policies/"


def desk(role: Role = Role.COUNTER, unit=None) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=make.staff(role, unit).user_id))
    return client


def page_of(policy) -> str:
    return reverse("policies:detail", args=[policy.pk])


def numbers(response) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', response.content.decode())


def test_the_list_shows_filters_as_chips_and_sorts(django_assert_max_num_queries):
    holder = make.customer()
    motor, life = make.policy(holder), make.life_policy(holder)
    client = desk()
    client.get(LIST)
    with django_assert_max_num_queries(12):
        response = client.get(LIST)
    assert set(numbers(response)) == {motor.number, life.number}
    response = client.get(LIST, {"line": "life", "sort": "-premium"})
    assert numbers(response) == [life.number]
    assert response.context["chips"] == [{"word": "寿险", "address": "?sort=-premium"}]
    assert numbers(client.get(LIST, {"sort": "premium"})) == [motor.number, life.number]
    assert numbers(client.get(LIST, {"status": PolicyStatus.SUSPENDED})) == [life.number]
    assert numbers(client.get(LIST, {"text": motor.number[:11]})) == [motor.number]


def test_the_page_shows_the_policy_of_any_day():
    policy = make.life_policy(make.customer())
    client = desk()
    response = client.get(page_of(policy), {"on": "2025-03-15"})
    assert response.context["held"].statuses == {PolicyStatus.ON_RISK, PolicyStatus.IN_GRACE}
    assert response.context["steps"] == []
    assert "宽限期内" in response.content.decode()
    assert client.get(page_of(policy), {"on": "nonsense"}).status_code == 200


def test_a_step_is_taken_and_a_refused_one_gives_back_what_was_typed():
    policy = make.policy(make.customer())
    client = desk()
    step = reverse("policies:step", args=[policy.pk, "request-cancellation"])
    assert client.post(step, {"on": "2026-05-01", "note": "搬家"}).status_code == 302
    assert PolicyFact.objects.get().kind == FactKind.CANCEL_REQUESTED
    again = client.post(step, {"on": "2026-05-02", "note": "再次申请"})
    assert again.status_code == 422
    assert "再次申请" in again.content.decode()
    assert "已有退保申请" in again.content.decode()
    assert PolicyFact.objects.count() == 1


def test_a_premium_needs_an_amount_and_the_hotline_may_not_take_it():
    policy = make.policy(make.customer())
    step = reverse("policies:step", args=[policy.pk, "premium"])
    assert desk().post(step, {"on": "2026-05-01"}).status_code == 422
    assert desk(Role.HOTLINE).post(step, {"on": "2026-05-01", "amount": "1200"}).status_code == 403
    assert not PolicyFact.objects.exists()
    assert desk().post(step, {"on": "2026-05-01", "amount": "1200"}).status_code == 302
    assert PolicyFact.objects.get().amount == 1200


def test_another_branch_finds_nothing():
    policy = make.policy(make.customer(make.branch("SZ")))
    client = desk(Role.COUNTER, make.branch("NJ"))
    assert client.get(page_of(policy)).status_code == 404
    assert numbers(client.get(LIST)) == []
    step = reverse("policies:step", args=[policy.pk, "premium"])
    assert client.post(step, {"amount": "1", "on": "2026-05-01"}).status_code == 404
    assert Client().get(LIST).status_code == 302
