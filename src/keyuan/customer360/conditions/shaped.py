"""A condition about to be asked: statements of its shape are composed once and kept, its values are given to them.

Composing takes Django longer than PostgreSQL needs to answer, so it happens once for each shape of condition (what is
compared with what, in whose scope, on which day), and never for each value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from keyuan.accounts.scope import Viewer
from keyuan.customer360.conditions.fields import Ask, Gapped
from keyuan.customer360.conditions.sql import composed, conjuncts, has_side, side
from keyuan.customer360.conditions.tree import Compare, Condition, Group, Has, Not
from keyuan.kernel.clock import now, today
from keyuan.kernel.kept import Kept, Statement, written
from keyuan.kernel.stand_ins import stand_in
from keyuan.kernel.statements import together

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.customers.models import Customer

# What the planner must promise of a side for it to be read first: so few rows, at so little cost.
FEW_ROWS, LITTLE_COST = 100_000, 25_000
_NOTHING = {"Plan Rows": 0, "Total Cost": 0}
KEPT = Kept()


def scope_of(viewer: Viewer, on: date) -> Hashable:
    """What a statement depends on besides its shape: who sees what, on which day."""
    return (viewer.user_id, viewer.role, viewer.unit_ids, viewer.permissions, viewer.purpose, on, today())


class Shaped:
    """A condition of a viewer on a day, with its values apart from its shape."""

    def __init__(self, condition: Condition, *, viewer: Viewer, on: date) -> None:
        self.parts = conjuncts(condition)
        self.values: list[Any] = []
        self._slots: dict[int, int] = {}
        self._ask = Ask(viewer, on, now())
        self._shapes = tuple(self._shape(part) for part in self.parts)
        self._scope = scope_of(viewer, on)

    def rows(self) -> QuerySet[Customer]:
        """The customers as a queryset, in no order."""
        return composed(self.parts, self._ask, met=self._met)

    def statement(self, *more: Hashable, read: Callable[[QuerySet[Customer]], QuerySet[Any, Any]]) -> Statement:
        """The statement that ``read`` makes of the customers; ``more`` is what it depends on besides them."""
        met = self._met
        return KEPT.of(
            (self._scope, self._shapes, met, *more),
            lambda: written(read(composed(self.parts, self._with_gaps, met=met)), self._stand_ins),
        )

    @cached_property
    def _stand_ins(self) -> list[Any]:
        return [stand_in(place, value) for place, value in enumerate(self.values)]

    @property
    def _with_gaps(self) -> Ask:
        return replace(self._ask, standing=_Standing(self._stand_ins, self._slots))

    def _shape(self, condition: Condition) -> Hashable:
        """Everything that the text of a statement depends on. Gathers the values of its gaps on the way."""
        match condition:
            case Group(join=join, parts=parts):
                return (join, *(self._shape(part) for part in parts))
            case Not(part=part):
                return ("not", self._shape(part))
            case Has(record=record, such_that=such_that, none=none):
                return ("has", record.name, none, self._shape(such_that))
            case Compare(field=field, op=op, value=value):
                stamp = None if field.stamp is None else field.stamp(value, self._ask)
                if not isinstance(field.narrow, Gapped):
                    return (field.name, field.kind, op, stamp, value)
                place = self._slots[id(condition)] = len(self.values)
                field.narrow(op, value, replace(self._ask, gaps=_Taken(self.values)))
                types = tuple(type(one) for one in self.values[place:])
                return (field.name, field.kind, op, stamp, types, value is False)
        raise TypeError(type(condition).__name__)  # pragma: no cover

    @cached_property
    def _met(self) -> tuple[int, ...]:
        """The places of the parts whose sides are selective; none unless there are two.

        A plan of nested semi-joins probes an index at random for every row of the first has. Reading each side in the
        order of its own index and letting them meet (INTERSECT) touches customers only where all of them do: ten to
        twenty times less work when a month of policies meets a month of tasks. PostgreSQL does not find this plan by
        itself; it only estimates.
        """
        places = [place for place, part in enumerate(self.parts) if has_side(part)]
        if len(places) < 2:
            return ()
        sides = [self._side(place) for place in places]
        few = [place for place, plan in zip(places, self._explained(sides), strict=True) if _is_little(plan)]
        return tuple(few) if len(few) > 1 else ()

    def _explained(self, statements: Sequence[Statement]) -> list[dict[str, Any]]:
        """What the planner expects of each."""
        with together():
            asked = [one.around("EXPLAIN (FORMAT JSON) ").ask(self.values) if one.sql else None for one in statements]
        return [_NOTHING if one is None else _plan(one.rows()) for one in asked]

    def _side(self, place: int) -> Statement:
        return KEPT.of(
            (self._scope, self._shapes, "side", place),
            lambda: written(side(self.parts[place], self._with_gaps), self._stand_ins),
        )


@dataclass(frozen=True, slots=True)
class _Taken:
    """Gathers values as they come."""

    values: list[Any]

    def put(self, value: Any) -> Any:
        self.values.append(value)
        return value


@dataclass(slots=True)
class _Run:
    """The stand-ins of one comparison, in their order."""

    stand_ins: Sequence[Any]
    place: int

    def put(self, value: Any) -> Any:
        self.place += 1
        return self.stand_ins[self.place - 1]


@dataclass(frozen=True, slots=True)
class _Standing:
    stand_ins: Sequence[Any]
    slots: dict[int, int]

    def of(self, one: Compare) -> _Run:
        return _Run(self.stand_ins, self.slots[id(one)])


def _plan(rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    told = rows[0][0]
    plan: dict[str, Any] = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return plan


def _is_little(plan: dict[str, Any]) -> bool:
    """Whether the planner expects few rows at little cost."""
    return bool(plan["Plan Rows"] <= FEW_ROWS and plan["Total Cost"] <= LITTLE_COST)


def matching(condition: Condition, *, viewer: Viewer, on: date) -> QuerySet[Customer]:
    """The customers in scope for whom the condition holds on a day, in no order."""
    return Shaped(condition, viewer=viewer, on=on).rows()
