"""The lists of renewals: a page of them with states by the rules, and how many stand on each list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import EmptyResultSet

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.deadlines.calendar import next_workday
from keyuan.kernel.clock import today
from keyuan.policies import queries as policies
from keyuan.policies.queries import Holding
from keyuan.policies.queries.holdings import covers
from keyuan.policies.rules import Fact, PolicyFacts
from keyuan.policies.states import FactKind
from keyuan.products.states import Line
from keyuan.retention import rules
from keyuan.retention.cadence import cadence_for, shortest_term_days
from keyuan.retention.models import RenewalCase
from keyuan.retention.refusals import TooManyToExport
from keyuan.retention.rules import Cadence, Due, Summary
from keyuan.retention.states import OPEN_STATES, DueKind, LossReason, Outcome, RenewalState
from keyuan.retention.worklist import PERIOD_DAYS, RenewalFilter, rows, table, worklist

__all__ = ["PERIOD_DAYS", "RenewalFilter"]

PAGE, PIECE = 50, 500
# (policy, due day): what names a case, whether or not it has a row.
Keys = Sequence[tuple[int, date]]
ORDERS = {
    "due": "due_on, policy_id",
    "-due": "due_on DESC, policy_id DESC",
    "call": "next_on NULLS LAST, due_on, policy_id",
    "-call": "next_on DESC NULLS LAST, due_on, policy_id",
    "premium": "premium, due_on, policy_id",
    "-premium": "premium DESC, due_on, policy_id",
}


@dataclass(frozen=True, slots=True)
class RenewalSeen:
    """One renewal as a list shows it. ``owner`` works on it: the assignee, else whoever serves the customer.

    ``premium`` is that of the term that ends, or of the payment that falls due. ``contacts_missing`` conversations are
    still owed before the day.
    """

    policy_id: int
    policy_number: str
    customer_id: int
    customer_number: str
    customer_name: str
    phone: str
    branch: str
    product: str
    line: str
    object: str
    kind: DueKind
    due_on: date
    premium: Decimal
    currency: str
    state: RenewalState
    reason: str
    reason_note: str
    said: str
    contacts: int
    contacts_missing: int
    last_contact_on: date | None
    next_contact_on: date | None
    overdue: bool
    escalated: bool
    assignee_id: int | None
    assignee: str
    serving: str
    lapses_on: date

    @property
    def owner(self) -> str:
        return self.assignee or self.serving

    @property
    def key(self) -> str:
        """Names the case in forms and addresses."""
        return f"{self.policy_id}:{self.due_on.isoformat()}"

    @property
    def line_label(self) -> str:
        return str(Line(self.line).label)

    @property
    def reason_label(self) -> str:
        return str(LossReason(self.reason).label) if self.reason else self.reason_note

    @property
    def said_label(self) -> str:
        return str(Outcome(self.said).label) if self.said else ""

    def days_left(self, on: date) -> int:
        return (self.due_on - on).days


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
    keys = _keys(asked, viewer=viewer, on=on, limit=size + 1, offset=(page - 1) * size)
    return RenewalPage(tuple(told(keys[:size], viewer=viewer, on=on)), page, more=len(keys) > size)


def all_seen(asked: RenewalFilter, *, viewer: Viewer, most: int) -> Iterator[RenewalSeen]:
    """The list without pages, found at once and read a piece at a time. Raises TooManyToExport beyond ``most``."""
    on = today()
    keys = _keys(asked, viewer=viewer, on=on, limit=most + 1)
    if len(keys) > most:
        raise TooManyToExport(most=most)
    pieces = (keys[start : start + PIECE] for start in range(0, len(keys), PIECE))
    return (one for piece in pieces for one in told(piece, viewer=viewer, on=on))


def _keys(asked: RenewalFilter, *, viewer: Viewer, on: date, limit: int, offset: int = 0) -> list[tuple[int, date]]:
    """What names the renewals of the list, in its order."""
    order = asked.sort if asked.sort in ORDERS else "due"
    try:
        found = worklist(asked, viewer=viewer, on=on, calls="call" in order)
    except EmptyResultSet:
        return []
    found.parameters.update(limit=limit, offset=offset, enough=offset + limit)
    inner = found.first(ORDERS[order]) if order.endswith("due") else found.sql
    text = f"SELECT policy_id, due_on FROM ({inner}) united ORDER BY {ORDERS[order]} LIMIT %(limit)s OFFSET %(offset)s"
    # The few customers of an agent are sooner found by themselves than along the days of everybody.
    in_order = viewer.role != Role.AGENT and asked.customer is None and order.endswith("due")
    return [(policy, due_on) for policy, due_on in rows(text, found.parameters, few=True, in_order=in_order)]


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


def told(keys: Keys, *, viewer: Viewer, on: date) -> list[RenewalSeen]:
    """The cases of (policy, due day) pairs that a statement has found in scope, each with its state by the rules."""
    ids = list({policy_id for policy_id, _ in keys})
    if not ids:
        return []
    held = {one.id: one for one in policies.holdings_by_id(ids, viewer=viewer, on=on)}
    names = policies.holders_of(ids, viewer=viewer)
    people = list({one.customer_id for one in held.values()})
    briefs = customers.briefs(people, viewer=viewer)
    serving = customers.owners_of(people, viewer=viewer, on=on)
    cases = _cases(keys)
    result = []
    for policy_id, due_on in keys:
        holding = held.get(policy_id)
        due = None if holding is None else due_of(holding, due_on, on=on)
        if holding is None or due is None:
            continue
        case = cases.get((policy_id, due_on))
        one = _seen(holding, due, case, on=on)
        branch, phone = briefs.get(holding.customer_id, ("", ""))
        server = serving.get(holding.customer_id)
        result.append(
            replace(
                one,
                customer_number=names[policy_id].number,
                customer_name=names[policy_id].name,
                branch=branch,
                phone=phone,
                serving="" if server is None else server.name,
            )
        )
    return result


def _cases(keys: Keys) -> dict[tuple[int, date], RenewalCase]:
    chosen = RenewalCase.objects.filter(
        policy_id__in={policy for policy, _ in keys}, due_on__in={day for _, day in keys}
    )
    return {(case.policy_id, case.due_on): case for case in chosen.select_related("assignee")}


def facts_of(held: Holding) -> PolicyFacts:
    """What the rules of the policies room read, from a policy that is already read."""
    return PolicyFacts(
        signed_on=held.signed_on,
        terms=covers(held.terms, starts_on=held.starts_on, ends_on=held.ends_on),
        facts=tuple(Fact(fact.kind, fact.on, fact.until) for fact in held.facts),
        long_term=held.product.long_term,
        payment_mode=held.payment_mode,
        payment_years=held.payment_years,
    )


def due_of(held: Holding, due_on: date, *, on: date) -> Due | None:
    """What falls due on that day; None if nothing does."""
    found = rules.dues(facts_of(held), on=on, clocks=held.clocks, shortest_days=shortest_term_days(on))
    return next((due for due in found if due.due_on == due_on), None)


def cadence_of(held: Holding, *, on: date) -> Cadence:
    """When to call about the policy."""
    product = held.product
    return cadence_for(line=product.line, long_term=product.long_term, payment_mode=held.payment_mode, on=on)


def summary_of(case: RenewalCase | None) -> Summary:
    """What was said so far."""
    if case is None:
        return rules.NOTHING_TOLD
    return Summary(
        said=case.said,
        said_on=case.said_on,
        reason=case.reason,
        contacts=case.contacts,
        attempts=case.attempts,
        last_contact_on=case.last_contact_on,
        next_contact_on=case.next_contact_on,
    )


def _seen(held: Holding, due: Due, case: RenewalCase | None, *, on: date) -> RenewalSeen:
    summary, cadence = summary_of(case), cadence_of(held, on=on)
    state = rules.state_of(due, summary, on=on)
    first = rules.first_contact_on(due.due_on, cadence, next_workday=next_workday)
    next_on = rules.next_contact(due, summary, first=first) if state in OPEN_STATES else None
    lost = state == RenewalState.NOT_RENEWING
    term = next((term for term in held.terms if term.ends_on == due.due_on), None)
    return RenewalSeen(
        policy_id=held.id,
        policy_number=held.number,
        customer_id=held.customer_id,
        customer_number="",
        customer_name="",
        phone="",
        branch="",
        product=held.product.shown,
        line=held.product.line,
        object=next((thing.plate or thing.label for thing in held.objects), ""),
        kind=due.kind,
        due_on=due.due_on,
        premium=held.premium if term is None or due.kind == DueKind.PREMIUM else term.premium,
        currency=held.currency,
        state=state,
        reason=summary.reason if lost else "",
        reason_note=_note_of_refusal(held) if lost and not summary.reason else "",
        said=summary.said,
        contacts=summary.contacts,
        contacts_missing=rules.contacts_missing(summary, cadence) if state in OPEN_STATES else 0,
        last_contact_on=summary.last_contact_on,
        next_contact_on=next_on,
        overdue=rules.is_overdue(state, next_on, on=on),
        escalated=case is not None and case.escalated_for is not None and case.escalated_for == next_on,
        assignee_id=None if case is None else case.assignee_id,
        assignee="" if case is None or case.assignee is None else str(case.assignee),
        serving="",
        lapses_on=due.lapses_on,
    )


def _note_of_refusal(held: Holding) -> str:
    notes = [fact.note for fact in held.facts if fact.kind == FactKind.RENEWAL_DECLINED]
    return notes[-1] if notes else ""
