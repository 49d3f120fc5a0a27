"""Sending what is due: claimed for two minutes, sent outside any transaction, and written down.

At least once: a worker that dies after sending and before writing down lets its claim run out, and the delivery goes out
again with the same id. In order for each customer: of one customer's deliveries only the earliest that waits is sent. An
endpoint that fails is asked with one delivery at a time until it answers.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event as Signal
from typing import Final

from django.conf import settings
from django.db import close_old_connections, connection, transaction

from keyuan.eventlog.actions import record
from keyuan.eventlog.cursors import lines_after
from keyuan.eventlog.queries import lines_by_id
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now
from keyuan.webhooks import events, queueing, rules, signing
from keyuan.webhooks.feed import body_of, viewer_of
from keyuan.webhooks.models import Attempt, Delivery, Endpoint
from keyuan.webhooks.sending import Answer, post
from keyuan.webhooks.shapes import as_seen, id_of, in_scope
from keyuan.webhooks.states import DeliveryState, DisabledBecause

logger = logging.getLogger(__name__)

AT_ONCE: Final = 16
THREADS: Final = 4
LEASE: Final = timedelta(seconds=120)
SECONDS_BETWEEN_ROUNDS: Final = 1.0
SECONDS_AFTER_TROUBLE: Final = 30.0
REPLAYED_AT_ONCE: Final = 1000
KEPT_DAYS: Final = 30
SYSTEM: Final = Actor.system("webhooks")
Post = Callable[[str, bytes, dict[str, str]], Answer]

# The earliest waiting delivery of each customer, at endpoints that may be asked now.
CLAIM: Final = """
    UPDATE webhooks_delivery SET leased_until = now() + make_interval(secs => %s) WHERE id IN (
        SELECT due.id FROM webhooks_delivery due JOIN webhooks_endpoint endpoint ON endpoint.id = due.endpoint_id
        WHERE due.state = 'pending' AND due.next_at <= now() AND (due.leased_until IS NULL OR due.leased_until < now())
          AND endpoint.active AND (endpoint.retry_at IS NULL OR endpoint.retry_at <= now())
          AND NOT EXISTS (
            SELECT 1 FROM webhooks_delivery earlier WHERE earlier.state = 'pending'
              AND earlier.endpoint_id = due.endpoint_id AND earlier.customer_id = due.customer_id
              AND (earlier.xid, earlier.event_id) < (due.xid, due.event_id))
        ORDER BY due.xid, due.event_id LIMIT %s FOR UPDATE OF due SKIP LOCKED)
    RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery made ready: nothing in it needs the database any more."""

    delivery: Delivery
    url: str
    body: bytes
    headers: dict[str, str]


def deliver_due(*, send: Post = post) -> int:
    """One round: claim what is due, send it, write down what came back. Returns how many were sent."""
    due = _claimed()
    parcels = [parcel for parcel in map(_parcel, _one_probe_each(due)) if parcel is not None]
    if not parcels:
        return 0
    with ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="webhooks") as threads:
        answers = threads.map(lambda parcel: send(parcel.url, parcel.body, parcel.headers), parcels)
        for parcel, answer in zip(parcels, answers, strict=True):
            _write_down(parcel.delivery, answer)
    return len(parcels)


def deliver_until(stop: Signal) -> None:
    """Deliver and replay until ``stop`` is set; trouble with the database is told in the log file and tried again."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="webhooks") as thread:
        while not stop.is_set():
            error = thread.submit(_round, stop).exception()
            if error is not None:
                logger.error("webhooks failed and wait %.0f s", SECONDS_AFTER_TROUBLE, exc_info=error)
                stop.wait(SECONDS_AFTER_TROUBLE)
            stop.wait(SECONDS_BETWEEN_ROUNDS)


def _round(stop: Signal) -> None:
    close_old_connections()
    replay_some()
    while not stop.is_set() and deliver_due():
        pass
    if random.random() < 0.001:  # noqa: S311  a broom, not a secret
        forget_old()
    close_old_connections()


def _claimed() -> list[Delivery]:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [LEASE.total_seconds(), AT_ONCE])
        ids = [row[0] for row in cursor.fetchall()]
    return list(Delivery.objects.filter(pk__in=ids).select_related("endpoint").order_by("xid", "event_id"))


def _one_probe_each(due: Sequence[Delivery]) -> list[Delivery]:
    """Of an endpoint that fails only the first; the others are given back."""
    probed: set[int] = set()
    chosen: list[Delivery] = []
    given_back: list[Delivery] = []
    for delivery in due:
        failing = delivery.endpoint.failing_since is not None
        (given_back if failing and delivery.endpoint_id in probed else chosen).append(delivery)
        probed.add(delivery.endpoint_id)
    if given_back:
        Delivery.objects.filter(pk__in=[each.pk for each in given_back]).update(leased_until=None)
    return chosen


