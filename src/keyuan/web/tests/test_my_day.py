"""My day: what is due in the order in which one does it, and what the rooms contribute."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.kernel.clock import now, today
from keyuan.policies.tests import factories as make
from keyuan.retention.models import RenewalCase
from keyuan.servicedesk import actions
from keyuan.web import my_day
from keyuan.web.panels import panels

pytestmark = pytest.mark.django_db


def client_of(viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def test_overdue_comes_first_then_todays_calls_then_the_rest_and_what_comes_next():
    by, moment = make.staff(), now().replace(hour=4)  # noon in Shanghai
    for title, due_at, kind in (
        ("迟了", moment - timedelta(days=1), "other"),
        ("寄单", moment + timedelta(hours=1), "document"),
        ("打电话", moment + timedelta(hours=2), "call"),
        ("下周", moment + timedelta(days=7), "call"),
    ):
        actions.create_task(None, title=title, due_at=due_at, kind=kind, by=by)
    actions.create_task(None, title="别人的", due_at=moment, by=make.staff())
    groups = {group.code: [task.title for task in group.tasks] for group in my_day.task_groups(by, now=moment)}
    assert groups == {"overdue": ["迟了"], "calls": ["打电话"], "today": ["寄单"], "later": ["下周"]}


def test_the_rooms_panels_are_fragments_that_the_page_loads_later():
    by = make.staff()
    page = client_of(by).get("/").content.decode()
    found = panels(by)
    assert [panel["code"] for panel in found] == ["renewals", "done"]
    assert all(f'hx-get="{panel["url"]}"' in page for panel in found)
    assert panels(make.staff(Role.ANALYST)) == []


def test_what_was_done_today_is_shown_to_who_did_it():
    by = make.staff()
    task = actions.create_task(None, title="回访", due_at=now(), by=by)
    actions.complete_task(task.pk, by=by)
    address = reverse("servicedesk:done_today")
    assert "回访" in client_of(by).get(address).content.decode()
    assert "回访" not in client_of(make.staff()).get(address).content.decode()


def test_without_renewals_to_call_about_the_panel_says_so():
    answer = client_of(make.staff(Role.AGENT)).get(reverse("web:day_renewals"))
    assert answer.status_code == 200
    assert "今天没有要联系的续保" in answer.content.decode()


def test_the_calendar_feed_holds_the_renewals_to_call_about_by_number_and_nobody_elses():
    by, other, customer = make.staff(), make.staff(), make.customer(name="欧阳隐秘")
    day = today()
    policy = make.policy(
        customer, starts_on=day - timedelta(days=335), ends_on=day + timedelta(days=30), signed_on=day - timedelta(340)
    )
    RenewalCase.objects.create(customer=customer, policy=policy, due_on=policy.ends_on, assignee_id=by.user_id)
    _, secret = actions.make_feed(name="手机", by=by)
    _, others = actions.make_feed(name="手机", by=other)
    text = Client().get(reverse("servicedesk:calendar", args=[secret])).content.decode()
    assert policy.number in text
    assert "欧阳隐秘" not in text
    assert policy.number not in Client().get(reverse("servicedesk:calendar", args=[others])).content.decode()
