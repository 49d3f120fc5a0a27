"""The list of a period as one table expression: what is due, what was said about it, on which list it stands.

The states are rules.state_of in SQL. Everything that is not asked for is left out: counting a month of a large book
joins nothing that it does not need.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet

from keyuan.accounts import queries as accounts
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.deadlines.calendar import next_workday
from keyuan.kernel.statements import ask, together
from keyuan.policies.dues import dues_sql
from keyuan.policies.states import PaymentMode
from keyuan.products.queries import product_lines
from keyuan.retention.cadence import cadence_for, shortest_term_days
from keyuan.retention.refusals import PeriodImpossible, PeriodTooLong
from keyuan.retention.states import OPEN_STATES, STATE_SAID, DueKind, RenewalState

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.customers.models import Customer

PERIOD_DAYS = 366
# On these lists stands nothing that is settled or lost.
ALIVE = frozenset({*OPEN_STATES, RenewalState.NOT_RENEWING})
# Nobody comes onto these but by what the customer said: they are found from the cases, not along the month.
ONLY_BY_WORD = frozenset({RenewalState.RENEWING, RenewalState.CONSIDERING})


@dataclass(frozen=True, slots=True)
class RenewalFilter:
    """What falls due from ``first`` to before ``last``, narrowed; an empty part narrows nothing.

    ``agent`` is the account to whom a case is assigned; ``mine``: to the viewer, or to nobody while they serve the
    customer. ``contact_from`` and ``contact_before`` narrow by the day of the next call instead.
    """

    first: date
    last: date
    lists: tuple[str, ...] = ()
    line: str = ""
    kind: str = ""
    branch: int | None = None
    agent: int | None = None
    mine: bool = False
    unassigned: bool = False
    overdue: bool = False
    contact_from: date | None = None
    contact_before: date | None = None
    customer: int | None = None
    policy: int | None = None
    sort: str = "due"

    def whole(self) -> RenewalFilter:
        """The same without the choice of lists: what the tabs count."""
        return replace(self, lists=())

    @property
    def asks_for_calls(self) -> bool:
        """Whether the day of the next call decides what is shown, and in which order."""
        return self.overdue or self.contact_from is not None or self.contact_before is not None


# What a list reads of each due day: queries.told takes them in this order.
FOUND = "policy_id, customer_id, due_on, kind, premium, settled, lapses_on, declined_on"
_STATE = """
CASE WHEN due.settled THEN 'renewed' WHEN %(on)s >= due.lapses_on THEN 'lapsed'
  WHEN due.declined_on IS NOT NULL AND (c.said_on IS NULL OR due.declined_on >= c.said_on) THEN 'not_renewing'
  {said} ELSE 'not_contacted' END AS state
""".format(said=" ".join(f"WHEN c.said = '{said}' THEN '{state}'" for said, state in STATE_SAID.items()))
_NEXT_ON = "CASE WHEN c.attempts > 0 THEN c.next_contact_on ELSE day.worked END AS next_on"
_CADENCE = """
JOIN unnest(%(cadence_product)s::bigint[], %(cadence_mode)s::int[], %(cadence_days)s::int[])
  AS cadence(product_id, payment_mode, days)
  ON cadence.product_id = due.product_id AND cadence.payment_mode = due.payment_mode
