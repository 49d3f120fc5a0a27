"""What falls due, on which list it stands, when to call next. Pure: facts, outcomes and a day in.

The same in SQL is policies/dues.py and worklist.py; a test compares the two over random books.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from keyuan.kernel.term import add_months
from keyuan.policies.rules import Clocks, Cover, Fact, PolicyFacts
from keyuan.policies.states import ENDINGS, FactKind, PaymentMode
from keyuan.retention.states import OPEN_STATES, STATE_SAID, DueKind, Outcome, RenewalState


class Due(NamedTuple):
    """A day on which a policy renews or a premium falls due, as it is known on some day.

    ``settled``: the next term was agreed, or the premium paid. ``lapses_on``: the first day on which it is lost if it is
    not: the end of the term itself, or of the period of grace. ``declined_on``: a refusal on the policy's own record.
    """

    kind: DueKind
    due_on: date
    settled: bool
    lapses_on: date
    declined_on: date | None = None
    declined_note: str = ""


def dues(facts: PolicyFacts, *, on: date, clocks: Clocks, shortest_days: int) -> tuple[Due, ...]:
    """Every due day of a policy as it is known on the day ``on``, the earliest first.

    Cover that ended before its day does not fall due, nor do terms shorter than ``shortest_days`` (a trip is not renewed).
    """
    if facts.signed_on > on:
        return ()
    known = tuple(fact for fact in facts.facts if fact.on <= on)
    if facts.long_term:
        return tuple(_premiums(facts, known, clocks))
    terms = [term for place, term in enumerate(facts.terms) if place == 0 or term.known_from <= on]
    return tuple(_term_ends(facts.signed_on, terms, known, shortest_days))


def _term_ends(signed_on: date, terms: Sequence[Cover], known: Sequence[Fact], shortest_days: int) -> Iterable[Due]:
    for place, term in enumerate(terms):
        end = term.ends_on
        if end is None or end - term.starts_on < timedelta(days=shortest_days):
            continue
        agreed = signed_on if place == 0 else term.known_from
        if any(fact.kind in ENDINGS and agreed <= fact.on < end for fact in known):
            continue
        refusals = [fact.on for fact in known if fact.kind == FactKind.RENEWAL_DECLINED and fact.on >= term.starts_on]
        settled = any(other.starts_on >= end for other in terms)
        yield Due(DueKind.TERM_END, end, settled, end, max(refusals, default=None))


def _premiums(facts: PolicyFacts, known: Sequence[Fact], clocks: Clocks) -> Iterable[Due]:
    """保险法 §36: a premium falls due on the day to which the last one paid; 60 days later, or 30 after demand, it lapses."""
    if facts.payment_mode == PaymentMode.SINGLE:
        return
    start, last = facts.terms[0].starts_on, facts.terms[-1].ends_on
    owed_until = add_months(start, 12 * facts.payment_years) if facts.payment_years else None
    days = sorted({fact.until for fact in known if fact.kind == FactKind.PREMIUM_PAID and fact.until is not None})
    paid_up = any(fact.kind == FactKind.PAID_UP for fact in known)
    for due in days:
        settled = due != days[-1]
        if (last is not None and due >= last) or (owed_until is not None and due >= owed_until):
            continue
        endings = [fact.on for fact in known if fact.kind in ENDINGS]
        if (paid_up and not settled) or any(on < due for on in endings):
            continue
        lapses = due + timedelta(days=clocks.grace_days + 1)
        demands = [fact.on for fact in known if fact.kind == FactKind.PREMIUM_DEMANDED and fact.on >= due]
        if demands:
            lapses = min(lapses, max(demands) + timedelta(days=clocks.grace_after_demand_days + 1))
        yield Due(DueKind.PREMIUM, due, settled, min([lapses, *endings]))


class Told(NamedTuple):
    """One recorded outcome."""

    outcome: str
    on: date
    reason: str = ""
    next_contact_on: date | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What the outcomes of a case add up to. ``said`` is the last one that reached the customer."""

    said: str = ""
    said_on: date | None = None
    reason: str = ""
    contacts: int = 0
    attempts: int = 0
    last_contact_on: date | None = None
    next_contact_on: date | None = None


