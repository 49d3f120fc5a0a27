"""A message is written with what it tells of, goes out once, and always comes to an end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from keyuan.accounts.scope import system_viewer
from keyuan.eventlog.models import Event
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now
from keyuan.messages import actions, delivering, queries
from keyuan.messages.actions import Address
from keyuan.messages.models import Message
from keyuan.messages.refusals import NotAgain, StillWaiting
from keyuan.messages.states import Channel, Outcome

BY = Actor.system("test")
TO = Address(Channel.SMS, "139 1234 5678")

pytestmark = pytest.mark.django_db


def opened(**given: Any) -> Message:
    message = actions.send("account_opened", to=TO, values={"name": "王伟"}, by=BY, **given)
    Message.objects.filter(pk=message.pk).update(next_at=now() - timedelta(seconds=1))  # whatever the hour
    return message


def code() -> Message:
    return actions.send("mobile_code", to=TO, values={"code": "123456", "minutes": 5}, by=BY)


class Gateway:
    """Answers as told, and remembers what it was given."""

    def __init__(self, *answers: Outcome) -> None:
        self.answers, self.taken = list(answers), []

    def __call__(self, channel: str, to: str, *, title: str, text: str) -> tuple[Outcome, str]:
        assert not transaction.get_connection().savepoint_ids[1:], "the outside world is called outside transactions"
        self.taken.append((channel, to, text))
        return self.answers.pop(0), "said so"


def logged() -> list[str]:
    return list(Event.objects.filter(name__startswith="message.").order_by("pk").values_list("name", flat=True))


def test_a_message_is_stored_with_its_text_and_nothing_is_called() -> None:
    message = Message.objects.get(pk=opened().pk)
    assert (message.address, message.channel, message.ending) == ("13912345678", "sms", "")
    assert message.text == "【客缘】王伟，您的网上账户已经开通，可以查保单、投保。如果不是您本人开通，请马上联系客服。"
    assert logged() == ["message.queued"]


def test_a_message_of_a_transaction_that_fails_is_never_written() -> None:
    with transaction.atomic():
        opened()
        transaction.set_rollback(True)
    assert not Message.objects.exists()
    assert logged() == []


def test_neither_the_log_nor_the_row_holds_the_number_or_the_code_in_clear() -> None:
    message = code()
    told = Event.objects.get(name="message.queued").payload
    assert told["to"] == "139****5678"
    assert "123456" not in str(told)
    assert "123456" not in message.shown
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT outbox_message::text FROM outbox_message")
        row = cursor.fetchone()[0]
    assert "13912345678" not in row
    assert "123456" not in row


def test_a_key_writes_the_same_message_once() -> None:
    first, second = opened(key="opened-7"), opened(key="opened-7")
    assert first.pk == second.pk
    assert Message.objects.count() == 1


def test_what_the_gateway_takes_is_sent_once_however_often_the_job_runs() -> None:
    message, gateway = opened(), Gateway(Outcome.TAKEN)
    for _ in range(3):
        delivering.deliver(message.pk, send=gateway)
    assert len(gateway.taken) == 1
    assert Message.objects.get().ending == "sent"
    assert logged() == ["message.queued", "message.sent"]


def test_what_the_gateway_refuses_is_tried_again_later_and_given_up_in_the_end() -> None:
    message, gateway = opened(), Gateway(*[Outcome.REFUSED] * 6)
    pauses = []
    for _ in range(6):
        delivering.deliver(message.pk, send=gateway)
        row = Message.objects.get()
        pauses.append(round((row.next_at - now()).total_seconds()))
        delivering.deliver(message.pk, send=gateway)  # not due yet
        Message.objects.update(next_at=now() - timedelta(seconds=1))
    assert pauses[:5] == [30, 120, 600, 3600, 14400]
    row = Message.objects.get()
    assert (row.ending, row.reason, row.attempts) == ("failed", "gave_up", 6)
    assert len(gateway.taken) == 6
    assert logged() == ["message.queued", "message.failed"]


def test_what_may_have_arrived_is_not_sent_again_by_itself() -> None:
    message, gateway = opened(), Gateway(Outcome.UNKNOWN)
    delivering.deliver(message.pk, send=gateway)
    delivering.deliver(message.pk, send=gateway)
    row = Message.objects.get()
    assert (row.ending, row.reason) == ("failed", "unknown")
    assert len(gateway.taken) == 1


def test_a_gateway_that_drops_repeats_is_asked_again(settings: Any) -> None:
    settings.KEYUAN_MESSAGES_REPEATABLE = {"sms"}
    message, gateway = opened(), Gateway(Outcome.UNKNOWN, Outcome.TAKEN)
    delivering.deliver(message.pk, send=gateway)
    Message.objects.update(next_at=now() - timedelta(seconds=1))
    delivering.deliver(message.pk, send=gateway)
    assert Message.objects.get().ending == "sent"


def test_a_worker_that_died_in_the_middle_of_a_call_leaves_a_message_that_ends() -> None:
    message = opened()

    def dies(*args: Any, **kwargs: Any) -> tuple[Outcome, str]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        delivering.deliver(message.pk, send=dies)
    gateway = Gateway()
    delivering.deliver_due(send=gateway)  # a minute later: too early to say
    assert Message.objects.get().ending == ""
    Message.objects.update(calling_since=now() - timedelta(minutes=4))
    delivering.deliver_due(send=gateway)
    row = Message.objects.get()
    assert (row.ending, row.reason) == ("failed", "unknown")
    assert gateway.taken == []


def test_a_code_that_is_too_old_is_not_sent_and_a_sent_one_is_forgotten() -> None:
    late, sent, gateway = code(), code(), Gateway(Outcome.TAKEN)
    Message.objects.filter(pk=late.pk).update(expires_at=now() - timedelta(seconds=1))
    delivering.deliver(late.pk, send=gateway)
    delivering.deliver(sent.pk, send=gateway)
    assert len(gateway.taken) == 1
    rows = dict(Message.objects.values_list("pk", "reason"))
    assert rows == {late.pk: "expired", sent.pk: ""}
    assert set(Message.objects.values_list("text", flat=True)) == {None}


def test_without_a_gateway_a_message_stays_in_the_outbox() -> None:
    message = opened()
    delivering.deliver(message.pk)
    assert Message.objects.get().ending == "kept"
    assert logged() == ["message.queued", "message.kept"]


def test_a_lost_job_is_made_good_within_a_minute() -> None:
    opened()
    gateway = Gateway(Outcome.TAKEN)
    assert delivering.deliver_due(send=gateway) == 1
    assert Message.objects.get().ending == "sent"


def test_only_what_has_ended_and_is_no_code_is_sent_again() -> None:
    by = system_viewer("test")
    waiting, secret = opened(), code()
    with pytest.raises(StillWaiting):
        actions.resend(waiting.pk, by=by)
    delivering.deliver(waiting.pk, send=Gateway(Outcome.UNKNOWN))
    delivering.deliver(secret.pk, send=Gateway(Outcome.TAKEN))
    with pytest.raises(NotAgain):
        actions.resend(secret.pk, by=by)
    again = Message.objects.get(pk=actions.resend(waiting.pk, by=by).pk)
    assert (again.text, again.address, again.again_of_id) == (waiting.text, "13912345678", waiting.pk)


def test_the_demo_shows_codes_only_where_no_gateway_carries_them(settings: Any) -> None:
    message = Message.objects.get(pk=code().pk)
    assert "123456" not in queries.text_for(message)
    settings.KEYUAN_DEMO_OUTBOX = True
    assert "123456" in queries.text_for(message)
    settings.KEYUAN_MESSAGES = {"sms": "twilio://x"}
    assert "123456" not in queries.text_for(message)


def test_what_can_wait_is_not_sent_at_night(monkeypatch: pytest.MonkeyPatch) -> None:
    night = datetime.fromisoformat("2026-11-23T22:30:00+08:00")
    monkeypatch.setattr(actions, "now", lambda: night)
    waits = actions.send("account_opened", to=TO, values={"name": "王伟"}, by=BY)
    assert waits.next_at == datetime.fromisoformat("2026-11-24T08:00:00+08:00")
    assert code().next_at == night
