"""Pure decisions about who is insured under a group policy, from when, and what a new list changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from keyuan.policies.states import ListMode

CENT = Decimal("0.01")
# A new value of these is another cover, with a date of its own; the others are only corrected.
TERMS = ("plan", "occupation_class", "sum_insured", "premium")
PLAIN = ("name", "mobile", "staff_number")


class Spell(NamedTuple):
    """Cover of one person on one set of terms; ``left_on`` is the first day outside."""

    joined_on: date
    left_on: date | None
    premium: Decimal | None


@dataclass(frozen=True, slots=True)
class Membership:
    """How many were insured on a day, for what yearly premium and sum."""

    count: int
    premium: Decimal
    sum_insured: Decimal


def on_risk(spell: Spell, on: date) -> bool:
    """Whether the spell covers the day."""
    return spell.joined_on <= on and (spell.left_on is None or on < spell.left_on)


def premium_on(spells: Iterable[Spell], on: date) -> tuple[int, Decimal]:
    """Members and yearly premium on a day: what the tables' own sums must equal."""
    held = [spell for spell in spells if on_risk(spell, on)]
    return len(held), sum((spell.premium or Decimal(0) for spell in held), Decimal("0.00"))


def pro_rata(premium: Decimal, *, starts_on: date, ends_on: date, year: tuple[date, date]) -> Decimal:
    """The part of a yearly premium for the days from ``starts_on`` until ``ends_on`` of the policy year, in cents."""
    first, last = max(starts_on, year[0]), min(ends_on, year[1])
    days = max((last - first).days, 0)
    return (premium * days / (year[1] - year[0]).days).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A row of a list, read and in order. ``row`` is its number as a spreadsheet shows it; ``digest`` names the person."""

    row: int
    digest: bytes
    values: Mapping[str, Any]
    joined_on: date | None = None
    left_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The last spell of somebody on the policy."""

    id: int
    digest: bytes
    values: Mapping[str, Any]
    joined_on: date
    left_on: date | None


@dataclass(slots=True)
class Changes:
    """What a list comes to. ``missing``: on risk from the day on and not in a full list."""

    joins: list[Wanted] = field(default_factory=list)
    leaves: list[tuple[Wanted, Known]] = field(default_factory=list)
    moves: list[tuple[Wanted, Known]] = field(default_factory=list)
    corrections: list[tuple[Wanted, Known]] = field(default_factory=list)
    same: int = 0
    missing: list[Known] = field(default_factory=list)
    rejects: list[tuple[Wanted, str, str, dict[str, Any]]] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        """Whether applying the list would change nothing."""
        return not (self.joins or self.leaves or self.moves or self.corrections)


def compare(
    wanted: Sequence[Wanted], known: Iterable[Known], *, mode: str, effective_on: date, term: tuple[date, date | None]
) -> Changes:
    """What must happen so that the policy's members are those of the list; a list that was applied changes nothing more."""
    by_digest = {one.digest: one for one in known}
    found = Changes()
    for row in wanted:
        _place(found, row, by_digest.get(row.digest), effective_on, term)
    if mode == ListMode.FULL:
        listed = {row.digest for row in wanted}
        found.missing = [
            one
            for one in by_digest.values()
            if one.digest not in listed and (one.left_on is None or one.left_on > effective_on)
        ]
    return found


def _place(found: Changes, row: Wanted, last: Known | None, effective_on: date, term: tuple[date, date | None]) -> None:
    if row.left_on is not None:
        _place_leaver(found, row, last)
    elif last is None or (last.left_on is not None and last.left_on <= effective_on):
        _place_joiner(found, row, last, row.joined_on or effective_on, term)
    elif _differs(row, last, TERMS):
        found.moves.append((row, last))
    elif _differs(row, last, PLAIN):
        found.corrections.append((row, last))
    else:
        found.same += 1


def _place_leaver(found: Changes, row: Wanted, last: Known | None) -> None:
    left_on = row.left_on
    if last is None:
        found.rejects.append((row, "left_on", "leaver_unknown", {}))
    elif last.left_on == left_on:
        found.same += 1
    elif last.left_on is not None:
        found.rejects.append((row, "left_on", "left_already", {"left_on": last.left_on.isoformat()}))
    elif left_on is not None and left_on <= last.joined_on:
        found.rejects.append((row, "left_on", "leaves_before_joining", {"joined_on": last.joined_on.isoformat()}))
    else:
        found.leaves.append((row, last))


def _place_joiner(
    found: Changes, row: Wanted, last: Known | None, joined_on: date, term: tuple[date, date | None]
) -> None:
    if joined_on < term[0] or (term[1] is not None and joined_on >= term[1]):
        gaps = {"on": joined_on.isoformat(), "starts_on": term[0].isoformat(), "ends_on": str(term[1] or "")}
        found.rejects.append((row, "joined_on", "outside_the_term", gaps))
    elif last is not None and last.left_on is not None and joined_on < last.left_on:
        found.rejects.append((row, "joined_on", "joins_before_leaving", {"left_on": last.left_on.isoformat()}))
    else:
        found.joins.append(row)


def _differs(row: Wanted, last: Known, names: Iterable[str]) -> bool:
    """Whether the list says something else; what it does not say stays."""
    return any(name in row.values and row.values[name] != last.values[name] for name in names)
