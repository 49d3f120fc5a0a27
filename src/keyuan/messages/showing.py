"""What may be told of a message: in the log and on a screen."""

from __future__ import annotations

from typing import Any, Final

from keyuan.customers.masking import mask
from keyuan.customers.states import IdentifierKind
from keyuan.messages.models import Message
from keyuan.messages.states import Channel

#: What an address is, by channel, as far as it is one of the registry's kinds.
ADDRESS_KINDS: Final = {Channel.SMS: IdentifierKind.MOBILE, Channel.MAIL: IdentifierKind.EMAIL}


def told(message: Message) -> dict[str, Any]:
    """What the log says of a message: never its secrets, never the whole address."""
    return {
        "template": message.template,
        "version": message.version,
        "title": message.title,
        "channel": message.channel,
        "to": shown_address(message),
        "about": [message.subject_kind, message.subject_id],
    }


def shown_address(message: Message) -> str:
    """The address as a screen may print it."""
    kind = ADDRESS_KINDS.get(Channel(message.channel))
    return mask(kind.value, message.address or "") if kind is not None else (message.address or "")
