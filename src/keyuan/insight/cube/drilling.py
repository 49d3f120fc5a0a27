"""From a cell to the customers behind it: only those in scope now, only for a purpose, with a line of the log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from keyuan.customers.queries.scope import visible
from keyuan.insight.cube import building
from keyuan.insight.cube.answers import opened
from keyuan.insight.cube.names import TIMES
from keyuan.insight.cube.periods import period
from keyuan.insight.cube.questions import Question
from keyuan.insight.events import CUSTOMERS_DRILLED
from keyuan.insight.lake.keys import numbers_behind
from keyuan.lists.actions import note_export

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer


class Behind(NamedTuple):
    """A customer behind a cell."""

    pk: int
    number: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Found:
    """``count`` customers; the first of them by name."""

    count: int
    customers: tuple[Behind, ...]


def behind(asked: Question, of: tuple[str, ...], *, purpose: str, most: int, by: Viewer) -> Found:
    """The customers who had cover, premium or claims in the cell ``of``. Raises PurposeMissing, NotPermitted, LakeEmpty."""
    held = _held_fast(asked, of)
    with opened(held, viewer=by) as lake:
        sql = building.customers_sql(held, lake.setting, lake.engine.dialect)
        keys = [int(key) for key in lake.engine.rows(sql)["customer"].to_pylist()]
    # The lake is of last night: whoever has left the scope since, or was frozen, is not shown.
    rows = visible(by).filter(pk__in=numbers_behind(keys, kind="customer")).select_related("org_unit")
    count = rows.count()
    cell = dict(zip(asked.by, of, strict=True))
    payload = {"question": held.query, "cell": cell, "customers": count}
    note_export(CUSTOMERS_DRILLED, purpose=purpose, payload=payload, by=by)
    found = [Behind(one.pk, one.number, one.name, one.org_unit.label) for one in rows.order_by("name", "pk")[:most]]
    return Found(count, tuple(found))


def _held_fast(asked: Question, of: tuple[str, ...]) -> Question:
    """The question of one cell: its values are conditions, a slice of time is the period."""
    where, when = dict(asked.where), asked.period
    for name, value in zip(asked.by, of, strict=True):
        if name in TIMES:
            part = period(value)
            when = part if when is None else part._replace(
                starts_on=max(part.starts_on, when.starts_on), ends_on=min(part.ends_on, when.ends_on)
            )  # fmt: skip
        else:
            where[name] = (value,)
    return replace(asked, by=(), where=tuple(sorted(where.items())), period=when)
