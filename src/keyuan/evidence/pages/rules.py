"""How long a trace is kept, and what must have been shown before a customer signs. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """The clock's numbers (deadlines parameters ``trace.*``)."""

    years_short: int
    years_long: int
    order_days: int
    visit_days: int


def kept_until(ended_on: date, *, long_term: bool, keeping: Keeping) -> date:
    """The last day on which the trace of a policy that ended must be there (保险法 §87).

    29 February becomes 1 March where there is none: never a day too few.
    """
    years = keeping.years_long if long_term else keeping.years_short
    try:
        return ended_on.replace(year=ended_on.year + years)
    except ValueError:
        return date(ended_on.year + years, 3, 1)


def left_until(last_on: date, *, is_order: bool, keeping: Keeping) -> date:
    """The last day on which the trace of a sale without a policy, or of a mere visit, is there."""
    return last_on + timedelta(days=keeping.order_days if is_order else keeping.visit_days)


def unseen(shown: Iterable[str], needed: Collection[str]) -> tuple[str, ...]:
    """The pages that had to be shown and were not."""
    seen = set(shown)
    return tuple(one for one in needed if one not in seen)
