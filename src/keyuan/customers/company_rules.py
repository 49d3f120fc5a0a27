"""Pure decisions about companies: chains of parents, periods, and how a contract stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from keyuan.customers.states import ContractStatus


class Above(NamedTuple):
    """``parent`` is above ``child`` from ``starts_on`` (None: ever since) until ``ends_on`` (outside; None: still)."""

    child: int
    parent: int
    starts_on: date | None = None
    ends_on: date | None = None


def overlap(one: Above, other: Above) -> bool:
    """Whether two half-open periods have a day in common."""
    return _begins(one) < _ends(other) and _begins(other) < _ends(one)


def would_circle(new: Above, known: Iterable[Above]) -> bool:
    """Whether on some day of the new period a chain of parents would lead from the new parent back to the child."""
    if new.child == new.parent:
        return True
    by_child: dict[int, list[Above]] = {}
    for one in known:
        by_child.setdefault(one.child, []).append(one)
    paths = [(new.parent, _begins(new), _ends(new))]
    seen: set[tuple[int, date, date]] = set()
    while paths:
        company, first, last = paths.pop()
        for step in by_child.get(company, ()):
            begin, end = max(first, _begins(step)), min(last, _ends(step))
            if begin >= end:
                continue
            if step.parent == new.child:
                return True
            if (step.parent, begin, end) not in seen:
                seen.add((step.parent, begin, end))
                paths.append((step.parent, begin, end))
    return False


@dataclass(frozen=True, slots=True)
class Branch:
    """A company of a tree with how deep it stands; ``circular`` marks one that stands above itself in the data."""

    company: int
    depth: int
    circular: bool = False


def in_order(root: int, children: Mapping[int, list[int]]) -> list[Branch]:
    """The tree below a company, each before those below it; data that run in a circle end instead of going on for ever."""
    order: list[Branch] = []
    waiting: list[tuple[int, int, frozenset[int]]] = [(root, 0, frozenset())]
    while waiting:
        company, depth, above = waiting.pop()
        circular = company in above
        order.append(Branch(company, depth, circular))
        if not circular:
            below = above | {company}
            waiting += [(child, depth + 1, below) for child in reversed(children.get(company, []))]
    return order


def contract_status(
    *, starts_on: date, ends_on: date | None, renewal_on: date | None, terminated_on: date | None, on: date
) -> ContractStatus:
    """How a contract stands on a day."""
    if terminated_on is not None and terminated_on <= on:
        return ContractStatus.TERMINATED
    if on < starts_on:
        return ContractStatus.NOT_STARTED
    if ends_on is not None and ends_on <= on:
        return ContractStatus.ENDED
    if renewal_on is not None and renewal_on <= on:
        return ContractStatus.RENEWAL_DUE
    return ContractStatus.IN_FORCE


def _begins(one: Above) -> date:
    return one.starts_on or date.min


def _ends(one: Above) -> date:
    return one.ends_on or date.max
