"""Asking a condition: the exact count with one page of rows, every id of a result, its rows in pieces for an export.

A result of up to ``WHOLE`` customers is found once, counted and sorted where it lies; only a larger one is walked in its
order and counted by itself, because then a page is near and a sort would be long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import F, OrderBy

from keyuan.customer360.columns import Column, columns, read
from keyuan.customer360.conditions import Condition, Shaped, matching

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

PAGE_SIZE = 80
WHOLE = 20_000
# How far one can turn the pages of a larger result: whoever needs more narrows it or exports it.
FURTHEST = 20_000
PIECE = 2_000
NEWEST = ("-id",)


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of a result. ``count`` is exact. ``rows`` are the cells of ``columns``, beside the customer's id and number."""

    count: int
    number: int
    size: int
    columns: tuple[Column, ...]
    rows: list[tuple[int, str, tuple[Any, ...]]]

    @property
    def pages(self) -> int:
        reachable = min(self.count, FURTHEST) if self.count > WHOLE else self.count
        return max(-(-reachable // self.size), 1)

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def next(self) -> int:
        return self.number + 1

    @property
    def has_next(self) -> bool:
        return self.number < self.pages

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return (self.number - 1) * self.size + len(self.rows)


def _order_of(sort: str, viewer: Viewer) -> tuple[str, ...]:
    """The columns to sort by for ``name`` or ``-name``; what cannot be sorted by is newest first."""
    column = columns(viewer).get(sort.removeprefix("-"))
    if column is None or not column.sort:
        return NEWEST
    if not sort.startswith("-"):
        return column.sort
    return tuple(path[1:] if path.startswith("-") else f"-{path}" for path in column.sort)


def answer(
    condition: Condition,
    *,
    viewer: Viewer,
    on: date,
    shown: Sequence[Column],
    sort: str = "",
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Answer:
    """One page of the customers in scope for whom the condition holds, and how many they are."""
    found = Shaped(condition, viewer=viewer, on=on)
    order = _order_of(sort, viewer)
    number = max(page, 1)
    count, keys = _page(found, order, (number - 1) * size, size)
    if not keys and number > 1:
        reachable = min(count, FURTHEST) if count > WHOLE else count
        number = max(-(-reachable // size), 1)
        count, keys = _page(found, order, (number - 1) * size, size)
    number_column = columns(viewer)["number"]
    cells = read(keys, [number_column, *shown], viewer=viewer, on=on)
    rows = [(key, cells[key][0], cells[key][1:]) for key in keys if key in cells]
    return Answer(count, number, size, tuple(shown), rows)


def count(condition: Condition, *, viewer: Viewer, on: date) -> int:
    """How many customers in scope the condition holds for, exactly."""
    return _count(Shaped(condition, viewer=viewer, on=on))


def ids(condition: Condition, *, viewer: Viewer, on: date) -> list[int]:
    """All of them, newest first."""
    return list(matching(condition, viewer=viewer, on=on).order_by("-pk").values_list("pk", flat=True))


def pieces(
    condition: Condition, *, viewer: Viewer, on: date, shown: Sequence[Column], sort: str = ""
) -> Iterator[tuple[Any, ...]]:
    """The cells of every customer of a result, in its order. Keys come through a cursor of the server, rows in pieces,
    so that memory does not grow with the result."""
    order = [_directed(path) for path in _order_of(sort, viewer)]
    keys = matching(condition, viewer=viewer, on=on).order_by(*order).values_list("pk", flat=True)
    flowing = keys.iterator(chunk_size=PIECE)
    while piece := list(islice(flowing, PIECE)):
        cells = read(piece, shown, viewer=viewer, on=on)
        yield from (cells[key] for key in piece if key in cells)


def _directed(path: str) -> OrderBy:
    name = path.removeprefix("-")
    return F(name).desc(nulls_last=True) if path.startswith("-") else F(name).asc(nulls_last=True)


def _count(found: Shaped) -> int:
    ids = found.statement("count", read=lambda rows: rows.values_list("id"))
    counted = ids.around("SELECT count(*) FROM (", ") AS found").ask(found.values, keep_plan=False) if ids.sql else None
    return 0 if counted is None else int(counted.rows()[0][0])


def _page(found: Shaped, order: tuple[str, ...], offset: int, size: int) -> tuple[int, list[int]]:
    counted, keys = _small_page(found, order, offset, size)
    if counted <= WHOLE:
        return counted, keys
    if offset >= FURTHEST:
        return _count(found), []
    walked = found.rows().order_by(*(_directed(path) for path in order)).values_list("pk", flat=True)
    return _count(found), list(walked[offset : offset + size])


def _small_page(found: Shaped, order: tuple[str, ...], offset: int, size: int) -> tuple[int, list[int]]:
    """The whole result in one statement, if it is no larger than WHOLE: its size, and the keys of a page."""
    paths = [path.removeprefix("-") for path in order]
    own = ["id", *(path for path in paths if path != "id")]
    whole = found.statement(*own, read=lambda rows: rows.values_list(*own)[: WHOLE + 1])
    if not whole.sql:
        return 0, []
    names = ", ".join(f"c{place}" for place in range(len(own)))
    sorting = ", ".join(
        f"c{own.index(path.removeprefix('-'))} {'DESC' if path.startswith('-') else 'ASC'} NULLS LAST" for path in order
    )
    page = whole.around(
        f"WITH found ({names}) AS MATERIALIZED (",
        f") SELECT (SELECT count(*) FROM found), ARRAY(SELECT c0 FROM found ORDER BY {sorting} LIMIT %s OFFSET %s)",  # noqa: S608
        gaps=(len(found.values), len(found.values) + 1),
    )
    counted, keys = page.ask([*found.values, size, offset], keep_plan=False).rows()[0]
    return int(counted), list(keys)