def _parcel(delivery: Delivery) -> Parcel | None:
    """The delivery ready to go, if the endpoint may still see what it is about."""
    endpoint = delivery.endpoint
    seen = in_scope(lines_by_id([delivery.event_id]), viewer=viewer_of(endpoint))
    if not seen:
        Delivery.objects.filter(pk=delivery.pk).update(
            state=DeliveryState.WITHHELD, done_at=now(), leased_until=None, last_error=""
        )
        return None
    body = body_of(as_seen(*seen[0], with_data=endpoint.with_data))
    return Parcel(delivery, endpoint.url, body, signed(endpoint, id_of(delivery.event_id), body))


def signed(endpoint: Endpoint, message_id: str, body: bytes) -> dict[str, str]:
    """The signature headers, with the old secret as well while it is still in force."""
    moment = now()
    keys = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_secret_until is not None and endpoint.old_secret_until > moment:
        keys.append(endpoint.old_secret)
    timestamp = int(moment.timestamp())
    return signing.headers([key for key in keys if key], message_id=message_id, timestamp=timestamp, body=body)


@transaction.atomic
def _write_down(delivery: Delivery, answer: Answer) -> None:
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=delivery.endpoint_id)
    row = Delivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    Attempt.objects.create(
        delivery=row,
        status=answer.status,
        error=answer.error,
        response=answer.response,
        milliseconds=answer.milliseconds,
    )
    row.attempts += 1
    row.leased_until = None
    row.last_status, row.last_error = answer.status, answer.error
    moment = now()
    if answer.taken:
        row.state, row.done_at = DeliveryState.DELIVERED, moment
        _works(endpoint, moment)
    else:
        pause = max(rules.pause_after(row.attempts, chance=random.random()), timedelta(seconds=answer.wait))  # noqa: S311
        row.next_at = moment + pause
        if row.next_at - row.queued_at > rules.GIVE_UP_AFTER:
            row.state, row.done_at = DeliveryState.FAILED, moment
        _fails(endpoint, answer, moment)
    row.save()


def _works(endpoint: Endpoint, moment: datetime) -> None:
    woken = endpoint.failing_since is not None
    endpoint.failing_since, endpoint.retry_at, endpoint.failures = None, None, 0
    endpoint.delivered_at = moment
    endpoint.save(update_fields=["failing_since", "retry_at", "failures", "delivered_at"])
    if woken:
        queueing.wake(endpoint)


def _fails(endpoint: Endpoint, answer: Answer, moment: datetime) -> None:
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or moment
    pause = rules.pause_after(endpoint.failures, chance=random.random())  # noqa: S311
    endpoint.retry_at = moment + max(pause, timedelta(seconds=answer.wait))
    endpoint.save(update_fields=["failures", "failing_since", "retry_at"])
    hours = timedelta(hours=settings.KEYUAN_WEBHOOK_DISABLE_HOURS)
    if answer.status == 410:
        disable(endpoint, DisabledBecause.GONE, by=SYSTEM)
    elif moment - endpoint.failing_since >= hours:
        disable(endpoint, DisabledBecause.FAILING, by=SYSTEM)


def disable(endpoint: Endpoint, reason: DisabledBecause, *, by: Actor) -> None:
    """Send nothing more; what waits goes on waiting. In the caller's transaction."""
    if not endpoint.active:
        return
    endpoint.active, endpoint.disabled_because = False, reason
    endpoint.save(update_fields=["active", "disabled_because"])
    payload = {"name": endpoint.name, "url": endpoint.url, "reason": reason.value, "made_by_id": endpoint.made_by_id}
    record(events.DISABLED, by=by, org_unit_id=endpoint.org_unit_id, subject=("endpoint", endpoint.pk), payload=payload)


def replay_some() -> int:
    """Read on for every replay that is under way, a piece each; returns how many deliveries wait again."""
    queued = 0
    for key in Endpoint.objects.filter(replay_xid__isnull=False, active=True).values_list("pk", flat=True):
        with transaction.atomic():
            endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=key)
            queued += _replay_piece(endpoint)
    return queued


def _replay_piece(endpoint: Endpoint) -> int:
    if endpoint.replay_xid is None:
        return 0
    until = (endpoint.replay_until_xid or 0, endpoint.replay_until_event_id or 0)
    found = lines_after(xid=endpoint.replay_xid, event_id=endpoint.replay_event_id or 0, limit=REPLAYED_AT_ONCE)
    lines = [line for line in found if (line.xid, line.pk) <= until]
    queued = queueing.queue_again(endpoint, lines, since=endpoint.replay_since)
    if len(found) < REPLAYED_AT_ONCE or len(lines) < len(found):
        endpoint.replay_xid = endpoint.replay_event_id = None
        endpoint.replay_until_xid = endpoint.replay_until_event_id = endpoint.replay_since = None
    else:
        endpoint.replay_xid, endpoint.replay_event_id = found[-1].xid, found[-1].pk
    endpoint.save()
    return queued


def forget_old() -> int:
    """Deliveries that are done are kept for some weeks; the events themselves stay in the log."""
    done = Delivery.objects.exclude(state=DeliveryState.PENDING).filter(done_at__lt=now() - timedelta(days=KEPT_DAYS))
    return done.delete()[0]
