"""Periods as people write them: 2025, 2025-03, 2025Q2, 2025-01-01..2025-07-01 (the end is outside). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from keyuan.insight.refusals import BadPeriod

YEAR: Final = re.compile(r"(\d{4})")
MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
QUARTER: Final = re.compile(r"(\d{4})[Qq]([1-4])")
MONTHS_OF: Final = {"year": 12, "quarter": 3, "month": 1}


class Period(NamedTuple):
    """Half-open: ``starts_on <= day < ends_on``."""

    starts_on: date
    ends_on: date

    @property
    def text(self) -> str:
        return f"{self.starts_on}..{self.ends_on}"


def _ahead(day: date, months: int) -> date:
    whole = day.year * 12 + day.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)


def period(text: str) -> Period:
    """The period that the text names; raises BadPeriod."""
    try:
        found = _read(text.strip())
    except ValueError:
        raise BadPeriod(field="period", text=text) from None
    if found.ends_on <= found.starts_on:
        raise BadPeriod(field="period", text=text)
    return found


def _read(text: str) -> Period:
    if ".." in text:
        first, last = text.split("..", 1)
        return Period(_first(first), _first(last))
    if match := QUARTER.fullmatch(text):
        start = date(int(match[1]), int(match[2]) * 3 - 2, 1)
        return Period(start, _ahead(start, 3))
    if match := MONTH.fullmatch(text):
        start = date(int(match[1]), int(match[2]), 1)
        return Period(start, _ahead(start, 1))
    if match := YEAR.fullmatch(text):
        return Period(date(int(match[1]), 1, 1), date(int(match[1]) + 1, 1, 1))
    raise ValueError(text)


def _first(text: str) -> date:
    """The first day of what a text names: a day, a month, a quarter or a year."""
    text = text.strip()
    return date.fromisoformat(text) if text.count("-") == 2 else _read(text).starts_on


def slices(whole: Period, unit: str) -> Iterator[tuple[str, Period]]:
    """The years, quarters or months of a period with their names; the first and the last may be parts."""
    months = MONTHS_OF[unit]
    start = whole.starts_on.replace(day=1, month=(whole.starts_on.month - 1) // months * months + 1)
    while start < whole.ends_on:
        end = _ahead(start, months)
        yield _name(start, unit), Period(max(start, whole.starts_on), min(end, whole.ends_on))
        start = end


def _name(start: date, unit: str) -> str:
    if unit == "year":
        return f"{start.year}"
    return f"{start.year}Q{(start.month + 2) // 3}" if unit == "quarter" else f"{start:%Y-%m}"
