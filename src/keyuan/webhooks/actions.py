"""Keeping endpoints, and sending again what has been sent: each a line in the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django.db import transaction
from django.db.models.functions import Now

from keyuan.accounts.access import require
from keyuan.accounts.purposes import Purpose
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record
from keyuan.eventlog.cursors import last_settled
from keyuan.eventlog.kinds import EventKind
from keyuan.eventlog.positions import before_moment, position_of
from keyuan.kernel.clock import now
from keyuan.webhooks import events, queries, queueing, rules, signing
from keyuan.webhooks.addresses import target_of
from keyuan.webhooks.delivering import Post, disable, signed
from keyuan.webhooks.feed import body_of
from keyuan.webhooks.models import Delivery, Endpoint
from keyuan.webhooks.refusals import (
    EndpointInactive,
    EndpointNotFound,
    KindsMalformed,
    OutsideScope,
    PurposeMissing,
)
from keyuan.webhooks.sending import Answer, post
from keyuan.webhooks.shapes import ActorRef, EventSeen, SubjectRef
from keyuan.webhooks.states import DeliveryState, DisabledBecause

BOTH_SECRETS_FOR: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointDraft:
    """What an administrator says of an endpoint; units and purpose limit what leaves."""

    name: str
    url: str
    kinds: tuple[str, ...]
    org_unit_id: int
    purpose: Purpose
    purpose_text: str
    with_data: bool = False
    with_audit: bool = False


@transaction.atomic
def add_endpoint(draft: EndpointDraft, *, by: Viewer) -> tuple[Endpoint, str]:
    """A new endpoint and its secret, shown this once. It is told what happens from now on.

    Raises AddressNotAllowed, KindsMalformed, OutsideScope, PurposeMissing.
    """
    require(by, Permission.CONFIGURE)
    _check(draft, by)
    secret = signing.fresh_secret()
    endpoint = Endpoint.objects.create(**_columns(draft), secret=secret, made_by_id=by.user_id)
    endpoint.refresh_from_db(fields=["created_at"])
    _tell(events.ADDED, endpoint, by=by, payload=_columns(draft))
    return endpoint, secret


@transaction.atomic
def change_endpoint(endpoint_id: int, draft: EndpointDraft, *, by: Viewer) -> Endpoint:
    """Another address, other kinds or another scope; what waits goes to the new address."""
    endpoint = _locked(endpoint_id, by=by)
    _check(draft, by)
    columns = _columns(draft)
    changes = {name: [getattr(endpoint, name), value] for name, value in columns.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if changes:
        for name, value in columns.items():
            setattr(endpoint, name, value)
        endpoint.failing_since, endpoint.retry_at, endpoint.failures = None, None, 0
        endpoint.save()
        _tell(events.CHANGED, endpoint, by=by, payload={"changes": changes})
    return endpoint


@transaction.atomic
def enable_endpoint(endpoint_id: int, *, by: Viewer) -> Endpoint:
    """Send to it again; what waited while it was disabled is due at once."""
    endpoint = _locked(endpoint_id, by=by)
    if not endpoint.active:
        endpoint.active, endpoint.disabled_because = True, ""
        endpoint.failing_since, endpoint.retry_at, endpoint.failures = None, None, 0
        endpoint.save()
        queueing.wake(endpoint)
        _tell(events.ENABLED, endpoint, by=by, payload={})
    return endpoint


@transaction.atomic
def disable_endpoint(endpoint_id: int, *, by: Viewer) -> Endpoint:
    """Send nothing more, and queue nothing; a replay brings what was missed."""
    endpoint = _locked(endpoint_id, by=by)
    disable(endpoint, DisabledBecause.BY_HAND, by=by.actor)
    return endpoint


@transaction.atomic
def rotate_secret(endpoint_id: int, *, by: Viewer) -> str:
    """A new secret, shown this once. For a day both sign, so that the receiver can change over."""
    endpoint = _locked(endpoint_id, by=by)
    fresh = signing.fresh_secret()
    endpoint.old_secret, endpoint.old_secret_until = endpoint.secret, now() + BOTH_SECRETS_FOR
    endpoint.secret = fresh
    endpoint.save(update_fields=["secret", "old_secret", "old_secret_until"])
    _tell(events.SECRET_ROTATED, endpoint, by=by, payload={"old_until": endpoint.old_secret_until.isoformat()})
    return fresh


@transaction.atomic
def replay(endpoint_id: int, *, after: str = "", since: datetime | None = None, by: Viewer) -> Endpoint:
    """Deliver again everything after a cursor or since a moment, up to now. The ids are the same as the first time."""
    endpoint = _locked(endpoint_id, by=by)
    if not endpoint.active:
        raise EndpointInactive(name=endpoint.name)
    begin = before_moment(since) if since is not None and not after else position_of(after)
    endpoint.replay_xid, endpoint.replay_event_id = begin
    endpoint.replay_until_xid, endpoint.replay_until_event_id = last_settled()
    endpoint.replay_since = since
    endpoint.save()
    told = {"after": after, "since": None if since is None else since.isoformat()}
    _tell(events.REPLAYED, endpoint, by=by, payload=told)
    return endpoint


@transaction.atomic
def send_again(delivery_id: int, *, by: Viewer) -> Delivery:
    """One delivery once more, with the same id, as soon as its turn comes."""
    require(by, Permission.CONFIGURE)
    delivery = queries.the_delivery(delivery_id, viewer=by)
    if not delivery.endpoint.active:
        raise EndpointInactive(name=delivery.endpoint.name)
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.PENDING, next_at=Now(), queued_at=Now(), attempts=0, done_at=None
    )
    _tell(events.RESENT, delivery.endpoint, by=by, payload={"event_id": delivery.event_id, "kind": delivery.event_name})
    delivery.refresh_from_db()
    return delivery


def ping(endpoint_id: int, *, by: Viewer, send: Post = post) -> Answer:
    """A test message now, signed as any other; nothing of a customer is in it."""
    require(by, Permission.CONFIGURE)
    endpoint = queries.the_endpoint(endpoint_id, viewer=by)
    moment, message = now(), f"ping_{uuid4().hex}"
    body = body_of(
        EventSeen(
            id=message,
            type="webhook.ping",
            category="system",
            timestamp=moment,
            occurred_at=moment,
            cursor="",
            customer=None,
            org_unit_id=endpoint.org_unit_id,
            actor=ActorRef(by.actor.kind, by.name),
            subject=SubjectRef("endpoint", str(endpoint.pk)),
            data={},
        )
    )
    return send(endpoint.url, body, signed(endpoint, message, body))


def _locked(endpoint_id: int, *, by: Viewer) -> Endpoint:
    require(by, Permission.CONFIGURE)
    found = queries.endpoints(viewer=by).select_for_update(of=("self",), no_key=True).filter(pk=endpoint_id).first()
    if found is None:
        raise EndpointNotFound
    return found


def _check(draft: EndpointDraft, by: Viewer) -> None:
    target_of(draft.url)
    if by.unit_ids is not None and draft.org_unit_id not in by.unit_ids:
        raise OutsideScope(field="org_unit")
    if not draft.purpose_text.strip():
        raise PurposeMissing(field="purpose_text")
    for pattern in draft.kinds or ("",):
        if not rules.is_pattern(pattern):
            raise KindsMalformed(field="kinds", pattern=pattern)


def _columns(draft: EndpointDraft) -> dict[str, Any]:
    return {
        "name": draft.name.strip(),
        "url": draft.url.strip(),
        "kinds": list(dict.fromkeys(draft.kinds)),
        "org_unit_id": draft.org_unit_id,
        "purpose": Purpose(draft.purpose).value,
        "purpose_text": draft.purpose_text.strip(),
        "with_data": draft.with_data,
        "with_audit": draft.with_audit,
    }


def _tell(kind: EventKind, endpoint: Endpoint, *, by: Viewer, payload: dict[str, Any]) -> None:
    told = {"name": endpoint.name, **payload}
    record(kind, by=by.actor, org_unit_id=endpoint.org_unit_id, subject=("endpoint", endpoint.pk), payload=told)
