"""Who takes a payment. A room above registers a function for a purpose; it is called in the transaction of the booking.

The function gets the attempt (locked, booked) and does all that follows from being paid, or raises a Refusal: then what it
wrote is undone, the payment stays and is refunded in full. Any other error undoes the booking too; we are told again.
It may answer from which day the premium is income: until then it stands as received in advance (chart.ADVANCE).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from keyuan.billing.refusals import NobodyTakesIt

if TYPE_CHECKING:
    from keyuan.billing.models import Attempt

Taker = Callable[["Attempt"], date | None]
_TAKERS: dict[str, Taker] = {}


def on_paid(taker: Taker, *, purpose: str = "order") -> Taker:
    """From now on ``taker`` takes the payments for ``purpose``; one a purpose, the last one registered."""
    _TAKERS[purpose] = taker
    return taker


def take(attempt: Attempt) -> date | None:
    """Hand the payment to whoever takes it; the day from which it is income, None: as soon as it is booked.

    Raises a Refusal if nobody takes it or it cannot be honoured.
    """
    taker = _TAKERS.get(attempt.purpose)
    if taker is None:
        raise NobodyTakesIt(number=attempt.number)
    return taker(attempt)
