"""Statements of many shapes: each is composed through the ORM once, its text kept, and asked again with other values.

``Compiled`` is for a statement that a programmer wrote down; here the shapes come from what people ask, so that only the
latest are kept, and what is the same whenever a shape is asked stands in the text itself, where the planner sees it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, ForeignObject, Lookup, QuerySet
from psycopg.sql import Literal

from keyuan.kernel.stand_ins import Several
from keyuan.kernel.statements import Answer, ask

_PLACE = re.compile("%s|%%")


@Field.register_lookup
@ForeignObject.register_lookup
class AnyOf(Lookup):
    """``column__any=[…]``: one of a list that is a single value of the statement, however long it is; or of an array."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, params = self.process_lhs(compiler, connection)
        if hasattr(self.rhs, "as_sql"):  # an array of the row around
            right, more = compiler.compile(self.rhs)
            return f"{left} = ANY({right})", (*params, *more)
        return f"{left} = ANY(%s)", (*params, self.rhs)


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with gaps: ``gaps`` says which value of a call fills each. An empty text: Django sees that no row can fit."""

    sql: str
    gaps: tuple[int, ...] = ()
    converters: tuple[Any, ...] = ()

    def around(self, before: str, after: str = "", gaps: Sequence[int] = ()) -> Statement:
        """The same within more text, which has its own gaps after those of the statement."""
        return replace(self, sql=f"{before}{self.sql}{after}", gaps=(*self.gaps, *gaps), converters=())

    def ask(self, values: Sequence[Any], *, keep_plan: bool = True) -> Answer:
        """Ask with these values; the rows of an empty statement are none."""
        if not self.sql:
            return Answer(rows=[])
        return ask(self.sql, [values[gap] for gap in self.gaps], keep_plan=keep_plan)

    def rows(self, answer: Answer) -> list[tuple[Any, ...]]:
        """The rows as Django reads them: secrets opened, JSON read."""
        if not self.converters:
            return answer.rows()
        database = connections[DEFAULT_DB_ALIAS]
        read = []
        for row in answer.rows():
            cells = list(row)
            for place, (converters, expression) in self.converters:
                for convert in converters:
                    cells[place] = convert(cells[place], expression, database)
            read.append(tuple(cells))
        return read


def written(rows: QuerySet[Any, Any], stand_ins: Sequence[Any]) -> Statement:
    """The statement of a ``values_list`` queryset in which the stand-ins are the values of a call."""
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return Statement("")
    gaps, texts = [], []
    for param in params:
        gap = _gap_of(param, stand_ins)
        texts.append("%s" if gap is not None else _literal(param, database.connection))
        gaps += [gap] if gap is not None else []
    missing = [one for one in stand_ins if isinstance(one, Several) and not any(param is one for param in params)]
    if missing:
        raise ValueError("the statement has no place for a list")
    converters = compiler.get_converters([column[0] for column in compiler.select])
    filled = iter(texts)
    text = _PLACE.sub(lambda found: next(filled) if found[0] == "%s" else found[0], sql)
    return Statement(text, tuple(gaps), tuple(converters.items()))


def _gap_of(param: Any, stand_ins: Sequence[Any]) -> int | None:
    for place, one in enumerate(stand_ins):
        if param is one or (type(param) is type(one) and param == one):
            return place
    return None


def _literal(param: Any, connection: Any) -> str:
    return Literal(param).as_string(connection).replace("%", "%%")


class Kept:
    """The latest statements by what makes their text: their shape, the scope they are asked in, the day."""

    def __init__(self, most: int = 400) -> None:
        self._most = most
        self._known: dict[Hashable, Statement] = {}
        self._lock = Lock()

    def of(self, key: Hashable, write: Callable[[], Statement]) -> Statement:
        """The statement of this key, composed if it is not known."""
        found = self._known.get(key)
        if found is not None:
            return found
        made = write()
        with self._lock:
            while len(self._known) >= self._most:
                del self._known[next(iter(self._known))]
            self._known[key] = made
        return made
