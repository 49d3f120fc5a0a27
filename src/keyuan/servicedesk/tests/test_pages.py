"""The forms and pages of the service desk, as a browser uses them."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import now, today
from keyuan.policies.tests import factories as make
from keyuan.servicedesk import actions
from keyuan.servicedesk.models import Complaint, Task

pytestmark = pytest.mark.django_db


def desk(role: Role = Role.COUNTER, unit=None) -> tuple[Client, object]:
    by = make.staff(role, unit)
    client = Client()
    client.force_login(User.objects.get(pk=by.user_id))
    return client, by


def url(name: str, *args) -> str:
    return reverse(f"servicedesk:{name}", args=args)


def events_of(response) -> dict:
    return json.loads(response["HX-Trigger"])


def test_a_note_typed_at_the_desk_is_a_line_and_the_timeline_hears_of_it():
    client, _ = desk()
    customer = make.customer()
    assert client.get(url("note_contact", customer.pk)).status_code == 200
    response = client.post(
        url("note_contact", customer.pk),
        {"text": "问续保价格", "channel": "wechat", "direction": "inbound", "outcome": "", "occurred_at": ""},
    )
    assert response.status_code == 200
    assert "timeline-changed" in events_of(response)
    line = Event.objects.get(name="contact.made")
    assert (line.payload["text"], line.payload["channel"]) == ("问续保价格", "wechat")


def test_nothing_typed_is_lost_when_a_note_is_refused():
    client, _ = desk()
    response = client.post(
        url("note_contact", make.customer().pk),
        {"text": "客户说下周再谈", "channel": "call", "direction": "inbound", "occurred_at": "2999-01-01T09:00"},
    )
    assert response.status_code == 422
    page = response.content.decode()
    assert "客户说下周再谈" in page
    assert "2999-01-01T09:00" in page
    assert "联系时间在未来" in page
    assert "HX-Trigger" not in response
    assert not Event.objects.filter(name="contact.made").exists()


def test_a_call_back_agreed_for_a_time_becomes_a_task():
    client, by = desk()
    customer = make.customer()
    when = (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    response = client.post(
        url("call_outcome", customer.pk),
        {"outcome": "reached", "direction": "outbound", "text": "在开会", "call_back_at": when},
    )
    assert {"timeline-changed", "tasks-changed"} <= set(events_of(response))
    assert Event.objects.get(name="contact.made").payload["outcome"] == "call_back"
    task = Task.objects.get()
    assert (task.customer_id, task.owner_id) == (customer.pk, by.user_id)


def test_a_task_is_given_ticked_off_and_taken_up_again():
    client, by = desk()
    customer = make.customer()
    fields = {"title": "寄送保单", "due_at": "2026-12-01T10:00", "owner": by.user_id, "note": ""}
    response = client.post(url("create_task", customer.pk), fields)
    assert "tasks-changed" in events_of(response)
    task = Task.objects.get()
    done = client.post(url("complete_task", task.pk))
    assert events_of(done)["keyuan:toast"]["undo"]["url"] == url("reopen_task", task.pk)
    assert Task.objects.get().done_at is not None
    client.post(url("reopen_task", task.pk))
    assert Task.objects.get().done_at is None


def test_a_task_is_not_given_to_another_branch():
    client, _ = desk(Role.HOTLINE, make.branch("SZ"))
    other = make.staff(Role.HOTLINE, make.branch("NJ"))
    fields = {"title": "回访", "due_at": "2026-12-01T10:00", "owner": other.user_id}
    response = client.post(url("create_task", make.customer(make.branch("SZ")).pk), fields)
    assert response.status_code == 422
    assert not Task.objects.exists()


def test_my_tasks_are_listed_by_when_they_are_due():
    client, by = desk()
    customer = make.customer()
    for days, title in ((-2, "过期的"), (0, "今天的"), (3, "本周的"), (30, "以后的")):
        actions.create_task(customer.pk, title=title, due_at=now() + timedelta(days=days), by=by)
    actions.create_task(customer.pk, title="别人的", due_at=now(), by=make.staff())

    def titles(**asked):
        return [row["task"].title for row in client.get(url("tasks"), asked).context["rows"]]

    assert titles() == ["过期的", "今天的", "本周的", "以后的"]
    assert titles(time="overdue") == ["过期的"]
    assert titles(time="today") == ["今天的"]
    assert titles(time="week") == ["今天的", "本周的"]
    assert titles(time="later") == ["以后的"]
    assert titles(sort="-due") == ["以后的", "本周的", "今天的", "过期的"]
    assert titles(q="本周") == ["本周的"]
    assert "别人的" in titles(whose="unit")


def test_the_list_of_tasks_takes_few_queries(django_assert_max_num_queries):
    client, by = desk()
    customer = make.customer()
    for _ in range(8):
        actions.create_task(customer.pk, title="回访", due_at=now(), by=by)
    client.get(url("tasks"))
    with django_assert_max_num_queries(6):
        client.get(url("tasks"))


def test_a_complaint_is_received_and_dealt_with_step_by_step():
    client, _ = desk()
    customer = make.customer()
    fields = {"summary": "等了三周", "reason": "claim_speed", "channel": "call", "policy": "", "received_at": ""}
    response = client.post(url("receive_complaint", customer.pk), fields)
    assert "complaints-changed" in events_of(response)
    complaint = Complaint.objects.get()

    page = client.get(url("complaint", complaint.pk))
    assert {step.code for step in page.context["steps"]} == {"find_complex", "decide"}
    assert page.context["held"].deadline == today() + timedelta(days=15)
    refused = client.post(url("complaint_step", complaint.pk, "close"), {"text": "算了"})
    assert refused.status_code == 422
    missing = client.post(url("complaint_step", complaint.pk, "decide"), {"text": "补付利息", "upheld": ""})
    assert missing.status_code == 422
    assert "补付利息" in missing.content.decode()
    for step, data in (("decide", {"upheld": "1", "text": "补付"}), ("tell", {"channel": "call"}), ("close", {})):
        assert client.post(url("complaint_step", complaint.pk, step), data).status_code == 302
    complaint.refresh_from_db()
    assert complaint.closed_at is not None
    assert client.get(url("complaints")).context["page"].items == []
    assert len(client.get(url("complaints"), {"state": "closed"}).context["page"].items) == 1


def test_another_branch_finds_neither_customer_nor_complaint_nor_task():
    by = make.staff(Role.HOTLINE, make.branch("SZ"))
    customer = make.customer(make.branch("SZ"))
    complaint = actions.receive_complaint(customer.pk, channel="call", reason="other", summary="测试", by=by)
    task = actions.create_task(customer.pk, title="回访", due_at=now(), by=by)
    client, _ = desk(Role.HOTLINE, make.branch("NJ"))
    assert client.get(url("note_contact", customer.pk)).status_code == 404
    assert client.get(url("complaint", complaint.pk)).status_code == 404
    assert client.post(url("complaint_step", complaint.pk, "decide"), {"upheld": "1"}).status_code == 404
    assert client.post(url("complete_task", task.pk)).status_code == 404
    assert client.get(url("complaints")).context["page"].items == []
    assert Task.objects.get().done_at is None
    analyst, _ = desk(Role.ANALYST)
    assert analyst.get(url("tasks")).status_code == 403
