"""Contact notes and tasks: what happens, what is refused, and what then did not happen."""

from datetime import timedelta

import pytest

from keyuan.accounts.access import NotPermitted
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER
from keyuan.customers.refusals import CustomerNotFound
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import now
from keyuan.policies.tests import factories as make
from keyuan.servicedesk import actions, queries, refusals
from keyuan.servicedesk.models import Task

pytestmark = pytest.mark.django_db
CALL = {"channel": "call", "direction": "outbound"}


def test_a_note_is_one_line_of_the_log():
    customer, by = make.customer(), make.staff()
    line = actions.note_contact(customer.pk, **CALL, outcome="reached", text=" 已说明续保报价 ", by=by)
    stored = Event.objects.get(pk=line.pk)
    assert stored.name == "contact.made"
    assert stored.customer_id == customer.pk
    assert stored.org_unit_id == customer.org_unit_id
    assert stored.actor_name == "柜员小张"
    assert stored.payload == {
        "channel": "call",
        "direction": "outbound",
        "outcome": "reached",
        "text": "已说明续保报价",
    }


def test_a_note_keeps_the_time_of_the_contact():
    moment = now() - timedelta(days=3)
    line = actions.note_contact(make.customer().pk, **CALL, text="昨天的电话", occurred_at=moment, by=make.staff())
    assert Event.objects.get(pk=line.pk).occurred_at == moment


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"text": "  "}, refusals.EmptyNote),
        ({"text": "长" * 4001}, refusals.NoteTooLong),
        ({"text": "明天", "occurred_at": now() + timedelta(days=1)}, refusals.ContactInTheFuture),
    ],
)
def test_a_note_that_says_nothing_or_comes_from_the_future_is_refused(changes, refusal):
    with pytest.raises(refusal):
        actions.note_contact(make.customer().pk, **CALL, **changes, by=make.staff())
    assert not Event.objects.filter(name="contact.made").exists()


def test_nobody_notes_a_contact_with_a_customer_whom_they_do_not_see():
    customer = make.customer(make.branch("SZ"))
    with pytest.raises(CustomerNotFound):
        actions.note_contact(customer.pk, **CALL, text="x", by=make.staff(Role.HOTLINE, make.branch("NJ")))
    with pytest.raises(NotPermitted):
        actions.note_contact(customer.pk, **CALL, text="x", by=STRANGER)
    with pytest.raises(NotPermitted):
        actions.note_contact(customer.pk, **CALL, text="x", by=make.staff(Role.ANALYST))
    assert not Event.objects.filter(name="contact.made").exists()


def test_a_task_is_made_done_and_taken_up_again():
    customer, by = make.customer(), make.staff()
    task = actions.create_task(customer.pk, title="回访", due_at=now() + timedelta(days=2), by=by)
    assert list(queries.open_tasks(by)) == [task]
    assert list(queries.tasks_of(customer.pk, viewer=by)) == [task]

    actions.complete_task(task.pk, by=by)
    assert list(queries.open_tasks(by)) == []
    with pytest.raises(refusals.TaskAlreadyDone):
        actions.complete_task(task.pk, by=by)

    actions.reopen_task(task.pk, by=by)
    assert list(queries.open_tasks(by)) == [task]
    with pytest.raises(refusals.TaskIsOpen):
        actions.reopen_task(task.pk, by=by)
    assert list(Event.objects.filter(customer_id=customer.pk).order_by("id").values_list("name", flat=True)) == [
        "task.created",
        "task.done",
        "task.reopened",
    ]


def test_somebody_elses_task_of_an_unseen_customer_cannot_be_done():
    by = make.staff(Role.HOTLINE, make.branch("SZ"))
    task = actions.create_task(make.customer(make.branch("SZ")).pk, title="回访", due_at=now(), by=by)
    with pytest.raises(queries.TaskNotFound):
        actions.complete_task(task.pk, by=make.staff(Role.HOTLINE, make.branch("NJ")))
    assert Task.objects.get(pk=task.pk).done_at is None
    assert list(queries.visible_tasks(STRANGER)) == []
