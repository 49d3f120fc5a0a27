"""Delivering what is due: claimed and committed, called outside any transaction, written down.

What is guaranteed: a message reaches the gateway **at most once after each claim, and is claimed again only after a clear
refusal**. A worker that dies in the middle of a call leaves ``calling_since``; nobody knows whether the gateway took it,
so it ends as failed (unknown) and a person may send it again. A channel whose gateway drops repeats by itself is named
in KEYUAN_MESSAGES_REPEATABLE; there such a message is tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from keyuan.eventlog.actions import record
from keyuan.eventlog.kinds import EventKind
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now
from keyuan.messages import events, rules
from keyuan.messages.gateways import call
from keyuan.messages.models import Message
from keyuan.messages.showing import told
from keyuan.messages.states import Ending, Outcome, Reason

logger = logging.getLogger(__name__)

SYSTEM = Actor.system("messages")
AT_ONCE: Final = 200
LAST_TRY: Final = timedelta(seconds=20)
SOON: Final = timedelta(seconds=5)
Call = Callable[..., tuple[Outcome, str]]


def deliver(message_id: int, *, send: Call = call) -> None:
    """Deliver one message if it is due and nobody else is at it; may be called any number of times."""
    message = _claimed(message_id)
    if message is None:
        return
    outcome, error = send(message.channel, message.address, title=message.title, text=message.text)
    _write_down(message.pk, outcome, error)


@transaction.atomic
def _claimed(message_id: int) -> Message | None:
    """The message with ``calling_since`` set, if it is to be sent now."""
    rows = Message.objects.select_for_update(skip_locked=True, no_key=True)
    moment = now()
    message = rows.filter(pk=message_id, ending="", calling_since=None, next_at__lte=moment).first()
    if message is None:
        return None
    if message.expires_at is not None and message.expires_at <= moment:
        _end(message, Ending.FAILED, events.FAILED, reason=Reason.EXPIRED)
        return None
    message.calling_since = moment
    message.attempts += 1
    message.save(update_fields=["calling_since", "attempts"])
    return message


@transaction.atomic
def _write_down(message_id: int, outcome: Outcome, error: str) -> None:
    message = Message.objects.select_for_update(no_key=True).get(pk=message_id)
    if message.ending:
        return  # Given up meanwhile, because the answer took too long.
    message.calling_since = None
    message.last_error = error[:200]
    if outcome == Outcome.TAKEN:
        _end(message, Ending.SENT, events.SENT)
    elif outcome == Outcome.NO_GATEWAY:
        _end(message, Ending.KEPT, events.KEPT)
    elif outcome == Outcome.UNKNOWN and message.channel not in settings.KEYUAN_MESSAGES_REPEATABLE:
        _end(message, Ending.FAILED, events.FAILED, reason=Reason.UNKNOWN)
    else:
        _try_later(message)


def _try_later(message: Message) -> None:
    pause = rules.pause_after(message.attempts)
    moment = now()
    if pause is None:
        _end(message, Ending.FAILED, events.FAILED, reason=Reason.GAVE_UP)
    elif message.expires_at is not None and message.expires_at <= moment:
        _end(message, Ending.FAILED, events.FAILED, reason=Reason.EXPIRED)
    else:
        message.next_at = moment + pause
        if message.expires_at is not None:  # One more try while it is of use.
            message.next_at = min(message.next_at, max(message.expires_at - LAST_TRY, moment + SOON))
        message.save(update_fields=["calling_since", "last_error", "next_at"])


def _end(message: Message, ending: Ending, kind: EventKind, *, reason: str = "") -> None:
    message.ending, message.reason, message.ended_at, message.calling_since = ending, reason, now(), None
    if message.expires_at is not None and ending != Ending.KEPT:
        message.text = None  # A code is of no more use to anybody.
    message.save()
    record(
        kind,
        by=SYSTEM,
        customer_id=message.customer_id,
        org_unit_id=message.org_unit_id,
        subject=("message", message.pk),
        payload={**told(message), **({"reason": reason} if reason else {})},
    )


def deliver_due(*, send: Call = call) -> int:
    """Every minute: what is due and has no job of its own (a second try, a job that was lost), and what was cut off."""
    moment = now()
    cut_off = Message.objects.filter(ending="", calling_since__lt=moment - rules.CUT_OFF_AFTER)
    for key in cut_off.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]:
        _write_down(key, Outcome.UNKNOWN, "cut off in the middle of a call")
    due = Message.objects.filter(ending="", calling_since=None, next_at__lte=moment).order_by("next_at", "pk")
    keys = list(due.values_list("pk", flat=True)[:AT_ONCE])
    for key in keys:
        deliver(key, send=send)
    return len(keys)
