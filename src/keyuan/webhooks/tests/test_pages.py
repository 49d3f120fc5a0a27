"""The pages of webhooks, in a browser's way: make, see the secret once, test, look, send again, replay, stop."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.fixtures.budgets import QueryBudget
from tests.fixtures.organisation import Organisation

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import system_viewer
from keyuan.customers.models import Customer
from keyuan.webhooks import queries
from keyuan.webhooks.delivering import deliver_due
from keyuan.webhooks.models import Delivery, Endpoint
from keyuan.webhooks.tests.conftest import happens, read_log
from keyuan.webhooks.tests.receiver import Receiver

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_administrator_connects_a_system(
    client_as: Callable[..., Client], receiver: Receiver, org: Organisation, person: Callable[..., Customer]
) -> None:
    client = client_as(Role.ADMINISTRATOR)
    assert "还没有推送地址" in client.get("/desk/webhooks/").content.decode()
    form = {
        "name": "核心系统", "url": receiver.url, "kinds": "contact.*\npolicy.*", "org_unit": org.head_office.pk,
        "purpose": "core_system", "purpose_text": "", "with_data": "on",
    }  # fmt: skip
    wrong = client.post("/desk/webhooks/new/", form)
    assert wrong.status_code == 422
    assert receiver.url in wrong.content.decode(), "nothing typed is lost"
    made = client.post("/desk/webhooks/new/", {**form, "purpose_text": "同步"})
    endpoint = Endpoint.objects.get()
    assert endpoint.secret in made.content.decode()
    page = f"/desk/webhooks/{endpoint.pk}/"
    assert endpoint.secret not in client.get(page).content.decode()
    assert endpoint.secret not in client.get(f"{page}edit/").content.decode()
    tested = client.post(f"{page}ping/").content.decode()
    assert "测试成功" in tested
    customer = person()
    line = happens(customer, "来电咨询")
    read_log()
    deliver_due()
    delivery = Delivery.objects.get()
    listed = client.get(page).content.decode()
    assert f"evt_{line}" in listed
    assert customer.number in listed
    assert f"evt_{line}" not in client.get(f"{page}?state=failed").content.decode()
    looked = client.get(f"/desk/webhooks/deliveries/{delivery.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "来电咨询" in looked
    assert "HTTP 204" in looked
    client.post(f"/desk/webhooks/deliveries/{delivery.pk}/again/")
    deliver_due()
    assert receiver.ids[1:] == [f"evt_{line}"] * 2
    assert client.post(f"{page}replay/", {"since": ""}).status_code == 422
    assert client.post(f"{page}replay/", {"after": "x"}).status_code == 422
    assert client.post(f"{page}replay/", {"since": "2026-01-01T00:00"}).status_code == 302
    rotated = client.post(f"{page}secret/").content.decode()
    endpoint.refresh_from_db()
    assert endpoint.secret in rotated
    client.post(f"{page}active/", {"active": "0"})
    assert "人工停用" in client.get(page).content.decode()
    assert client.get("/desk/webhooks/").status_code == 200


def test_webhooks_are_for_administrators(client_as: Callable[..., Client]) -> None:
    assert client_as(Role.MANAGER).get("/desk/webhooks/").status_code == 403


def test_the_pages_stay_within_their_query_budgets_and_page_through_many_deliveries(
    client_as: Callable[..., Client], made: Callable[..., Endpoint], query_budget: QueryBudget
) -> None:
    client, endpoint = client_as(Role.ADMINISTRATOR), made()
    Delivery.objects.bulk_create(
        Delivery(
            endpoint=endpoint, event_id=number, xid=number, event_name="contact.made",
            state="failed" if number % 100 == 0 else "delivered",
        )
        for number in range(1, 301)
    )  # fmt: skip
    address = f"/desk/webhooks/{endpoint.pk}/"
    with query_budget("webhooks"):
        listed = client.get("/desk/webhooks/")
    assert [(one.waiting, one.given_up) for one in queries.with_counts(viewer=system_viewer("tests"))] == [(0, 3)]
    assert listed.status_code == 200
    with query_budget("webhook-deliveries"):
        first = client.get(address).content.decode()
    assert "evt_300" in first
    assert "evt_1<" not in first
    seen = [client.get(f"{address}?page={page}").content.decode() for page in range(1, 7)]
    assert all(sum(f"evt_{number}<" in page for page in seen) == 1 for number in range(1, 301))
    assert "evt_200" in client.get(f"{address}?state=failed").content.decode()
