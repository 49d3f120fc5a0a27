"""The clocks of complaints from the dated parameters, gathered once for each edition."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from keyuan.deadlines.parameters import edition, parameter
from keyuan.servicedesk.rules import ComplaintClocks


def clocks_on(on: date) -> ComplaintClocks:
    """The clocks of a day."""
    return _clocks(edition(on))


@lru_cache(maxsize=64)
def _clocks(on: date) -> ComplaintClocks:
    return ComplaintClocks(
        simple_days=parameter("complaint.decision_days", on=on).number,
        complex_days=parameter("complaint.decision_days.complex", on=on).number,
        extended_days=parameter("complaint.decision_days.extended", on=on).number,
        notice_days=parameter("complaint.notice_days", on=on).number,
    )
