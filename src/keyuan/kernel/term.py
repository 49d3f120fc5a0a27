"""Half-open terms: a day is inside when ``starts_on <= day < ends_on``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Term:
    """From ``starts_on`` (inside) to ``ends_on`` (outside; None: without end)."""

    starts_on: date
    ends_on: date | None = None

    def __post_init__(self) -> None:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError(f"a term cannot end ({self.ends_on}) before it starts ({self.starts_on})")

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)

    def overlaps(self, other: Term) -> bool:
        """Whether at least one day is inside both."""
        return (other.ends_on is None or self.starts_on < other.ends_on) and (
            self.ends_on is None or other.starts_on < self.ends_on
        )

    @property
    def days(self) -> int | None:
        """Length in days; None without end."""
        return None if self.ends_on is None else (self.ends_on - self.starts_on).days


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or that month's last day if it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    first_of_next = date(year + (month == 11), 1 if month == 11 else month + 2, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