JOIN unnest(%(day_raw)s::date[], %(day_worked)s::date[]) AS day(raw, worked) ON day.raw = due.due_on - cadence.days
"""


@dataclass(frozen=True, slots=True)
class Worklist:
    """The list as SQL: a part for each kind of due day, each with policy_id, customer_id, due_on, premium, the columns of
    the case, state, and next_on where the day of the call is asked for."""

    parts: tuple[str, ...]
    parameters: dict[str, Any]

    @property
    def sql(self) -> str:
        return " UNION ALL ".join(self.parts)

    def first(self, order: str) -> str:
        """The first rows of every part in the order of the due days: each stops reading when it has enough."""
        return " UNION ALL ".join(
            f"(SELECT {FOUND} FROM ({part}) found ORDER BY {order} LIMIT %(enough)s)" for part in self.parts
        )


def table(wanted: RenewalFilter, *, viewer: Viewer, on: date, calls: bool) -> tuple[str, dict[str, Any]]:
    """The SQL of the whole list and its parameters."""
    found = worklist(wanted, viewer=viewer, on=on, calls=calls)
    return found.sql, found.parameters


def worklist(wanted: RenewalFilter, *, viewer: Viewer, on: date, calls: bool) -> Worklist:
    """The list of a period; next_on only if ``calls``. Raises EmptyResultSet for whoever sees nobody, PeriodTooLong,
    PeriodImpossible."""
    _check(wanted)
    calls = calls or wanted.asks_for_calls
    kinds = (wanted.kind,) if wanted.kind in DueKind.values else tuple(DueKind.values)
    dues, parameters = dues_sql(
        scope_of(wanted, viewer=viewer),
        first=wanted.first,
        last=wanted.last,
        on=on,
        shortest_days=shortest_term_days(on),
        kinds=kinds,
        lines=(wanted.line,) if wanted.line else (),
        alive=wanted.asks_for_calls or (bool(wanted.lists) and ALIVE.issuperset(wanted.lists)),
    )
    told = _only_told(wanted, parameters, on=on)
    if calls:
        parameters |= _cadences(wanted, on=on)
    conditions = _narrowed(wanted, parameters, viewer=viewer, on=on)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    parts = tuple(f"SELECT * FROM ({_joined(due, calls=calls, told=told)}) listed{where}" for due in dues)
    return Worklist(parts, parameters)


def _only_told(wanted: RenewalFilter, parameters: dict[str, Any], *, on: date) -> bool:
    """Whether only what customers said leads to the lists asked for. Few stand on such a list, and on that of what is
    lost: neither is looked for along the whole month."""
    chosen = set(wanted.lists) & set(RenewalState.values)
    if chosen == {RenewalState.LAPSED}:
        # Nothing is lost before its day.
        parameters["last"] = min(wanted.last, on + timedelta(days=1))
    parameters["told"] = [outcome for outcome, state in STATE_SAID.items() if state in chosen]
    return bool(chosen) and ONLY_BY_WORD.issuperset(chosen)


def _joined(due: str, *, calls: bool, told: bool) -> str:
    """``told``: only those whose customer was reached and said something that leads to the lists asked for."""
    return (
        "SELECT due.policy_id, due.customer_id, due.due_on, due.kind, due.premium, due.product_id, due.payment_mode,"
        " due.settled, due.lapses_on, due.declined_on, c.id AS case_id, c.assignee_id, c.escalated_for,"
        f" {_STATE}{', ' + _NEXT_ON if calls else ''} FROM ({due}) due"
        f" {'INNER' if told else 'LEFT'} JOIN retention_renewalcase c"
        " ON c.policy_id = due.policy_id AND c.due_on = due.due_on"
        f" AND c.due_on >= %(first)s AND c.due_on < %(last)s{' AND c.said = ANY(%(told)s)' if told else ''}"
        f"{_CADENCE if calls else ''}"
    )


# No policy comes twice in a month: remembering what was looked up for one serves no other.
_ALWAYS = ("enable_memoize",)
# Walk the days in order and stop: PostgreSQL expects hardly any row of a state and would rather sort a whole month.
_IN_ORDER = ("enable_bitmapscan", "enable_hashjoin", "enable_sort")


def rows(sql: str, parameters: dict[str, Any], *, few: bool = False, in_order: bool = False) -> list[tuple[Any, ...]]:
    """What the statement answers. For a ``few`` first rows starting other processes would take longer than reading them;
    those of a whole company are read ``in_order`` of their days."""
    chosen = dict.fromkeys(_ALWAYS + (_IN_ORDER if in_order else ()), "off")
    if few:
        chosen["max_parallel_workers_per_gather"] = "0"
    settings = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in chosen.items())
    # What travels together is one transaction, for which the settings hold.
    with together():
        ask(f"SELECT {settings}")
        found = ask(sql, parameters, keep_plan=False)
    return found.rows()


def scope_of(wanted: RenewalFilter, *, viewer: Viewer) -> QuerySet[Customer, Any] | None:
    """The customers in the viewer's scope, narrowed to a branch or one customer; None: the whole company."""
    if not viewer.is_staff or not viewer.may(Permission.SEE_CUSTOMERS):
        raise EmptyResultSet
    everyone = viewer.sees_whole_company and wanted.branch is None and wanted.customer is None
    if everyone:
        return None
    found = customers.visible(viewer)
    if wanted.branch is not None:
        found = found.filter(org_unit_id__in=list(accounts.unit_ids_below(wanted.branch)))
    if wanted.customer is not None:
        found = found.filter(pk=wanted.customer)
    return found


