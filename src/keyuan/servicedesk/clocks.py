"""The clocks of complaints and the hours of the office from the dated parameters, gathered once for each edition."""

from __future__ import annotations

from datetime import date, time
from functools import lru_cache

from keyuan.accounts.queries import unit_codes_above
from keyuan.accounts.scope import Viewer
from keyuan.deadlines.parameters import edition, parameter, parameters
from keyuan.kernel.clock import today
from keyuan.servicedesk.rules import ComplaintClocks
from keyuan.servicedesk.scheduling import OfficeHours


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


def office_hours(viewer: Viewer) -> OfficeHours:
    """The hours that hold today where the viewer works: of the nearest unit with hours of its own, else the company's."""
    on = edition(today())
    own = parameters().branches
    if not own:
        return _hours(on, "")
    return _hours(on, next((code for code in unit_codes_above(viewer=viewer) if code in own), ""))


@lru_cache(maxsize=1024)
def _hours(on: date, branch: str) -> OfficeHours:
    def at(name: str) -> time:
        return parameter(f"office.{name}", on=on, branch=branch).time_of_day

    return OfficeHours(opening=at("opening"), morning=at("calls_from"), evening=at("closing"), too_late=at("too_late"))
