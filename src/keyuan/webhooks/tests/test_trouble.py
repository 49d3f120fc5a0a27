"""What goes wrong: a killed worker, a receiver that hangs, addresses of our own network, endpoints out of scope."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from tests.fixtures.organisation import Organisation

from keyuan.accounts.purposes import Purpose
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.customers.models import Customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now
from keyuan.webhooks import actions, delivering
from keyuan.webhooks.delivering import deliver_due
from keyuan.webhooks.models import Delivery, Endpoint
from keyuan.webhooks.refusals import AddressNotAllowed, EndpointNotFound, KindsMalformed, OutsideScope
from keyuan.webhooks.sending import post
from keyuan.webhooks.tests.conftest import happens, read_log
from keyuan.webhooks.tests.receiver import Receiver

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system("tests")
Made = Callable[..., Endpoint]
Person = Callable[..., Customer]


def ids(*lines: int) -> list[str]:
    return [f"evt_{line}" for line in lines]


WORKER = """
import os, sys, threading
os.environ["DJANGO_SETTINGS_MODULE"] = "keyuan.settings.test"
import django
django.setup()
from django.conf import settings
from django.db import connection
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
settings.KEYUAN_SANDBOX, settings.KEYUAN_WEBHOOK_NETWORKS = True, ["127.0.0.0/8"]
from keyuan.webhooks import delivering
while True:
    delivering.deliver_due()
"""


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(made: Made, person: Person, receiver: Receiver) -> None:
    made(kinds=("contact.made",))
    lines = [happens(person(f"客户{n}")) for n in range(30)]
    read_log()
    receiver.delay = 0.2
    name = connection.settings_dict["NAME"]
    worker = subprocess.Popen([sys.executable, "-c", WORKER, name], env={**os.environ, "DATABASE_URL": ""})
    deadline = time.monotonic() + 60
    while len(receiver.got) < 6 and time.monotonic() < deadline:
        time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    receiver.delay = 0.0
    seen = set(receiver.ids)
    assert 0 < len(seen) < 30
    assert Delivery.objects.filter(state="pending").count() > 0
    Delivery.objects.filter(leased_until__isnull=False).update(leased_until=now())  # two minutes later
    while deliver_due():
        pass
    assert set(receiver.ids) == set(ids(*lines)), "nothing lost, and what came twice came with the same id"
    assert not Delivery.objects.exclude(state="delivered").exists()


def test_an_endpoint_is_refused_what_it_may_not_have(
    made: Made, org: Organisation, viewer_as: Callable[..., Viewer], receiver: Receiver
) -> None:
    branch = viewer_as(Role.ADMINISTRATOR, unit=org.branch)
    endpoint = made()
    draft = actions.EndpointDraft(
        name="x",
        url=receiver.url,
        kinds=("*",),
        org_unit_id=org.other_branch.pk,
        purpose=Purpose.SERVICE,
        purpose_text="x",
    )
    with pytest.raises(OutsideScope):
        actions.add_endpoint(draft, by=branch)
    with pytest.raises(EndpointNotFound):
        actions.disable_endpoint(endpoint.pk, by=branch)
    with pytest.raises(KindsMalformed):
        made(kinds=("nothing.such",))
    with pytest.raises(AddressNotAllowed):
        made(url="ftp://example.com/")
    assert Endpoint.objects.count() == 1


def test_our_own_neighbours_are_not_asked_and_a_redirect_is_not_followed(
    settings: Any, made: Made, person: Person, receiver: Receiver
) -> None:
    receiver.statuses, receiver.headers = [302], {"Location": "http://169.254.169.254/"}
    answer = post(receiver.url, b"{}", {"webhook-id": "x"})
    assert (answer.status, answer.taken, len(receiver.got)) == (302, False, 1)
    made(kinds=("contact.made",))
    settings.KEYUAN_WEBHOOK_NETWORKS = []
    receiver.got.clear()
    happens(person())
    read_log()
    deliver_due()
    assert receiver.got == []
    assert "内部网络" in Delivery.objects.get().last_error


def test_a_receiver_that_does_not_answer_is_left_in_time(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyuan.webhooks.sending.SECONDS", 0.3)
    receiver.delay = 2.0
    begun = time.monotonic()
    answer = post(receiver.url, b"{}", {"webhook-id": "x"})
    assert (answer.status, answer.taken) == (None, False)
    assert time.monotonic() - begun < 1.5


def test_old_deliveries_are_forgotten_but_never_what_waits(made: Made, person: Person, receiver: Receiver) -> None:
    customer = person()
    made(kinds=("contact.made",))
    happens(customer)
    read_log()
    deliver_due()
    happens(customer)
    read_log()
    Delivery.objects.filter(state="delivered").update(done_at=now() - timedelta(days=31))
    delivering.forget_old()
    assert list(Delivery.objects.values_list("state", flat=True)) == ["pending"]
