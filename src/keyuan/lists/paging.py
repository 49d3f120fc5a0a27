"""Pages of a list by key: the page after a row, or before it, found by the index that the list is in the order of.

A page costs the same wherever it is, and a row that comes or goes meanwhile neither repeats nor hides another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy

from keyuan.lists.asked import Asked
from keyuan.lists.describing import Column, Found

PAGE = 50
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """A page. ``following`` and ``previous`` are the keys that lead on and back; None where there is nothing."""

    items: Sequence[Any]
    first: int
    following: Any = None
    previous: Any = None

    @property
    def last(self) -> int:
        return self.first + len(self.items) - 1

    @property
    def is_whole(self) -> bool:
        """Whether the page is all there is, so that nobody need count."""
        return self.following is None and self.previous is None


@dataclass(frozen=True, slots=True)
class Order:
    """A list's order: one path, then the key, both the same way; what is empty comes last whichever way."""

    path: str
    down: bool
    nullable: bool

    @classmethod
    def of(cls, column: Column, *, down: bool) -> Order:
        return cls(column.sort, down, column.nullable)

    def terms(self, *, turned: bool = False) -> tuple[OrderBy, OrderBy]:
        """What ORDER BY says; ``turned``: from the end."""
        return _term(self.path, self.down != turned, self.nullable, turned=turned), _term("pk", self.down != turned)

    def beyond(self, value: Any, key: Any) -> Q:
        """The rows after the one of this value and key."""
        way = "lt" if self.down else "gt"
        later_key = Q(**{f"pk__{way}": key})
        if value is None:
            return Q(**{f"{self.path}__isnull": True}) & later_key
        later = self._past(value, later_key, way)
        return later | Q(**{f"{self.path}__isnull": True}) if self.nullable else later

    def ahead(self, value: Any, key: Any) -> Q:
        """The rows before it."""
        way = "gt" if self.down else "lt"
        sooner_key = Q(**{f"pk__{way}": key})
        if value is None:
            empty = Q(**{f"{self.path}__isnull": True})
            return ~empty | (empty & sooner_key)
        return self._past(value, sooner_key, way)

    def _past(self, value: Any, keys: Q, way: str) -> Q:
        # The first condition is what the index is entered by, the second leaves out those of the same value.
        reached = Q(**{f"{self.path}__{way}e": value})
        return reached & (Q(**{f"{self.path}__{way}": value}) | keys)


def _term(path: str, down: bool, nullable: bool = False, *, turned: bool = False) -> OrderBy:
    if not nullable:
        return F(path).desc() if down else F(path).asc()
    ends = {"nulls_first": True} if turned else {"nulls_last": True}
    return F(path).desc(**ends) if down else F(path).asc(**ends)


def page_of(found: Found, asked: Asked, *, whole: Callable[[], Found], size: int = PAGE) -> Page:
    """The page that is asked for; the first one where the row it refers to is gone.

    ``whole`` gives the list with nothing narrowed, where a row is looked for that no longer fits.
    """
    column, down = asked.sort
    if not isinstance(found, QuerySet):
        return _slice(_as_given_or_sorted(found, asked), asked, size)
    order = Order.of(column, down=down)
    for text, backwards in ((asked.after, False), (asked.before, True)):
        mark = _mark(text, order, found, whole) if text else None
        if mark is not None:
            page = _before(found, order, mark, asked, size) if backwards else _after(found, order, mark, asked, size)
            if page is not None:
                return page
    items = list(found.order_by(*order.terms())[: size + 1])
    return Page(items[:size], 1 if items else 0, items[size - 1].pk if len(items) > size else None)


def _after(found: QuerySet[Any], order: Order, mark: tuple[Any, Any], asked: Asked, size: int) -> Page | None:
    items = list(found.filter(order.beyond(*mark)).order_by(*order.terms())[: size + 1])
    if not items:
        return None
    following = items[size - 1].pk if len(items) > size else None
    return Page(items[:size], asked.at + 1, following, items[0].pk)


def _before(found: QuerySet[Any], order: Order, mark: tuple[Any, Any], asked: Asked, size: int) -> Page | None:
    items = list(found.filter(order.ahead(*mark)).order_by(*order.terms(turned=True))[: size + 1])
    if len(items) <= size:
        return None
    items = items[:size][::-1]
    return Page(items, asked.at + 1, items[-1].pk, items[0].pk)


def _mark(text: str, order: Order, found: QuerySet[Any], whole: Callable[[], Found]) -> tuple[Any, Any] | None:
    """The value and the key of the row that an address refers to, if the viewer may see it."""
    field = found.model._meta.pk
    try:
        key = field.to_python(text)
    except (ValidationError, ValueError):
        return None
    if isinstance(key, int) and not 0 <= key < 2**63:
        return None
    for rows_of in (lambda: found, whole):
        rows = rows_of()
        if isinstance(rows, QuerySet):
            row = rows.filter(pk=key).order_by().values_list(order.path, "pk").first()
            if row is not None:
                return row[0], row[1]
    return None


def _as_given_or_sorted(found: Sequence[Any], asked: Asked) -> list[Any]:
    """Rows that no table holds come in their usual order; a reader may ask for another."""
    column, down = asked.sort
    return list(found) if asked.order == asked.usual else in_order(found, column, down=down)


def in_order(found: Sequence[Any], column: Column, *, down: bool) -> list[Any]:
    """Rows that no table holds, in the order of a column; what is empty comes last."""
    told = [(column.value(row), row) for row in found]
    filled = [pair for pair in told if pair[0] not in (None, "")]
    filled.sort(key=lambda pair: pair[0], reverse=down)
    return [row for _value, row in (*filled, *(pair for pair in told if pair[0] in (None, "")))]


def _slice(rows: list[Any], asked: Asked, size: int) -> Page:
    at = asked.at if asked.at < len(rows) and (asked.after or asked.before) else 0
    items = rows[at : at + size]
    return Page(items, at + 1 if items else 0, at + size if at + size < len(rows) else None, at if at else None)


def counted(found: Found) -> int:
    """How many rows fit, up to ``MOST_COUNTED``: nobody turns to page 5,000, and counting millions takes seconds."""
    if not isinstance(found, QuerySet):
        return len(found)
    return int(found.order_by().values("pk")[: MOST_COUNTED + 1].count())


def ordered(found: Found, listing_asked: Asked) -> Found:
    """All of it in its order, for an export."""
    column, down = listing_asked.sort
    if not isinstance(found, QuerySet):
        return _as_given_or_sorted(found, listing_asked)
    return found.order_by(*Order.of(column, down=down).terms())


__all__ = ["MOST_COUNTED", "PAGE", "Order", "Page", "counted", "in_order", "ordered", "page_of"]
