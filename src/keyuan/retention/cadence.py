"""The cadence of contacts from the dated parameters, gathered once for each edition."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from keyuan.deadlines.parameters import edition, parameter
from keyuan.policies.states import PaymentMode
from keyuan.retention.rules import Cadence

STEPS = ("first", "second", "third")
MODES = {
    PaymentMode.SINGLE: "single",
    PaymentMode.MONTHLY: "monthly",
    PaymentMode.QUARTERLY: "quarterly",
    PaymentMode.HALF_YEARLY: "half_yearly",
    PaymentMode.YEARLY: "yearly",
}


def cadence_for(*, line: str, long_term: bool, payment_mode: int, on: date) -> Cadence:
    """When to call about a due day of cover of a line of business; premiums of long-term cover go by payment mode."""
    return _cadence(f"premium.{MODES[PaymentMode(payment_mode)]}" if long_term else line, edition(on))


@lru_cache(maxsize=1024)
def _cadence(about: str, on: date) -> Cadence:
    def number(key: str) -> int:
        return parameter(f"renewal.{key}.{about}", on=on).number

    # A step of no days at all is not made: a monthly premium is not announced three times.
    days = tuple(sorted(filter(None, (number(f"{step}_contact_days") for step in STEPS)), reverse=True))
    return Cadence(
        days_before=days,
        least_contacts=number("least_contacts"),
        again_after=number("again_after_working_days"),
        escalate_after=number("escalate_after_working_days"),
    )


def shortest_term_days(on: date) -> int:
    """Terms shorter than this are not renewed."""
    return parameter("renewal.shortest_term_days", on=on).number


def window_days(*, line: str, on: date) -> int:
    """How many days ahead the list is made."""
    return parameter(f"renewal.window_days.{line}", on=on).number
