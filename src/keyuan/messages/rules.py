"""When a message may go out, and when to try again. No tables, no clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

#: After the first refusal, the second, …; the gateway that refuses once more is not asked again.
PAUSES: Final = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 3600, 4 * 3600))
#: A call that has no answer written down for so long was cut off: nobody knows whether it arrived.
CUT_OFF_AFTER: Final = timedelta(minutes=3)


def not_before(moment: datetime, *, quiet_from: time, quiet_until: time, urgent: bool) -> datetime:
    """The earliest moment for a message written at ``moment`` (in the company's zone): the end of the quiet hours if it
    falls into them and can wait. Quiet hours are half-open and may go over midnight; equal ends mean none.
    """
    clock = moment.time()
    over_midnight = quiet_from > quiet_until
    quiet = clock >= quiet_from or clock < quiet_until if over_midnight else quiet_from <= clock < quiet_until
    if urgent or not quiet:
        return moment
    end = moment.replace(hour=quiet_until.hour, minute=quiet_until.minute, second=0, microsecond=0)
    return end + timedelta(days=1) if over_midnight and clock >= quiet_from else end


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many refusals; None: give up."""
    return PAUSES[attempts - 1] if 1 <= attempts <= len(PAUSES) else None
