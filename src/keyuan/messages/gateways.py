"""Speaking to a gateway through ``apprise``: an address in its notation for each channel, with ``{to}`` for the receiver.

``KEYUAN_MESSAGES_SMS_URL=twilio://SID:TOKEN@FROM/{to}``, ``KEYUAN_MESSAGES_MAIL_URL=mailtos://user:pass@host?to={to}``.
apprise says yes or no, and a no does not tell a refusal from an answer that was lost. What came back within the time
limit of a connection is taken for a refusal; what took longer may have arrived, and is never sent again by itself.
"""

from __future__ import annotations

import time
from importlib import import_module
from typing import Final
from urllib.parse import quote

from django.conf import settings

from keyuan.messages.states import Channel, Outcome

#: Seconds that apprise waits for an answer by itself (its ``rto``). A "no" after that may be a lost "yes".
READ_SECONDS: Final = 4.0


def configured(channel: Channel | str) -> str:
    """The gateway's address of a channel; empty: messages stay in the outbox."""
    return str(settings.KEYUAN_MESSAGES.get(Channel(channel).value, ""))


def call(channel: Channel | str, to: str, *, title: str, text: str) -> tuple[Outcome, str]:
    """Hand one message over; what it came to, and what to write down about it."""
    notation = configured(channel)
    if not notation:
        return Outcome.NO_GATEWAY, ""
    # Loading apprise takes almost a second, and only the worker needs it.
    apprise = import_module("apprise")
    gateway = apprise.Apprise()
    if not gateway.add(notation.replace("{to}", quote(to, safe=""))):
        return Outcome.REFUSED, "the gateway's address is not one that apprise knows"
    begun = time.monotonic()
    try:
        taken = gateway.notify(body=text, title=title if channel == Channel.MAIL else "")
    except (OSError, ValueError, TypeError) as error:
        return Outcome.UNKNOWN, type(error).__name__
    if taken:
        return Outcome.TAKEN, ""
    late = time.monotonic() - begun >= READ_SECONDS
    return (Outcome.UNKNOWN, "no answer in time") if late else (Outcome.REFUSED, "the gateway refused")