NOTHING_TOLD = Summary()


def summed_up(outcomes: Iterable[Told]) -> Summary:
    """The outcomes of a case, in the order in which they were recorded, as the row of the case keeps them."""
    result = NOTHING_TOLD
    for told in outcomes:
        reached = told.outcome in STATE_SAID
        result = Summary(
            said=told.outcome if reached else result.said,
            said_on=told.on if reached else result.said_on,
            reason=told.reason if reached else result.reason,
            contacts=result.contacts + reached,
            attempts=result.attempts + 1,
            last_contact_on=told.on,
            next_contact_on=told.next_contact_on,
        )
    return result


def state_of(due: Due, told: Summary, *, on: date) -> RenewalState:
    """The list on which a case stands on the day ``on``: facts first, then what the customer said last."""
    if due.settled:
        return RenewalState.RENEWED
    if on >= due.lapses_on:
        return RenewalState.LAPSED
    if due.declined_on is not None and (told.said_on is None or due.declined_on >= told.said_on):
        return RenewalState.NOT_RENEWING
    return STATE_SAID.get(told.said, RenewalState.NOT_CONTACTED)


@dataclass(frozen=True, slots=True)
class Cadence:
    """When to call, for one kind of due day: days before it, the first first. ``escalate_after`` and ``again_after`` are
    working days."""

    days_before: tuple[int, ...]
    least_contacts: int
    again_after: int
    escalate_after: int


Workday = Callable[[date], date]
AddWorkdays = Callable[[date, int], date]


def first_contact_on(due_on: date, cadence: Cadence, *, next_workday: Workday) -> date:
    """The day of the first call: T−45 for motor, moved to a worked day."""
    return next_workday(due_on - timedelta(days=cadence.days_before[0]))


def next_contact(due: Due, told: Summary, *, first: date) -> date | None:
    """When to call next: what was agreed last, or the first day of the cadence; nothing when nobody is to be called."""
    return told.next_contact_on if told.attempts else first


def is_overdue(state: RenewalState, next_on: date | None, *, on: date) -> bool:
    """Whether a call that was to be made has not been made."""
    return state in OPEN_STATES and next_on is not None and next_on < on


def proposed_next_contact(
    due: Due, outcome: Outcome, *, on: date, cadence: Cadence, next_workday: Workday, add_workdays: AddWorkdays
) -> date | None:
    """The next call after an outcome of today: the next day of the cadence, or soon where that is over.

    Nobody is called again who will not renew. Who agreed is asked for the premium; who was not reached is tried again
    sooner than the cadence says. Never on or after the day on which the case is lost.
    """
    if outcome == Outcome.NOT_RENEWING:
        return None
    last = due.lapses_on - timedelta(days=1)
    soon = add_workdays(on, cadence.again_after)
    later = [day for days in cadence.days_before if (day := next_workday(due.due_on - timedelta(days=days))) > on]
    if outcome in (Outcome.NO_ANSWER, Outcome.WRONG_NUMBER):
        day = min([add_workdays(on, 1), *later])
    else:
        day = later[0] if later else soon
    return day if on < day <= last else (last if last > on else None)


def is_escalated(next_on: date | None, *, on: date, cadence: Cadence, add_workdays: AddWorkdays) -> bool:
    """Whether a missed call is so late that the manager is told."""
    return next_on is not None and on > add_workdays(next_on, cadence.escalate_after)


def contacts_missing(told: Summary, cadence: Cadence) -> int:
    """How many conversations are still owed before the day (two for motor)."""
    return max(0, cadence.least_contacts - told.contacts)


def shared_out(cases: int, loads: Sequence[tuple[int, int]]) -> list[int]:
    """To whom ``cases`` go one after another: always the one who has least so far, then the first in order.

    ``loads`` are (person, cases already open). Nobody ends up with two more than somebody who had no more to begin with.
    """
    have = dict(loads)
    order = {person: place for place, (person, _load) in enumerate(loads)}
    given = []
    for _case in range(cases):
        chosen = min(have, key=lambda person: (have[person], order[person]))
        have[chosen] += 1
        given.append(chosen)
    return given
