"""What money earns and what is put aside: data/assumptions.toml, or the file of KEYUAN_PROFIT_ASSUMPTIONS."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

SHIPPED = Path(__file__).parent / "data" / "assumptions.toml"
DAYS_OF_YEAR = 365


@dataclass(frozen=True, slots=True)
class Assumptions:
    """``yields``: (from this day, a year's rate) in order; ``share`` and ``credited`` by line of business."""

    yields: tuple[tuple[date, Decimal], ...]
    share: Mapping[str, Decimal]
    credited: Mapping[str, Decimal]
    sources: tuple[str, ...]
    verified: bool

    def stretches(self, first: date, until: date) -> Iterator[tuple[date, date, Decimal]]:
        """The days from ``first`` until before ``until`` in stretches of one rate each."""
        ends = [day for day, _ in self.yields[1:]] + [date.max]
        for (_begin, rate), end in zip(self.yields, ends, strict=True):
            last = min(until, end)
            if first < last:
                yield first, last, rate
                first = last

    def earned_over(self, first: date, until: date) -> Decimal:
        """What one yuan earns between the two days, without interest on interest."""
        parts = self.stretches(first, until)
        return sum(((rate * (end - begin).days / DAYS_OF_YEAR) for begin, end, rate in parts), Decimal(0))


def assumptions(on: date) -> Assumptions:
    """The yields of all years, and the rule of reserves in force on a day."""
    path = settings.KEYUAN_PROFIT_ASSUMPTIONS
    return _assumptions(Path(path) if path else SHIPPED, on)


@lru_cache(maxsize=8)
def _assumptions(path: Path, on: date) -> Assumptions:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    yields = sorted(told["yield"], key=lambda one: one["from"])
    editions: list[dict[str, Any]] = told["reserve"]
    rule = max([one for one in editions if one["from"] <= on] or editions[:1], key=lambda one: one["from"])
    return Assumptions(
        yields=tuple((one["from"], Decimal(one["rate"])) for one in yields),
        share={line: Decimal(value) for line, value in rule["share"].items()},
        credited={line: Decimal(value) for line, value in rule["credited"].items()},
        sources=tuple(dict.fromkeys([*(one["source"] for one in yields), rule["source"]])),
        verified=all(one.get("verified", False) for one in [*yields, rule]),
    )
