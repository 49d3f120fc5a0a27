"""Delivered to a real receiver: signed, in order, at least once, with the same ids, and only what is in scope."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from tests.fixtures.horizon import settled
from tests.fixtures.organisation import Organisation

from keyuan.accounts.purposes import Purpose
from keyuan.accounts.scope import Viewer
from keyuan.customers.actions import change_customer, give_consent, withdraw_consent
from keyuan.customers.models import Customer
from keyuan.eventlog.followers import catch_up
from keyuan.eventlog.models import Event
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now
from keyuan.servicedesk.models import Notice
from keyuan.webhooks import actions, queries, signing
from keyuan.webhooks.delivering import deliver_due, replay_some
from keyuan.webhooks.models import Attempt, Delivery, Endpoint
from keyuan.webhooks.states import DeliveryState, DisabledBecause
from keyuan.webhooks.tests.conftest import happens, read_log
from keyuan.webhooks.tests.receiver import Receiver

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system("tests")
Made = Callable[..., Endpoint]
Person = Callable[..., Customer]


def ids(*lines: int) -> list[str]:
    return [f"evt_{line}" for line in lines]


def later(**time_passed: int) -> None:
    """As if so much time had passed for what waits."""
    shift = timedelta(**time_passed)
    for delivery in Delivery.objects.filter(state="pending"):
        delivery.next_at -= shift
        delivery.queued_at -= shift
        delivery.save()
    for endpoint in Endpoint.objects.filter(retry_at__isnull=False):
        endpoint.retry_at -= shift
        endpoint.failing_since -= shift
        endpoint.save()


def test_a_receiver_gets_what_happened_signed(made: Made, person: Person, receiver: Receiver) -> None:
    customer = person("王芳", mobile="13812345678")
    endpoint = made(kinds=("contact.made",))
    line = happens(customer, "想改缴费方式")
    read_log()
    assert deliver_due() == 1
    (headers, body), told = receiver.got[0], json.loads(receiver.got[0][1])
    assert (told["id"], told["type"], told["customer"]) == (
        f"evt_{line}",
        "contact.made",
        {"id": customer.pk, "number": customer.number},
    )
    assert told["data"]["text"] == "想改缴费方式"
    assert headers["webhook-id"] == told["id"]
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    expected = signing.signature(
        endpoint.secret, message_id=told["id"], timestamp=int(headers["webhook-timestamp"]), body=body
    )
    assert headers["webhook-signature"] == expected
    assert "13812345678" not in body.decode()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_status) == ("delivered", 1, 204)
    assert deliver_due() == 0, "nothing goes out twice by itself"


def test_sealed_values_and_without_data_everything_stays_here(made: Made, person: Person, receiver: Receiver) -> None:
    customer = person(mobile="13812345678")
    made(kinds=("customer.changed",), name="有内容")
    made(kinds=("customer.changed",), name="无内容", with_data=False)
    change_customer(customer.pk, changes={"mobile": "13987654321", "name": "王小芳"}, by=SYSTEM)
    read_log()
    deliver_due()
    data = [json.loads(body)["data"] for _headers, body in receiver.got]
    assert {"changes": {"mobile": ["•••", "•••"], "name": ["王芳", "王小芳"]}} in data
    assert {"changed": ["mobile", "name"]} in data


def test_an_endpoint_of_a_branch_gets_that_branch_only(
    made: Made, person: Person, receiver: Receiver, org: Organisation
) -> None:
    here, there = person(unit=org.sub_branch), person("李强", unit=org.other_branch)
    made(kinds=("contact.made",), org_unit_id=org.branch.pk)
    own, other = happens(here), happens(there)
    read_log()
    while deliver_due():
        pass
    assert receiver.ids == ids(own)
    assert not Delivery.objects.filter(event_id=other).exists()


def test_marketing_gets_nobody_who_has_not_agreed_and_nothing_after_they_take_it_back(
    made: Made, person: Person, receiver: Receiver
) -> None:
    agreed, silent = person(), person("李强")
    give_consent(agreed.pk, purpose="marketing", wording="1", channel="counter", by=SYSTEM)
    made(kinds=("contact.made",), purpose=Purpose.MARKETING)
    told, untold = happens(agreed), happens(silent)
    read_log()
    assert list(Delivery.objects.values_list("event_id", flat=True)) == [told]
    withdraw_consent(agreed.pk, purpose="marketing", channel="counter", by=SYSTEM)
    deliver_due()
    assert receiver.got == []
    assert Delivery.objects.get().state == DeliveryState.WITHHELD
    assert untold


def test_a_failure_is_tried_again_later_with_the_same_id_and_the_answer_is_kept(
    made: Made, person: Person, receiver: Receiver
) -> None:
    customer = person()
    endpoint = made(kinds=("contact.made",))
    receiver.statuses = [500, 204]
    line = happens(customer)
    read_log()
    assert deliver_due() == 1
    assert deliver_due() == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_status) == ("pending", 1, 500)
    kept = Attempt.objects.get().response
    assert (kept[:11], len(kept)) == ("answer 500 ", 1024)
    endpoint.refresh_from_db()
    assert endpoint.failing_since is not None
    later(seconds=10)
    assert deliver_due() == 1
    assert receiver.ids == ids(line, line)
    endpoint.refresh_from_db()
    assert (endpoint.failing_since, endpoint.failures) == (None, 0)


def test_one_customers_events_stay_in_order_while_another_customer_goes_on(
    made: Made, person: Person, receiver: Receiver
) -> None:
    one, other = person(), person("李强")
    made(kinds=("contact.made",))
    receiver.statuses = [500, 204]
    first, second, third = happens(one, "一"), happens(one, "二"), happens(other, "三")
    read_log()
    deliver_due()
    later(seconds=10)
    while deliver_due():
        pass
    assert receiver.ids.index(f"evt_{second}") > [i for i, x in enumerate(receiver.ids) if x == f"evt_{first}"][-1]
    assert sorted(set(receiver.ids)) == sorted(ids(first, second, third))
    assert not Delivery.objects.exclude(state="delivered").exists()


def test_an_endpoint_that_is_down_is_asked_once_at_a_time_and_wakes_at_once(
    made: Made, person: Person, receiver: Receiver
) -> None:
    people = [person(f"客户{n}") for n in range(5)]
    endpoint = made(kinds=("contact.made",))
    receiver.statuses = [503]
    happens(people[0])
    read_log()
    deliver_due()
    lines = [happens(one) for one in people]
    read_log()
    assert deliver_due() == 0, "it rests"
    later(seconds=30)
    assert deliver_due() == 1, "one probe"
    receiver.statuses = [204]
    later(seconds=60)
    assert deliver_due() == 1
    while deliver_due():
        pass
    assert set(ids(*lines)) <= set(receiver.ids)
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_a_day_later_a_delivery_is_given_up_and_can_be_sent_again_by_hand(
    made: Made, person: Person, receiver: Receiver, admin: Viewer
) -> None:
    customer = person()
    made(kinds=("contact.made",))
    receiver.statuses = [500]
    line = happens(customer)
    read_log()
    deliver_due()
    later(hours=25)
    deliver_due()
    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.FAILED
    receiver.statuses = [204]
    Endpoint.objects.update(retry_at=None)
    actions.send_again(delivery.pk, by=admin)
    assert deliver_due() == 1
    assert receiver.ids == ids(line, line, line)
    assert Event.objects.filter(name="webhook.resent").count() == 1


def test_an_endpoint_that_fails_for_days_is_disabled_with_a_line_in_the_log_and_a_notice(
    made: Made, person: Person, receiver: Receiver, admin: Viewer
) -> None:
    customer = person()
    endpoint = made(kinds=("contact.made",))
    receiver.statuses = [500]
    happens(customer)
    read_log()
    deliver_due()
    later(hours=20)
    deliver_due()
    assert not Event.objects.filter(name="webhook.disabled").exists()
    later(hours=73)
    happens(customer)
    read_log()
    while deliver_due():
        pass
    endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.disabled_because) == (False, DisabledBecause.FAILING)
    assert Event.objects.filter(name="webhook.disabled", subject_id=str(endpoint.pk)).count() == 1
    settled()
    catch_up("webhook-notices")
    (notice,) = Notice.objects.all()
    assert (notice.user_id, "核心系统" in notice.title) == (admin.user_id, True)
    assert notice.url == f"/desk/webhooks/{endpoint.pk}/"


def test_gone_is_believed_at_once(made: Made, person: Person, receiver: Receiver) -> None:
    made(kinds=("contact.made",))
    receiver.statuses = [410]
    happens(person())
    read_log()
    deliver_due()
    assert Endpoint.objects.get().disabled_because == DisabledBecause.GONE


def test_retry_after_is_heeded(made: Made, person: Person, receiver: Receiver) -> None:
    made(kinds=("contact.made",))
    receiver.statuses, receiver.headers = [429], {"Retry-After": "600"}
    happens(person())
    read_log()
    deliver_due()
    assert Delivery.objects.get().next_at > now() + timedelta(seconds=590)


def test_while_a_secret_is_replaced_both_sign(made: Made, person: Person, receiver: Receiver, admin: Viewer) -> None:
    endpoint = made(kinds=("contact.made",))
    old = endpoint.secret
    fresh = actions.rotate_secret(endpoint.pk, by=admin)
    happens(person())
    read_log()
    deliver_due()
    headers, body = receiver.got[0]
    moment = int(headers["webhook-timestamp"])
    both = [
        signing.signature(key, message_id=headers["webhook-id"], timestamp=moment, body=body) for key in (fresh, old)
    ]
    assert headers["webhook-signature"].split(" ") == both
    Endpoint.objects.update(old_secret_until=now())
    actions.ping(endpoint.pk, by=admin)
    assert len(receiver.got[1][0]["webhook-signature"].split(" ")) == 1
    assert receiver.got[1][0]["webhook-id"].startswith("ping_")
    line = Event.objects.get(name="webhook.secret_rotated")
    assert fresh not in str(line.payload)


def test_a_replay_brings_everything_again_in_order_with_the_same_ids(
    made: Made, person: Person, receiver: Receiver, admin: Viewer
) -> None:
    customer = person()
    before = happens(customer, "建地址之前")
    endpoint = made(kinds=("contact.made",))
    lines = [before, *[happens(customer, f"{n}") for n in range(3)]]
    read_log()
    while deliver_due():
        pass
    assert receiver.ids == ids(*lines[1:])
    receiver.got.clear()
    actions.replay(endpoint.pk, by=admin)
    assert replay_some() == 4
    while deliver_due():
        pass
    assert receiver.ids == ids(*lines)
    receiver.got.clear()
    cursor = queries.payload_of(Delivery.objects.get(event_id=lines[2]).pk, viewer=admin).cursor
    actions.replay(endpoint.pk, after=cursor, by=admin)
    replay_some()
    while deliver_due():
        pass
    assert receiver.ids == ids(lines[3])
    actions.replay(endpoint.pk, since=now() + timedelta(hours=1), by=admin)
    assert replay_some() == 0
    assert Endpoint.objects.get().replay_xid is None


def test_a_line_that_commits_late_is_delivered(made: Made, person: Person, receiver: Receiver) -> None:
    customer = person()
    made(kinds=("contact.made",))
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute(
            "INSERT INTO eventlog_event (name, customer_id, org_unit_id, actor_kind, actor_id, actor_name, subject_type,"
            " subject_id, payload) VALUES ('contact.made', %s, %s, 'system', 't', 't', '', '', '{}') RETURNING id",
            [customer.pk, customer.org_unit_id],
        )
        late = cursor.fetchone()[0]
    early = happens(customer)
    read_log(settled=False)
    deliver_due()
    other.commit()
    other.close()
    read_log()
    while deliver_due():
        pass
    assert receiver.ids == ids(late, early), "what began first is first, and nothing is skipped"
