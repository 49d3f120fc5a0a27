"""What every payment gateway must be able to do, and how it fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from keyuan.billing.rules import Told


class GatewayError(Exception):
    """Something about the outside world."""


class Silent(GatewayError):
    """No definite answer: not reached, timed out, or "system busy". What was asked for may have happened."""


class Forged(GatewayError):
    """The signature is not the gateway's."""


class Unfit(GatewayError):
    """Signed by the gateway, but about another app or seller than ours."""


class Unreadable(GatewayError):
    """Signed by the gateway, but something needed is missing or no number."""


class NoBill(GatewayError):
    """The gateway has no bill of that day (yet)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the buyer is to pay, and where the browser goes afterwards."""

    number: str
    title: str
    amount: Decimal
    expires_at: datetime
    return_url: str = ""
    phone: bool = False


class Closing(StrEnum):
    """What came of asking to close a trade."""

    CLOSED = "closed"
    UNKNOWN_THERE = "unknown_there"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Refunding:
    """A definite answer to a refund: ``done``, or refused for good (``why``)."""

    done: bool
    why: str = ""


class Gateway(Protocol):
    """A gateway. ``taken`` and ``not_taken`` are what it wants to hear after a notification."""

    name: str
    taken: str
    not_taken: str

    def pay_url(self, asked: Asked) -> str:
        """Where the buyer pays. Calls nobody."""

    def number_in(self, raw: str) -> str:
        """Our number that a notification claims to be about, believed or not; empty if there is none."""

    def read(self, raw: str) -> Told:
        """A notification that is the gateway's own; raises Forged, Unfit, Unreadable."""

    def query(self, number: str) -> Told | None:
        """What it says of our number now; None: it knows no such trade. Raises Silent, Forged."""

    def close(self, number: str) -> Closing:
        """Let nobody pay any more. Raises Silent, Forged."""

    def refund(self, number: str, *, amount: Decimal, request: str, reason: str) -> Refunding:
        """Give back ``amount``; the same ``request`` again gives back nothing more. Raises Silent, Forged."""

    def bill(self, day: date) -> bytes:
        """Its file of everything that moved on a day. Raises Silent, Forged, NoBill."""
