"""The cover that a customer has already: under our own policies, which a room above tells, and with other insurers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from keyuan.customers import queries as customers
from keyuan.products.states import Line

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

#: Which answer of the conversation the cover of a line counts for. Things and groups are no answer to these needs.
ANSWERS = {
    Line.LIFE: "has_death",
    Line.PARTICIPATING: "has_death",
    Line.CRITICAL_ILLNESS: "has_critical_illness",
    Line.MEDICAL: "has_medical",
    Line.ACCIDENT: "has_accident",
    Line.ANNUITY: "has_pension",
    Line.EDUCATION: "has_education",
}


@dataclass(frozen=True, slots=True)
class CoverKnown:
    """Cover in force on the customer's own life. ``sum_insured`` of an annuity is a year's; None is not known.

    ``yearly`` is what is paid for it in a year: nothing once it is paid up. ``insurer`` is empty for our own.
    """

    line: str
    name: str
    number: str
    sum_insured: Decimal | None
    yearly: Decimal
    insurer: str = ""

    @property
    def label(self) -> str:
        """Its line of business in words."""
        return str(Line(self.line).label) if self.line in Line.values else self.line

    @property
    def answers(self) -> str:
        """The answer it counts for; empty for none."""
        return ANSWERS.get(Line(self.line), "") if self.line in Line.values else ""


Source = Callable[[int, "Viewer", date], Iterable[CoverKnown]]
_SOURCES: list[Source] = []


def tells_cover(source: Source) -> Source:
    """Let a room above tell what a customer, by id, is covered for; who may not see them is told nothing."""
    if source not in _SOURCES:
        _SOURCES.append(source)
    return source


def cover_known(customer_id: int, *, viewer: Viewer, on: date) -> tuple[CoverKnown, ...]:
    """What the customer has on a day: ours first, then what they told of others."""
    ours = [cover for source in _SOURCES for cover in source(customer_id, viewer, on)]
    elsewhere = [
        CoverKnown(row.line, "", "", row.sum_insured, row.premium or Decimal(0), row.insurer)
        for row in customers.external_covers_of(customer_id, viewer=viewer)
        if row.ends_on is None or row.ends_on > on
    ]
    return (*ours, *elsewhere)


def answers_of(known: Sequence[CoverKnown]) -> dict[str, Decimal]:
    """What it comes to, by answer of the conversation; ``paying`` is a year's premiums of all of it."""
    told: dict[str, Decimal] = {}
    for cover in known:
        if cover.answers and cover.sum_insured is not None:
            told[cover.answers] = told.get(cover.answers, Decimal(0)) + cover.sum_insured
    paying = sum((cover.yearly for cover in known), Decimal(0))
    return told | ({"paying": paying} if paying else {})
