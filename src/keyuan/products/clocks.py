"""The periods of a product on a day: its own with their source, or those of the law (deadlines)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from keyuan.deadlines.parameters import parameter
from keyuan.products.definition.schema import Clock, Definition

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Period:
    """How long, in the unit of the clock's name (days or years), and where that comes from."""

    number: int
    source: str
    verified: bool


def clock(it: Definition, name: str, *, on: date, channel: str = "") -> Period | None:
    """The period ``name`` (``grace_days`` …) of a product on the day ``on``; None where it has none.

    ``channel``: how it is sold, where the law's period depends on that (online one thinks it over for longer).
    """
    told: Clock | None = getattr(it.clocks, name)
    if told is None:
        return None
    if told.parameter is None:
        return Period(told.value or 0, told.source or "", told.verified)
    found = parameter(f"{told.parameter}.{channel}" if channel else told.parameter, on=on, product=it.code)
    years = name.endswith("_years") and found.unit == "months"
    return Period(found.number // MONTHS if years else found.number, found.source, found.verified)
