"""Reading the outbox. Each read names its viewer: staff see what went to the customers whom they see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.customers.queries.scope import sees_everybody
from keyuan.customers.standards import InvalidIdentifier, normalise
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.kernel.sealing import keyring
from keyuan.messages.gateways import configured
from keyuan.messages.models import Message
from keyuan.messages.refusals import MessageNotFound
from keyuan.messages.showing import ADDRESS_KINDS
from keyuan.messages.states import Channel, Ending

WAITING: Final = "waiting"


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """``state``: waiting, sent, kept, failed; ``to``: a whole mobile number or mail address; days are inclusive."""

    state: str = ""
    channel: str = ""
    template: str = ""
    to: str = ""
    customer_id: int | None = None
    since: date | None = None
    until: date | None = None


def may_read(viewer: Viewer) -> bool:
    """Whoever may contact customers reads what was sent to theirs; who reads the log reads also what went to nobody yet."""
    return viewer.is_staff and (viewer.may(Permission.CONTACT_CUSTOMERS) or viewer.may(Permission.SEE_LOG))


def visible(viewer: Viewer) -> QuerySet[Message]:
    """The messages in scope: to customers whom the viewer sees; to nobody known, only for who sees the whole company."""
    rows = Message.objects.all()
    if not may_read(viewer):
        return rows.none()
    if sees_everybody(viewer):
        return rows if viewer.may(Permission.SEE_LOG) else rows.filter(customer__isnull=False)
    return rows.filter(customer__in=customers.visible(viewer))


def listed(wanted: MessageFilter, *, viewer: Viewer) -> QuerySet[Message]:
    """The outbox as the filter says."""
    rows = visible(viewer).select_related("customer").filter(_conditions(wanted))
    return rows.order_by("-queued_at", "-pk")


def _conditions(wanted: MessageFilter) -> Q:
    asked = Q()
    if wanted.state == WAITING:
        asked &= Q(ending="")
    elif wanted.state in Ending.values:
        asked &= Q(ending=wanted.state)
    if wanted.channel in Channel.values:
        asked &= Q(channel=wanted.channel)
    if wanted.template:
        asked &= Q(template=wanted.template)
    if wanted.customer_id is not None:
        asked &= Q(customer_id=wanted.customer_id)
    if wanted.since is not None:
        asked &= Q(queued_at__gte=_beginning(wanted.since))
    if wanted.until is not None:
        asked &= Q(queued_at__lt=_beginning(wanted.until + timedelta(days=1)))
    return asked & Q(address_digest__in=digests_of(wanted.to)) if wanted.to else asked


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time(), COMPANY_ZONE)


def digests_of(text: str) -> list[bytes]:
    """The blind indexes of whatever the text may be: a mobile number, a mail address, a WeCom id."""
    found = []
    for channel in Channel:
        kind = ADDRESS_KINDS.get(channel)
        try:
            value = text.strip() if kind is None else normalise(kind, text)
        except InvalidIdentifier:
            continue
        found.append(keyring().digest(value, context=f"message.{channel.value}"))
    return found


def the_message(message_id: int, *, viewer: Viewer) -> Message:
    """One of them; raises MessageNotFound."""
    found = visible(viewer).select_related("customer").filter(pk=message_id).first()
    if found is None:
        raise MessageNotFound
    return found


def text_for(message: Message) -> str:
    """What staff may read of it: without its secrets, but in a demo whose messages reach nobody."""
    whole = message.text if demo_shows(message.channel) else None
    return str(whole or message.shown or "")


def demo_shows(channel: str) -> bool:
    """Whether secrets may be read in the outbox: the demo asks for it, and no gateway carries them to anybody."""
    return bool(settings.KEYUAN_DEMO_OUTBOX) and not configured(channel)
