"""Writing a message, and writing it again. Nothing here speaks to a gateway: that comes after the commit (delivering.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction

from keyuan.accounts.scope import Viewer
from keyuan.customers.contacting import contact_of
from keyuan.customers.standards import normalise
from keyuan.deadlines.parameters import parameter
from keyuan.eventlog.actions import record
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import COMPANY_ZONE, now
from keyuan.kernel.sealing import keyring
from keyuan.messages import events, queries, rules
from keyuan.messages.models import Message
from keyuan.messages.refusals import NotAgain, StillWaiting
from keyuan.messages.showing import ADDRESS_KINDS, told
from keyuan.messages.states import Channel
from keyuan.messages.tasks import deliver_message
from keyuan.messages.wording import template as text_of
from keyuan.messages.wording import write

#: What a message sent once more has of the first.
COPIED: Final = (
    *("customer_id", "org_unit_id", "subject_kind", "subject_id", "template", "version", "language", "channel"),
    *("address", "address_digest", "title", "text", "shown", "urgent"),
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes, and in which language. ``value`` is a mobile number, a mail address, a WeCom user id."""

    channel: Channel | str
    value: str
    language: str = "zh-hans"


def digest_of(channel: Channel | str, value: str) -> bytes:
    """The blind index of an address."""
    return keyring().digest(value, context=f"message.{Channel(channel).value}")


@transaction.atomic
def send(
    template: str,
    *,
    to: Address,
    values: Mapping[str, Any],
    by: Actor,
    customer_id: int | None = None,
    subject: tuple[str, str | int] = ("", ""),
    key: str | None = None,
) -> Message:
    """Put a message into the outbox, in the caller's transaction: it goes out if and only if that commits.

    ``values`` are those that the text names, each of its kind (wording.py). With a ``key`` the same is written once, and
    the first is returned afterwards. Raises InvalidIdentifier for an address that cannot be, TemplateFault for values
    that do not fit: a fault of the program.
    """
    if key is not None:
        known = Message.objects.filter(key=key).first()
        if known is not None:
            return known
    found = text_of(template, to.language)
    written = write(found, values)
    channel = Channel(to.channel)
    address = normalise(ADDRESS_KINDS[channel], to.value) if channel in ADDRESS_KINDS else to.value.strip()
    moment = now()
    message = Message(
        customer_id=customer_id,
        org_unit_id=None if customer_id is None else contact_of(customer_id).org_unit_id,
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        template=found.code,
        version=found.version,
        language=to.language,
        channel=channel,
        address=address,
        address_digest=digest_of(channel, address),
        title=found.title,
        text=written.text,
        shown=written.shown,
        urgent=found.urgent,
        key=key,
        expires_at=None if found.lives is None else moment + timedelta(seconds=found.lives),
    )
    return _queue(message, by=by)


def send_to_customer(
    template: str,
    *,
    customer_id: int,
    values: Mapping[str, Any],
    by: Actor,
    subject: tuple[str, str | int] = ("", ""),
    key: str | None = None,
) -> Message | None:
    """The same to the mobile number that we have of the customer, in the language of their account.

    None if no number is known: then somebody has to call, and the caller says so.
    """
    contact = contact_of(customer_id)
    if not contact.mobile:
        return None
    to = Address(Channel.SMS, contact.mobile, contact.language)
    return send(template, to=to, values=values, by=by, customer_id=customer_id, subject=subject, key=key)


@transaction.atomic
def resend(message_id: int, *, by: Viewer) -> Message:
    """Send the same text to the same address once more; the first stays as it ended.

    Raises MessageNotFound, StillWaiting, NotAgain (a code, which is only good for whoever asked for it).
    """
    old = queries.the_message(message_id, viewer=by)
    if not old.ending:
        raise StillWaiting
    if old.expires_at is not None or not old.text:
        raise NotAgain
    copied = {name: getattr(old, name) for name in COPIED}
    return _queue(Message(**copied, again_of=old), by=by.actor)


def _queue(message: Message, *, by: Actor) -> Message:
    moment = now().astimezone(COMPANY_ZONE)
    message.next_at = rules.not_before(
        moment,
        quiet_from=parameter("message.quiet_from", on=moment.date()).time_of_day,
        quiet_until=parameter("message.quiet_until", on=moment.date()).time_of_day,
        urgent=message.urgent,
    )
    message.save()
    record(
        events.QUEUED,
        by=by,
        customer_id=message.customer_id,
        org_unit_id=message.org_unit_id,
        subject=("message", message.pk),
        payload=told(message),
    )
    deliver_message.configure(schedule_at=message.next_at).defer(message_id=message.pk)
    return message
