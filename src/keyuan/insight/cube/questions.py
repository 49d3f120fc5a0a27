"""A question to the cube: what to count, by what, of whom, when; read from words and told as an address. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from keyuan.insight.cube.names import ALSO, DIMENSIONS, MEASURES, STANDARD, TIMES
from keyuan.insight.cube.periods import Period, period
from keyuan.insight.refusals import (
    BadCondition,
    TooManyDimensions,
    UnknownBasis,
    UnknownDimension,
    UnknownMeasure,
)

MOST_DIMENSIONS: Final = 8
BASES: Final = ("cal", "acc", "uw")
#: The whole book, from before the first policy until tomorrow.
BEGINNING: Final = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Question:
    """``by``: dimensions, those of time among them; ``where``: dimension → the values that count, as the lake has them."""

    by: tuple[str, ...]
    measures: tuple[str, ...] = STANDARD
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    period: Period | None = None
    basis: str = "cal"
    currency: str = ""

    @property
    def query(self) -> str:
        """As the end of an address, always in the same order."""
        parts = [("by", ",".join(self.by)), ("measures", ",".join(self.measures)), ("basis", self.basis)]
        if self.period is not None:
            parts.append(("period", self.period.text))
        if self.currency:
            parts.append(("currency", self.currency))
        parts += [("where", f"{name}={'|'.join(values)}") for name, values in self.where]
        return urlencode(parts)


def question(
    *,
    by: str = "",
    measures: str = "",
    where: Iterable[str] = (),
    period_text: str = "",
    basis: str = "",
    currency: str = "",
) -> Question:
    """The question in words, as on the command line; raises what refusals.py says of cubes."""
    asked = Question(
        by=tuple(dict.fromkeys(ALSO.get(name, name) for name in _listed(by))),
        measures=_listed(measures) or STANDARD,
        where=tuple(sorted(dict(_condition(text) for text in where if text).items())),
        period=period(period_text) if period_text else None,
        basis=basis or "cal",
        currency=currency,
    )
    check(asked)
    return asked


def check(asked: Question) -> None:
    """Raise what is wrong with a question."""
    for name in asked.by:
        if name not in DIMENSIONS and name not in TIMES:
            raise UnknownDimension(field="by", name=name, known=", ".join((*DIMENSIONS, *TIMES)))
    for name, _ in asked.where:
        if name not in DIMENSIONS:
            raise UnknownDimension(field="where", name=name, known=", ".join(DIMENSIONS))
    for name in asked.measures:
        if name not in MEASURES:
            raise UnknownMeasure(field="measures", name=name, known=", ".join(MEASURES))
    if asked.basis not in BASES:
        raise UnknownBasis(field="basis", name=asked.basis)
    if len(asked.by) > MOST_DIMENSIONS or sum(name in TIMES for name in asked.by) > 1:
        raise TooManyDimensions(field="by", most=MOST_DIMENSIONS)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _condition(text: str) -> tuple[str, tuple[str, ...]]:
    name, equals, values = text.partition("=")
    if not equals or not name.strip():
        raise BadCondition(field="where", text=text)
    return ALSO.get(name.strip(), name.strip()), tuple(value.strip() for value in values.split("|"))
