"""What holds for a policy on a day. Pure: facts and a day in, a set of statuses out.

Cover is a list of terms (half-open). Over it lie dated facts: payments, suspension, endings. Everything is counted from
the day after the fact that starts a clock (民法典 §201), so a period of 60 days from the due date D is inside on D+1 …
D+60 and over on D+61.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from keyuan.kernel.term import add_months
from keyuan.policies.states import ENDINGS, MOVES, FactKind, NextDateKind, PaymentMode, PolicyStatus


class Fact(NamedTuple):
    """A dated fact as models.PolicyFact stores it. The order of facts of one day is the order they were written in."""

    kind: str
    on: date
    until: date | None = None
    recorded_at: datetime | None = None


class Cover(NamedTuple):
    """A term of cover. ``agreed_on``: when the renewal was agreed; None: on the day it starts."""

    starts_on: date
    ends_on: date | None
    agreed_on: date | None = None
    recorded_at: datetime | None = None

    @property
    def known_from(self) -> date:
        """The first day on which the company knew of this term."""
        return self.starts_on if self.agreed_on is None else self.agreed_on


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """All that the rules need to know: ``terms`` by start, ``facts`` by day.

    The first term was agreed when the contract was signed.
    """

    signed_on: date
    terms: tuple[Cover, ...]
    facts: tuple[Fact, ...] = ()
    long_term: bool = False
    payment_mode: int = PaymentMode.SINGLE
    payment_years: int | None = None


@dataclass(frozen=True, slots=True)
class Clocks:
    """The periods that run for one product on one day, from the dated parameters (policies/clocks.py)."""

    cooling_off_days: int
    grace_days: int
    grace_after_demand_days: int
    reinstatement_months: int
    renewal_window_days: int


class NextDate(NamedTuple):
    """A day that the policy is waiting for."""

    kind: NextDateKind
    on: date


ENDED_AS = {
    FactKind.COOLING_OFF_CANCELLED: PolicyStatus.CANCELLED,
    FactKind.SURRENDERED: PolicyStatus.SURRENDERED,
    FactKind.LAPSED: PolicyStatus.LAPSED,
    FactKind.RESCINDED: PolicyStatus.TERMINATED,
    FactKind.CLAIM_TERMINATED: PolicyStatus.TERMINATED,
    FactKind.TRANSFERRED: PolicyStatus.TERMINATED,
    FactKind.MATURED: PolicyStatus.MATURED,
}
ENDED = frozenset(ENDED_AS.values())


@dataclass(slots=True)
class Standing:
    """What the facts known on a day add up to; statuses and next dates are read off it."""

    on: date
    facts: PolicyFacts
    ended_as: PolicyStatus | None = None
    term: Cover | None = None
    last: Cover | None = None
    started: bool = False
    paid_to: date | None = None
    demanded_on: date | None = None
    suspended_on: date | None = None
    suspended: bool = False
    paid_up: bool = False
    cancel_pending: bool = False
    renewal_declined: bool = False
    grace_end: date | None = None


def standing(facts: PolicyFacts, *, on: date, clocks: Clocks, known_at: datetime | None = None) -> Standing:
    """Add up what was known by ``on`` (and recorded by ``known_at``, if given)."""
    result = Standing(on=on, facts=facts)
    revived_on = _add_terms(result, facts.terms, known_at)
    ending: Fact | None = None
    for fact in facts.facts:
        if fact.on > on or (known_at is not None and fact.recorded_at is not None and fact.recorded_at > known_at):
            continue
        if fact.kind not in ENDINGS:
            _take(result, fact)
            continue
        # The end of a contract settles what was pending in it.
        result.cancel_pending, result.suspended_on = False, None
        if ending is None and (revived_on is None or fact.on >= revived_on):
            ending = fact
    result.ended_as = None if ending is None else ENDED_AS[FactKind(ending.kind)]
    _run_the_payment_clock(result, clocks)
    return result


def _add_terms(result: Standing, terms: Iterable[Cover], known_at: datetime | None) -> date | None:
    """Find the term in force and the last one known; the answer is the day from which an earlier ending is overtaken."""
    on, revived_on, first = result.on, None, True
    for term in terms:
        late = known_at is not None and term.recorded_at is not None and term.recorded_at > known_at
        if late or (not first and term.known_from > on):
            continue
        result.last = term
        if term.starts_on <= on:
            result.started = True
            if term.ends_on is None or on < term.ends_on:
                result.term = term
            if not first:
                # A term agreed after the contract had ended is new cover under the same number.
                revived_on = term.known_from if revived_on is None else max(revived_on, term.known_from)
        first = False
    return revived_on


def _take(result: Standing, fact: Fact) -> None:
    match fact.kind:
        case FactKind.PREMIUM_PAID:
            if fact.until is not None and (result.paid_to is None or fact.until > result.paid_to):
                result.paid_to = fact.until
        case FactKind.PREMIUM_DEMANDED:
            result.demanded_on = fact.on
        case FactKind.SUSPENDED:
            result.suspended_on = fact.on
        case FactKind.REINSTATED:
            result.suspended_on = None
        case FactKind.CANCEL_REQUESTED:
            result.cancel_pending = True
        case FactKind.CANCEL_WITHDRAWN:
            result.cancel_pending = False
        case FactKind.PAID_UP:
            result.paid_up = True
        case FactKind.RENEWAL_DECLINED:
            result.renewal_declined = result.last is not None and fact.on >= result.last.starts_on


def due_on(standing: Standing) -> date | None:
    """The day on which the next premium falls due; None when nothing more is owed or nothing is known of payments.

    保险法 §36 runs after the first premium has been paid: without any payment on record no clock runs.
    """
    facts, paid_to = standing.facts, standing.paid_to
    if paid_to is None or not facts.long_term or facts.payment_mode == PaymentMode.SINGLE or standing.paid_up:
        return None
    last = standing.last
    if last is not None and last.ends_on is not None and paid_to >= last.ends_on:
        return None
    if facts.payment_years and paid_to >= add_months(facts.terms[0].starts_on, 12 * facts.payment_years):
        return None
    return paid_to


def _run_the_payment_clock(result: Standing, clocks: Clocks) -> None:
    """保险法 §36: 60 days after the due date, or 30 days after demand if that is sooner; then cover is suspended."""
    due = due_on(result)
    if due is not None:
        result.grace_end = due + timedelta(days=clocks.grace_days + 1)
        if result.demanded_on is not None and result.demanded_on >= due:
            after_demand = result.demanded_on + timedelta(days=clocks.grace_after_demand_days + 1)
            result.grace_end = min(result.grace_end, after_demand)
        if result.on >= result.grace_end:
            result.suspended_on = min(result.grace_end, result.suspended_on or result.grace_end)
    result.suspended = result.suspended_on is not None


def statuses(
    facts: PolicyFacts, *, on: date, clocks: Clocks, known_at: datetime | None = None
) -> frozenset[PolicyStatus]:
    """Everything that holds on the day ``on``: at least one status, often several (on risk + in grace + cancel pending)."""
    return read_statuses(standing(facts, on=on, clocks=clocks, known_at=known_at), clocks)


def read_statuses(standing: Standing, clocks: Clocks) -> frozenset[PolicyStatus]:
    """The statuses of a standing."""
    if standing.ended_as is not None:
        return frozenset({standing.ended_as})
    held = {_main_status(standing)}
    if PolicyStatus.ON_RISK in held and _in_grace(standing):
        held.add(PolicyStatus.IN_GRACE)
    if standing.paid_up and PolicyStatus.EXPIRED not in held:
        held.add(PolicyStatus.PAID_UP)
    if standing.cancel_pending and PolicyStatus.EXPIRED not in held:
        held.add(PolicyStatus.CANCEL_PENDING)
    if _in_cooling_off(standing, clocks):
        held.add(PolicyStatus.IN_COOLING_OFF)
    if PolicyStatus.ON_RISK in held and _renewal_due(standing, clocks):
        held.add(PolicyStatus.RENEWAL_DUE)
    return frozenset(held)


def _main_status(standing: Standing) -> PolicyStatus:
    if not standing.started:
        return PolicyStatus.NOT_YET_ON_RISK
    if standing.term is None:
        return PolicyStatus.EXPIRED
    return PolicyStatus.SUSPENDED if standing.suspended else PolicyStatus.ON_RISK


def _in_grace(standing: Standing) -> bool:
    due = due_on(standing)
    return due is not None and standing.grace_end is not None and due < standing.on < standing.grace_end


def cooling_off_end(facts: PolicyFacts, clocks: Clocks) -> date | None:
    """The first day on which the contract can no longer be given back; None for cover of a year or less."""
    if not facts.long_term or clocks.cooling_off_days == 0:
        return None
    return facts.signed_on + timedelta(days=clocks.cooling_off_days + 1)


def _in_cooling_off(standing: Standing, clocks: Clocks) -> bool:
    end = cooling_off_end(standing.facts, clocks)
    return end is not None and standing.facts.signed_on <= standing.on < end


def _renewal_due(standing: Standing, clocks: Clocks) -> bool:
    if standing.facts.long_term or standing.renewal_declined or standing.last is not standing.term:
        return False
    end = standing.term.ends_on if standing.term is not None else None
    return end is not None and standing.on >= end - timedelta(days=clocks.renewal_window_days)


def next_dates(facts: PolicyFacts, *, on: date, clocks: Clocks) -> tuple[NextDate, ...]:
    """The days that the policy is waiting for on ``on``, the soonest first; an ended policy waits for none."""
    return read_next_dates(standing(facts, on=on, clocks=clocks), clocks)


def read_next_dates(standing: Standing, clocks: Clocks) -> tuple[NextDate, ...]:
    """The next dates of a standing."""
    if standing.ended_as is not None:
        return ()
    found = [*_dates_of_cover(standing, clocks), *_dates_of_payment(standing, clocks)]
    return tuple(sorted((date_ for date_ in found if date_.on >= standing.on), key=lambda date_: date_.on))


def _dates_of_cover(standing: Standing, clocks: Clocks) -> Iterable[NextDate]:
    facts, last = standing.facts, standing.last
    if last is not None and not standing.started:
        yield NextDate(NextDateKind.START, facts.terms[0].starts_on)
    end = cooling_off_end(facts, clocks)
    if end is not None and _in_cooling_off(standing, clocks):
        yield NextDate(NextDateKind.COOLING_OFF_END, end)
    if last is not None and last.ends_on is not None:
        if facts.long_term:
            yield NextDate(NextDateKind.MATURITY, last.ends_on)
        else:
            yield NextDate(NextDateKind.EXPIRY if standing.renewal_declined else NextDateKind.RENEWAL, last.ends_on)


def _dates_of_payment(standing: Standing, clocks: Clocks) -> Iterable[NextDate]:
    if standing.suspended_on is not None:
        # 保险法 §37: after two years of suspension the insurer may rescind.
        deadline = add_months(standing.suspended_on, clocks.reinstatement_months)
        yield NextDate(NextDateKind.REINSTATEMENT_DEADLINE, deadline)
        return
    due = due_on(standing)
    if due is not None and standing.grace_end is not None:
        yield NextDate(NextDateKind.PREMIUM_DUE, due)
        yield NextDate(NextDateKind.GRACE_END, standing.grace_end)


def last_day_of_cooling_off(dates: Iterable[NextDate]) -> date | None:
    """The last day on which the contract can be given back, read off the days that a policy waits for."""
    end = next((one.on for one in dates if one.kind == NextDateKind.COOLING_OFF_END), None)
    return None if end is None else end - timedelta(days=1)


def may_follow(kind: FactKind, held: frozenset[PolicyStatus]) -> bool:
    """Whether the table of moves (states.MOVES) allows the fact while the statuses ``held`` hold."""
    move = MOVES[kind]
    return bool(move.needs & held) and not move.never & held


def months_between_premiums(facts: PolicyFacts) -> int | None:
    """How many months one premium pays for; None for cover that is not paid by instalments."""
    if not facts.long_term or facts.payment_mode == PaymentMode.SINGLE:
        return None
    return facts.payment_mode


def paid_to_after(starts_on: date, paid_to: date | None, *, periods: int, months: int) -> date:
    """The day to which ``periods`` more premiums pay. Counted from the start, so that the 31st does not drift to the 28th."""
    done = 0 if paid_to is None else _periods_between(starts_on, paid_to, months)
    return add_months(starts_on, (done + periods) * months)


def periods_owed(starts_on: date, due: date, *, on: date, months: int) -> int:
    """How many premiums must come in so that cover is paid past the day ``on``."""
    done, periods = _periods_between(starts_on, due, months), 1
    while add_months(starts_on, (done + periods) * months) <= on:
        periods += 1
    return periods


def _periods_between(starts_on: date, day: date, months: int) -> int:
    whole = (day.year - starts_on.year) * 12 + day.month - starts_on.month
    return whole // months
