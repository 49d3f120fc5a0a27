"""What changed from one version to the next, in the words of the reader's language: the thing, from, to."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from keyuan.products.definition.rating import Table
from keyuan.products.definition.schema import Definition
from keyuan.products.definition.values import Age, Span
from keyuan.products.describing import age, listed, mode, percent, span, yuan
from keyuan.products.vocabulary import RATES, VALUES
from keyuan.products.wording import AMOUNTS, SHARES, WORDS

Place = tuple[str, ...]
SEPARATOR = " › "
RATES_FROM = 2  # rating › tables › the role of a table › its row › its column


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs. ``before`` None: it is new; ``after`` None: it is gone."""

    place: Place
    before: str | None
    after: str | None

    def where(self, labels: Mapping[str, str]) -> str:
        """Where it is, in words: names of the format by ``wording``, codes by ``labels``."""
        return SEPARATOR.join(_named(self.place, at, labels) for at in range(len(self.place)))


def _named(place: Place, at: int, labels: Mapping[str, str]) -> str:
    part = place[at]
    if place[:1] == ("rating",) and at >= RATES_FROM:
        return labels.get(part) or str(RATES.get(part) or WORDS.get(part, part))
    return str(WORDS.get(part) or labels.get(part, part))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the two texts side by side; a number is None where the line is not in that text."""

    kind: str  # same, gone, new or gap
    before: int | None
    after: int | None
    text: str


def changes(before: Definition, after: Definition) -> tuple[Change, ...]:
    """Everything that differs between two definitions, in the order of the later one; what is gone comes last."""
    old, new = dict(_leaves((), before)), dict(_leaves((), after))
    found = [Change(place, old.get(place), value) for place, value in new.items() if old.get(place) != value]
    found += [Change(place, value, None) for place, value in old.items() if place not in new]
    return tuple(change for change in found if change.place != ("version",))


def names(language: str, *definitions: Definition) -> dict[str, str]:
    """The names of all codes of some definitions, for ``Change.where``."""
    found: dict[str, str] = {}
    for it in definitions:
        for parts in (it.coverages, it.riders, it.plans):
            found |= {part.code: part.name.said(language) for part in parts}
        found |= {code: name.said(language) for code, name in it.labels.items()}
    return found


def _leaves(place: Place, value: Any) -> Iterator[tuple[Place, str]]:
    """Every value in a definition with its place; things with a code are named by it, cells by row and column."""
    if value is None or value == ():
        return
    if isinstance(value, Table):
        yield from _table(place, value)
    elif isinstance(value, BaseModel) and not isinstance(value, Age | Span):
        for name in (name for name in type(value).model_fields if name != "code"):  # it is the place's name
            yield from _leaves((*place, name), getattr(value, name))
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _leaves((*place, str(key)), part)
    elif isinstance(value, tuple) and isinstance(value[0], BaseModel) and not isinstance(value[0], Span | Age):
        for number, part in enumerate(value, 1):
            yield from _leaves((*place, getattr(part, "code", str(number))), part)
    else:
        yield place, _said(place, value)


def _table(place: Place, table: Table) -> Iterator[tuple[Place, str]]:
    for name in ("use", "unit", "source"):
        yield from _leaves((*place, name), getattr(table, name))
    if table.columns is None or table.cells is None:
        return
    rows = table.cells.items() if isinstance(table.cells, Mapping) else [("", table.cells)]
    for row, cells in rows:
        for column, cell in zip(table.columns.values, cells, strict=False):
            yield tuple(part for part in (*place, str(row), str(column)) if part), str(cell)


def _said(place: Place, value: Any) -> str:
    if isinstance(value, tuple):
        return listed(_said(place, part) for part in value)
    if isinstance(value, Age | Span):
        return age(value) if isinstance(value, Age) else span(value)
    if isinstance(value, bool):
        return str(VALUES["true" if value else "false"])
    if isinstance(value, Decimal):
        return _number(place, value)
    if place[-1] == "modes":
        return mode(value)
    keys = (*(f"{part}_{value}" for part in place[-2:]), str(value))
    return next((str(VALUES[key]) for key in keys if key in VALUES), str(value))


def _number(place: Place, value: Decimal) -> str:
    if SHARES.intersection(place[-2:]):
        return percent(value)
    return yuan(value) if AMOUNTS.intersection(place[-2:]) else f"{value:f}"


def text_lines(before: str, after: str, *, around: int = 3) -> tuple[Line, ...]:
    """The two texts with what is gone and new, ``around`` lines about each; a ``gap`` stands for those left out."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Line] = []
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(around):
        found.append(Line("gap", None, None, ""))
        for kind, i1, i2, j1, j2 in group:
            if kind == "equal":
                found += [Line("same", i + 1, j1 + i - i1 + 1, old[i]) for i in range(i1, i2)]
            else:
                found += [Line("gone", i + 1, None, old[i]) for i in range(i1, i2)]
                found += [Line("new", None, j + 1, new[j]) for j in range(j1, j2)]
    return tuple(found)
