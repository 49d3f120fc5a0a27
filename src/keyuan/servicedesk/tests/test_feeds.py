"""Calendar feeds: who reads what with which address, and what a calendar never learns."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from keyuan.accounts.models import User
from keyuan.accounts.scope import STRANGER
from keyuan.kernel.clock import COMPANY_ZONE, now
from keyuan.policies.tests import factories as make
from keyuan.servicedesk import actions, queries, refusals
from keyuan.servicedesk.models import CalendarFeed

pytestmark = pytest.mark.django_db


def client_of(viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def events_of(secret: str) -> dict[str, object]:
    answer = Client().get(reverse("servicedesk:calendar", args=[secret]))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    return {str(event["uid"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_a_feed_shows_its_owners_tasks_in_the_companys_zone_with_the_alarm_and_nobody_elses():
    by, other = make.staff(), make.staff()
    due = (now() + timedelta(days=2)).replace(microsecond=0)
    task = actions.create_task(make.customer().pk, title="回访", due_at=due, remind_at=due - timedelta(hours=1), by=by)
    actions.create_task(None, title="别人的", due_at=due, by=other)
    _, secret = actions.make_feed(name="手机", by=by)
    ((uid, event),) = events_of(secret).items()
    assert uid == f"task-{task.pk}@testserver"
    assert str(event["summary"]) == "回访"
    assert event["dtstart"].dt == due
    assert event["dtstart"].params["TZID"] == COMPANY_ZONE.key
    assert [alarm["trigger"].dt for alarm in event.walk("VALARM")] == [timedelta(hours=-1)]


def test_a_calendar_learns_the_customers_number_and_not_the_name():
    by, customer = make.staff(), make.customer(name="欧阳隐秘")
    actions.create_task(customer.pk, title="回电：欧阳隐秘", due_at=now(), note="电话 13987650123", by=by)
    _, secret = actions.make_feed(name="手机", by=by)
    text = Client().get(reverse("servicedesk:calendar", args=[secret])).content.decode()
    assert customer.number in text
    assert "欧阳隐秘" not in text
    assert "13987650123" not in text


def test_what_is_done_is_struck_out_under_the_same_uid():
    by = make.staff()
    task = actions.create_task(None, title="回访", due_at=now(), by=by)
    _, secret = actions.make_feed(name="手机", by=by)
    ((uid, before),) = events_of(secret).items()
    actions.complete_task(task.pk, by=by)
    ((same, after),) = events_of(secret).items()
    assert (str(before["status"]), str(after["status"]), uid) == ("CONFIRMED", "CANCELLED", same)


def test_an_unknown_revoked_or_orphaned_address_is_not_found():
    by = make.staff()
    feed, secret = actions.make_feed(name="手机", by=by)
    address = reverse("servicedesk:calendar", args=[secret])
    assert Client().get(reverse("servicedesk:calendar", args=["x" * 43])).status_code == 404
    assert Client().get(address).status_code == 200
    User.objects.filter(pk=by.user_id).update(is_active=False)
    assert Client().get(address).status_code == 404
    User.objects.filter(pk=by.user_id).update(is_active=True)
    actions.revoke_feed(feed.pk, by=by)
    assert Client().get(address).status_code == 404


def test_only_the_digest_is_kept_and_only_the_owner_revokes():
    by, other = make.staff(), make.staff()
    feed, secret = actions.make_feed(name="手机", by=by)
    assert secret.encode() not in bytes(CalendarFeed.objects.get().digest)
    with pytest.raises(refusals.FeedNotFound):
        actions.revoke_feed(feed.pk, by=other)
    assert not queries.calendar_feeds(viewer=STRANGER).exists()
    assert queries.calendar_feeds(viewer=by).count() == 1


def test_the_address_is_shown_once():
    client = client_of(make.staff())
    client.post(reverse("servicedesk:make_feed"), {"name": "手机"})
    assert ".ics" in client.get(reverse("servicedesk:reminders")).content.decode()
    assert ".ics" not in client.get(reverse("servicedesk:reminders")).content.decode()
