"""A legal clock as somebody sees it: what starts it, its last day, the article it comes from, what follows if it is missed.

Nothing here is stored: the facts that start and stop a clock are, and the numbers are parameters with their source.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class LegalClock:
    """One period of the law that runs for something. ``days_left`` is None once it is over; 0 on its last day.

    ``verified`` is False where the number is general knowledge, shipped as a default that says so.
    """

    code: str
    label: str | Promise
    begins_on: date
    last_day: date
    source: str
    verified: bool
    consequence: str | Promise
    on: date

    @property
    def days_left(self) -> int | None:
        left = (self.last_day - self.on).days
        return left if left >= 0 else None
