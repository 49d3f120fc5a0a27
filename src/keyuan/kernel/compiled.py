"""Querysets whose SQL is written once and asked many times.

Django composes a statement anew at each call, which on the hottest paths takes longer than PostgreSQL needs to answer it.
A compiled query is still described through the ORM (so that a renamed column is renamed here as well); its SQL is kept
with gaps where the values of a call go.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from django.db.models import QuerySet

from keyuan.kernel.stand_ins import stand_in
from keyuan.kernel.statements import Answer, ask


class Compiled:
    """``build(*shape, **values)`` gives a ``values_list`` queryset; each ``shape`` is compiled once.

    The values are ints, days, moments or texts, never None, and must reach the statement unchanged. What changes the
    statement itself (a limit, a branch in ``build``) belongs in ``shape``. JSON columns come back as text.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._known: dict[tuple[Hashable, ...], tuple[str, list[tuple[str, Any]]]] = {}

    def rows(self, *shape: Hashable, **values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values."""
        return self.ask(*shape, **values).rows()

    def ask(self, *shape: Hashable, **values: Any) -> Answer:
        """Ask for the rows; together with other statements if need be (kernel.statements)."""
        known = self._known.get(shape)
        if known is None:
            known = self._known[shape] = self._compile(shape, values)
        sql, places = known
        return ask(sql, [values[name] if name else constant for name, constant in places])

    def _compile(self, shape: tuple[Hashable, ...], values: dict[str, Any]) -> tuple[str, list[tuple[str, Any]]]:
        stand_ins = {name: stand_in(place, value) for place, (name, value) in enumerate(values.items())}
        sql, params = self._build(*shape, **stand_ins).query.sql_with_params()
        names = {stand_in: name for name, stand_in in stand_ins.items()}
        places = [(names[param], None) if _is_one_of(names, param) else ("", param) for param in params]
        missing = set(names.values()) - {name for name, _ in places}
        if missing:
            raise ValueError(f"the statement has no place for {', '.join(sorted(missing))}")
        return sql, places


def _is_one_of(names: dict[Any, str], param: Any) -> bool:
    return isinstance(param, Hashable) and param in names
