"""Lives of policies that run a year at a time: motor, medical, accident, home, premises and group; and single trips."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from keyuan.demo import causes
from keyuan.demo.chronicle import MACHINE
from keyuan.demo.claims_told import Loss, tell_claim, tell_complaint
from keyuan.demo.facts import texts
from keyuan.demo.policies_told import PolicyTeller, yuan
from keyuan.demo.renewals_told import Call, call, follow_up
from keyuan.demo.streams import Stream
from keyuan.kernel.term import add_months
from keyuan.policies.states import FactKind
from keyuan.retention.states import Outcome
from keyuan.servicedesk.states import CallOutcome, ComplaintReason, ContactChannel

FREQUENT_RENEWAL_CALLS = 3


@dataclass(slots=True)
class Risk:
    """What the life of a yearly policy needs to know of its risk.

    ``frequency(day)`` is claims a year, ``loss(stream, day)`` one loss, ``term_rate(day)`` the premium of a term that
    starts on that day before any bonus. ``factors`` says what bears on the frequency, for the tests of the causes.
    """

    kind: str
    frequency: Callable[[date], float]
    loss: Callable[[Stream, date], Loss]
    term_rate: Callable[[date], float]
    income: float
    bonus: bool = False
    factors: Any = None


def live_yearly(policy: PolicyTeller, risk: Risk, *, stops_on: date | None) -> None:
    """Term after term until the customer stops, dies (``stops_on``), or the book ends."""
    customer, stream = policy.customer, policy.stream
    last = customer.last_day
    policy.pay(policy.deal.signed_on, policy.deal.premium, until=policy.deal.ends_on)
    start, premium, years, free_years = policy.deal.starts_on, policy.deal.premium, 0, 0
    while True:
        end = add_months(start, 12)
        claims = _claims_of_term(policy, risk, start, min(end, stops_on or end))
        free_years = 0 if claims else free_years + 1
        years += 1
        factor = causes.no_claim_factor(free_years, claims) if risk.bonus else 1.0
        offer = yuan(risk.term_rate(end) * factor)
        decides_on = end - timedelta(days=stream.between(2, 28))
        calls = _ask(policy, end, offer, until=decides_on, last=last)
        if decides_on > last:
            follow_up(policy, end, calls)
            return
        if stops_on is not None and stops_on <= decides_on:
            policy.fact(FactKind.RENEWAL_DECLINED, decides_on, note=texts()["reason"]["died"], by=MACHINE)
            return
        rise = float(offer / premium) - 1
        pressure = float(offer) / max(risk.income, 20_000) * 10
        factors = policy.lapse_factors(decides_on, pressure=pressure, dearer=rise, years=years)
        if policy.stops(factors):
            reason = policy.reason(factors)
            calls.append(_decline(policy, decides_on, reason))
            follow_up(policy, end, calls, lost_for=reason)
            return
        policy.renew(decides_on, end, add_months(end, 12), offer)
        if stream.chance(0.3):
            done_at = customer.contact(decides_on, "renewal_done", customer.server(decides_on))
            calls.append(call(customer, decides_on, Outcome.RENEWING, done_at))
        follow_up(policy, end, calls)
        start, premium = end, offer


def _claims_of_term(policy: PolicyTeller, risk: Risk, start: date, end: date) -> int:
    """Draw and tell the losses of one term, as far as the book goes; returns how many were reported."""
    stream = policy.stream
    until = min(end, policy.customer.last_day + timedelta(days=1))
    days = (until - start).days
    if days <= 0:
        return 0
    expected = risk.frequency(start) * days / 365.25
    number = stream.poisson(expected)
    policy.note(risk.kind, risk.factors, expected, number)
    for offset in sorted(int(stream.random() * days) for _ in range(number)):
        day = start + timedelta(days=offset)
        tell_claim(policy, risk.loss(stream, day))
    return number


def _ask(policy: PolicyTeller, end: date, offer: Decimal, *, until: date, last: date) -> list[Call]:
    """The calls before a renewal, as far as they have been made; the agent's open task where one is still to come."""
    calls = []
    customer, motor = policy.customer, policy.deal.product == "MOT"
    gaps: dict[str, Any] = {"product": policy.product.name, "premium": offer, "day": end.isoformat()}
    first = end - timedelta(days=45 if motor else 20)
    by = customer.server(first)
    if motor and first <= last:
        calls.append(call(customer, first, Outcome.QUOTED, customer.contact(first, "renewal_first", by, **gaps)))
    reminder = end - timedelta(days=30)
    customer.contact(reminder, "renewal_sms", MACHINE, channel=ContactChannel.SMS, outcome="", **gaps)
    second = end - timedelta(days=33 if motor else 15)
    if second < until and (motor or policy.stream.chance(0.5)):
        outcome = CallOutcome.INTERESTED if policy.stream.chance(0.6) else CallOutcome.CALL_BACK
        at = customer.contact(second, "renewal_second", customer.server(second), outcome=outcome, **gaps)
        said = Outcome.RENEWING if outcome == CallOutcome.INTERESTED else Outcome.CALL_BACK
        calls.append(call(customer, second, said, at))
    if policy.stream.chance(causes.SERVICE.complaint_nuisance) and motor:
        tell_complaint(customer, reminder + timedelta(days=1), ComplaintReason.NUISANCE, policy=policy.policy)
    _give_task(policy, end, until, owner=by.user)
    return calls


def _give_task(policy: PolicyTeller, end: date, until: date, *, owner: int | None) -> None:
    """The follow-up of a renewal: open where it is still to be decided, done where it was, for those of the last year."""
    last = policy.customer.last_day
    opens = end - timedelta(days=60 if policy.deal.product == "MOT" else 30)
    if owner is None or opens > last or opens < last - timedelta(days=365):
        return
    if until <= last and policy.stream.chance(0.5):
        return
    title = f"续保跟进：{policy.product.name} {policy.number}"
    due = min(until, end - timedelta(days=10))
    policy.customer.task(opens, title, owner, due=due, done=until if until <= last else None)


def _decline(policy: PolicyTeller, day: date, reason: str) -> Call:
    customer = policy.customer
    at = customer.contact(day, f"declined_{reason}", customer.server(day), outcome=CallOutcome.NOT_INTERESTED)
    told = call(customer, day, Outcome.NOT_RENEWING, at)
    policy.fact(FactKind.RENEWAL_DECLINED, day, note=texts()["reason"][reason], by=customer.server(day))
    return told


def live_trip(policy: PolicyTeller, *, age: int, days: int) -> None:
    """A single trip: paid, travelled, perhaps a claim."""
    stream = policy.stream
    policy.pay(policy.deal.signed_on, policy.deal.premium, until=policy.deal.ends_on)
    expected = causes.travel_frequency(age=age, days=days)
    came = stream.chance(expected)
    policy.note("travel", {"age": age, "days": days}, expected, came)
    if came:
        day = policy.deal.starts_on + timedelta(days=stream.between(0, days - 1))
        amount = stream.lognormal_mean(causes.CLAIM.travel_mean, 1.0)
        tell_claim(policy, Loss(day, stream.pick(texts()["cause"]["travel"]), amount, "accident"))
