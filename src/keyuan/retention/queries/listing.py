"""The lists of renewals: a page of them with states by the rules, and how many stand on each list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import EmptyResultSet

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.insight.scores.queries import WITH_CHANCE
from keyuan.kernel.clock import today
from keyuan.retention.queries.told import Found, RenewalSeen, told
from keyuan.retention.refusals import TooManyToExport
from keyuan.retention.worklist import FOUND, PERIOD_DAYS, RenewalFilter, rows, table, worklist

__all__ = ["PERIOD_DAYS", "RenewalFilter"]

PAGE, PIECE = 50, 500
ORDERS = {
    "due": "due_on, policy_id",
    "-due": "due_on DESC, policy_id DESC",
    "call": "next_on NULLS LAST, due_on, policy_id",
    "-call": "next_on DESC NULLS LAST, due_on, policy_id",
    "premium": "premium, due_on, policy_id",
    "-premium": "premium DESC, due_on, policy_id",
    "risk": "risk.value NULLS LAST, due_on, united.policy_id",
    "-risk": "risk.value DESC NULLS LAST, due_on, united.policy_id",
}


@dataclass(frozen=True, slots=True)
class Tallies:
    """How many stand on each list; ``overdue`` and ``unassigned`` are among those still open."""

    by_state: dict[str, int]
    unassigned: int

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    def of(self, lists: Iterable[str]) -> int:
        """Those on the chosen lists; all if none is chosen."""
        chosen = list(lists)
        return sum(self.by_state.get(state, 0) for state in chosen) if chosen else self.total


@dataclass(frozen=True, slots=True)
class RenewalPage:
    """A page of a list. ``more`` says whether another follows."""

    rows: tuple[RenewalSeen, ...]
    number: int
    more: bool


NO_TALLIES = Tallies({}, 0)


def renewals(
    *,
    viewer: Viewer,
    first: date,
    last: date,
    lists: Sequence[str] = (),
    branch: int | None = None,
    agent: int | None = None,
    line: str = "",
    sort: str = "due",
    page: int = 1,
    size: int = PAGE,
) -> RenewalPage:
    """What falls due from ``first`` to before ``last`` in the viewer's scope, a page of it."""
    asked = RenewalFilter(first, last, lists=tuple(lists), branch=branch, agent=agent, line=line, sort=sort)
    return seen(asked, viewer=viewer, page=page, size=size)


def seen(asked: RenewalFilter, *, viewer: Viewer, page: int = 1, size: int = PAGE) -> RenewalPage:
    """A page of the list."""
    on = today()
    found = _found(asked, viewer=viewer, on=on, limit=size + 1, offset=(page - 1) * size)
    return RenewalPage(tuple(told(found[:size], viewer=viewer, on=on)), page, more=len(found) > size)


def all_seen(asked: RenewalFilter, *, viewer: Viewer, most: int) -> Iterator[RenewalSeen]:
    """The list without pages, found at once and read a piece at a time. Raises TooManyToExport beyond ``most``."""
    on = today()
    found = _found(asked, viewer=viewer, on=on, limit=most + 1)
    if len(found) > most:
        raise TooManyToExport(most=most)
    pieces = (found[start : start + PIECE] for start in range(0, len(found), PIECE))
    return (one for piece in pieces for one in told(piece, viewer=viewer, on=on))


def _found(asked: RenewalFilter, *, viewer: Viewer, on: date, limit: int, offset: int = 0) -> list[Found]:
    """The due days of the list, in its order."""
    order = asked.sort if asked.sort in ORDERS else "due"
    try:
        found = worklist(asked, viewer=viewer, on=on, calls="call" in order)
    except EmptyResultSet:
        return []
    found.parameters.update(limit=limit, offset=offset, enough=offset + limit)
    inner = found.first(ORDERS[order]) if order.endswith("due") else found.sql
    united = _with_chance(inner) if order.endswith("risk") else f"SELECT {FOUND} FROM ({inner}) united"
    text = f"{united} ORDER BY {ORDERS[order]} LIMIT %(limit)s OFFSET %(offset)s"
    # The few customers of an agent are sooner found by themselves than along the days of everybody.
    in_order = viewer.role != Role.AGENT and asked.customer is None and asked.policy is None and order.endswith("due")
    return [Found._make(row) for row in rows(text, found.parameters, few=True, in_order=in_order)]


def _with_chance(rows: str) -> str:
    """With the chance to leave beside each policy: asked for only by who sorts by it."""
    columns = ", ".join(f"united.{name}" for name in FOUND.split(", "))
    return WITH_CHANCE.format(columns=columns, rows=rows)


def tallies(asked: RenewalFilter, *, viewer: Viewer) -> Tallies:
    """How many stand on each list, whichever lists are chosen."""
    try:
        sql, parameters = table(asked.whole(), viewer=viewer, on=today(), calls=False)
    except EmptyResultSet:
        return NO_TALLIES
    text = (
        "SELECT state, count(*), count(*) FILTER (WHERE assignee_id IS NULL AND state = ANY(%(open)s))"
        f" FROM ({sql}) found GROUP BY state"
    )
    counted = rows(text, parameters)
    return Tallies({state: count for state, count, _ in counted}, sum(free for _, _, free in counted))


def to_give_out(asked: RenewalFilter, *, viewer: Viewer, again: bool, most: int) -> list[tuple[int, int, date]]:
    """(policy, customer, due day) of what is still open and assigned to nobody, or to anybody if ``again``, by due day.

    One more than ``most`` at most, so that the caller sees when there are too many.
    """
    try:
        sql, parameters = table(asked, viewer=viewer, on=today(), calls=False)
    except EmptyResultSet:
        return []
    free = "" if again else " AND assignee_id IS NULL"
    parameters["most"] = most + 1
    return rows(
        f"SELECT policy_id, customer_id, due_on FROM ({sql}) found WHERE state = ANY(%(open)s){free}"
        " ORDER BY due_on, policy_id LIMIT %(most)s",
        parameters,
    )


def renewals_of(customer_id: int, *, viewer: Viewer) -> tuple[RenewalSeen, ...]:
    """What of the customer falls due soon, fell due lately, or is still being talked about."""
    on = today()
    asked = RenewalFilter(on - timedelta(days=90), on + timedelta(days=90), customer=customer_id)
    return seen(asked, viewer=viewer, size=20).rows
