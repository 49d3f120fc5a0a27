"""What follows from the facts of a certificate; no clock, no database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from keyuan.trust.states import Standing

#: A customer is told so long before the end, and may renew from then on or earlier.
ENDS_SOON: Final = timedelta(days=30)
#: Devices of one customer with a certificate that holds.
MOST_DEVICES: Final = 8
DEVICE_LETTERS: Final = 40


def standing(*, not_before: datetime, not_after: datetime, revoked_at: datetime | None, at: datetime) -> Standing:
    """How a certificate stands at a moment. Its days are half-open: at ``not_after`` it no longer holds."""
    if revoked_at is not None and revoked_at <= at:
        return Standing.REVOKED
    if at < not_before:
        return Standing.NOT_YET
    if at >= not_after:
        return Standing.EXPIRED
    return Standing.ENDING if at >= not_after - ENDS_SOON else Standing.VALID


def holds(one: Standing) -> bool:
    """Whether one may sign with it."""
    return one in (Standing.VALID, Standing.ENDING)