def _check(wanted: RenewalFilter) -> None:
    if wanted.last <= wanted.first:
        raise PeriodImpossible(field="last", first=wanted.first, last=wanted.last)
    if wanted.last - wanted.first > timedelta(days=PERIOD_DAYS):
        raise PeriodTooLong(field="last", days=PERIOD_DAYS)


def _cadences(wanted: RenewalFilter, *, on: date) -> dict[str, Any]:
    """For each product and payment mode the days of the first call; and every such day moved to a worked one."""
    product_ids, modes, days = [], [], []
    for product in product_lines():
        for mode in PaymentMode:
            cadence = cadence_for(line=product.line, long_term=product.long_term, payment_mode=mode, on=on)
            product_ids.append(product.pk)
            modes.append(mode.value)
            days.append(cadence.days_before[0])
    start = wanted.first - timedelta(days=max(days, default=0))
    raw = [start + timedelta(days=number) for number in range((wanted.last - start).days)]
    return {
        "cadence_product": product_ids,
        "cadence_mode": modes,
        "cadence_days": days,
        "day_raw": raw,
        "day_worked": [next_workday(day) for day in raw],
    }


def _narrowed(wanted: RenewalFilter, parameters: dict[str, Any], *, viewer: Viewer, on: date) -> list[str]:
    conditions = []
    parameters |= {"open": [state.value for state in OPEN_STATES], "me": viewer.user_id}
    lists = [state for state in wanted.lists if state in RenewalState.values]
    if lists:
        parameters["lists"] = lists
        conditions.append("state = ANY(%(lists)s)")
    if wanted.mine:
        conditions.append(
            "(assignee_id = %(me)s OR assignee_id IS NULL)" if _serves(viewer) else "assignee_id = %(me)s"
        )
    if wanted.agent is not None:
        parameters["agent"] = wanted.agent
        conditions.append("assignee_id = %(agent)s")
    if wanted.unassigned:
        conditions.append("assignee_id IS NULL")
    if wanted.policy is not None:
        parameters["policy"] = wanted.policy
        conditions.append("policy_id = %(policy)s")
    return conditions + _by_call(wanted, parameters)


def _serves(viewer: Viewer) -> bool:
    return viewer.role == Role.AGENT


def _by_call(wanted: RenewalFilter, parameters: dict[str, Any]) -> list[str]:
    conditions = []
    if wanted.asks_for_calls:
        conditions.append("state = ANY(%(open)s)")
    if wanted.overdue:
        conditions.append("next_on < %(on)s")
    if wanted.contact_from is not None:
        parameters["contact_from"] = wanted.contact_from
        conditions.append("next_on >= %(contact_from)s")
    if wanted.contact_before is not None:
        parameters["contact_before"] = wanted.contact_before
        conditions.append("next_on < %(contact_before)s")
    return conditions
