"""The changes feed: in order, in scope, and never past somebody who commits late."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests.fixtures.horizon import settled
from tests.fixtures.organisation import Organisation

from keyuan.accounts.actions import create_token
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.customers.models import Customer
from keyuan.eventlog.models import Event
from keyuan.eventlog.positions import NotAPosition, Position, before_moment, position_of
from keyuan.kernel.clock import now
from keyuan.webhooks import queries
from keyuan.webhooks.tests.conftest import happens

pytestmark = pytest.mark.django_db(transaction=True)
Person = Callable[..., Customer]
CONTACTS = ("contact.*",)


def ids(page: queries.FeedPage) -> list[int]:
    return [int(event.id.removeprefix("evt_")) for event in page.events]


def test_reading_on_from_next_gives_each_event_once_in_order(person: Person, viewer: Viewer) -> None:
    customer = person()
    lines = [happens(customer, str(n)) for n in range(7)]
    settled()
    seen: list[int] = []
    page = queries.feed(viewer=viewer, kinds=CONTACTS, limit=3)
    while page.events or page.more:
        seen += ids(page)
        page = queries.feed(viewer=viewer, after=page.next, kinds=CONTACTS, limit=3)
    assert seen == lines
    assert ids(queries.feed(viewer=viewer, after="", kinds=CONTACTS)) == lines, (
        "the beginning again gives the same again"
    )
    assert ids(queries.feed(viewer=viewer, after=page.next, kinds=CONTACTS)) == []


def test_a_cursor_does_not_pass_who_commits_late(person: Person, viewer: Viewer) -> None:
    customer = person()
    settled()
    begin = queries.feed(viewer=viewer, after="latest").next
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
    first = queries.feed(viewer=viewer, after=begin)
    assert ids(first) == [], "nothing that began after a running transaction is shown before it ends"
    other.commit()
    other.close()
    settled()
    assert ids(queries.feed(viewer=viewer, after=first.next)) == [late, early]


def test_the_feed_is_as_wide_as_its_reader(
    person: Person, org: Organisation, viewer_as: Callable[..., Viewer], viewer: Viewer
) -> None:
    here, there = person(unit=org.sub_branch), person("李强", unit=org.other_branch)
    own, other = happens(here), happens(there)
    settled()
    branch = viewer_as(Role.HOTLINE, unit=org.branch)
    assert ids(queries.feed(viewer=branch, kinds=CONTACTS)) == [own]
    assert ids(queries.feed(viewer=viewer, kinds=CONTACTS)) == [own, other]
    assert queries.feed(viewer=STRANGER) == queries.FeedPage((), "", more=False)
    assert ids(queries.feed(viewer=viewer_as(Role.AGENT, unit=org.branch), kinds=CONTACTS)) == []


def test_who_looked_at_what_is_for_who_may_read_the_log(
    viewer: Viewer, viewer_as: Callable[..., Viewer], person: Person
) -> None:
    person()
    settled()
    assert not any(e.category in ("access", "system") for e in queries.feed(viewer=viewer_as(Role.HOTLINE)).events)


def test_a_replay_begins_at_a_moment(person: Person, viewer: Viewer) -> None:
    customer = person()
    happens(customer, "早")
    time.sleep(0.05)
    moment = now()
    time.sleep(0.05)
    late = happens(customer, "晚")
    settled()
    assert ids(queries.feed(viewer=viewer, since=moment, kinds=CONTACTS)) == [late]
    assert ids(queries.feed(viewer=viewer, since=moment + timedelta(hours=1), kinds=CONTACTS)) == []
    assert before_moment(moment - timedelta(days=1)).xid <= Event.objects.order_by("xid").first().xid  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["x", "=", "MTox", "cursor", "MTotMTox", "a" * 80, "5.3", "１"])
def test_a_cursor_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(NotAPosition):
        position_of(text)


def test_a_cursor_says_nothing_and_comes_back_whole() -> None:
    place = Position(2**40, 2**62)
    assert position_of(place.text) == place
    assert str(2**40) not in place.text


def test_the_api_gives_the_feed_to_a_token(person: Person, viewer: Viewer) -> None:
    customer = person(mobile="13812345678")
    line = happens(customer, "想退保")
    _token, text = create_token("同步", scopes=[Permission.SEE_CUSTOMERS], days=1, by=viewer)
    settled()
    asked = Client(headers={"Authorization": f"Bearer {text}"})
    answer = asked.get("/api/v1/events?kinds=contact.made")
    told: dict[str, Any] = answer.json()
    assert [event["id"] for event in told["events"]] == [f"evt_{line}"]
    assert told["events"][0]["data"]["text"] == "想退保"
    assert (told["more"], answer.headers["Retry-After"]) == (False, "5")
    begun = time.monotonic()
    empty = asked.get(f"/api/v1/events?after={told['next']}&wait=1").json()
    assert (empty["events"], empty["next"]) == ([], told["next"])
    assert 0.5 < time.monotonic() - begun < 3
    assert asked.get("/api/v1/events?after=x").json()["code"] == "not_a_cursor"
    assert asked.get("/api/v1/events?kinds=nothing.such").json()["code"] == "kinds_unknown"
    assert asked.get("/api/v1/events?wait=60").status_code == 422
    assert "policy.issued" in [kind["name"] for kind in asked.get("/api/v1/events/kinds").json()]
    assert "13812345678" not in asked.get("/api/v1/events").content.decode()
