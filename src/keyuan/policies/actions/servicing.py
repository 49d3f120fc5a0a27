"""Premiums, suspension and reinstatement, and what else changes cover without ending it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.kernel.money import Money
from keyuan.kernel.term import add_months
from keyuan.policies import events, rules
from keyuan.policies.actions.common import Held, amount_of, check_move, lock, record_fact, tell, write_fact
from keyuan.policies.models import PolicyFact
from keyuan.policies.refusals import ArrearsNotCovered, NotLongTerm, PremiumNotWhole, ReinstatementTooLate
from keyuan.policies.states import FactKind


@transaction.atomic
def receive_premium(
    policy_id: int, *, amount: Money, on: date | None = None, note: str = "", periods: int | None = None, by: Viewer
) -> PolicyFact:
    """Take in one or several whole premiums; for cover paid by instalments this moves the day that it is paid to.

    ``periods``: how many premiums the amount is, where a schedule says so (they may differ by a cent).
    Raises PremiumNotOwed (also while suspended: see reinstate), PremiumNotWhole, WrongCurrency, AmountNotPositive.
    """
    held = lock(policy_id, on=on, permission=Permission.SERVE_POLICIES, by=by)
    check_move(held, FactKind.PREMIUM_PAID)
    until = _paid_to_after(held, amount, periods)
    return record_fact(
        held, FactKind.PREMIUM_PAID, events.PREMIUM_RECEIVED, until=until, amount=amount, note=note, by=by
    )


def _paid_to_after(held: Held, amount: Money, periods: int | None = None) -> date | None:
    """The day to which cover is paid once this amount has come in; None for cover without instalments."""
    value = amount_of(held, amount)
    months = rules.months_between_premiums(held.facts)
    if months is None:
        return None
    premium = held.policy.premium
    if periods is None:
        if not premium or value % premium:
            raise PremiumNotWhole(field="amount", amount=amount.amount, premium=premium)
        periods = int(value / premium)
    starts_on = held.facts.terms[0].starts_on
    return rules.paid_to_after(starts_on, held.standing.paid_to, periods=periods, months=months)


@transaction.atomic
def demand_premium(policy_id: int, *, on: date | None = None, note: str = "", by: Viewer) -> PolicyFact:
    """Put on record that the holder was asked to pay: from then the thirty days of 保险法 §36 run."""
    held = lock(policy_id, on=on, permission=Permission.CONTACT_CUSTOMERS, by=by)
    if rules.months_between_premiums(held.facts) is None:
        raise NotLongTerm(policy=held.policy.number)
    return record_fact(held, FactKind.PREMIUM_DEMANDED, events.PREMIUM_DEMANDED, note=note, by=by)


@transaction.atomic
def suspend(policy_id: int, *, on: date | None = None, note: str = "", by: Viewer) -> PolicyFact:
    """Suspend cover by agreement. Cover whose grace has run out is suspended by itself and needs no action."""
    held = lock(policy_id, on=on, permission=Permission.SERVE_POLICIES, by=by)
    return record_fact(held, FactKind.SUSPENDED, events.SUSPENDED, note=note, by=by)


@transaction.atomic
def reinstate(
    policy_id: int, *, arrears: Money | None = None, on: date | None = None, note: str = "", by: Viewer
) -> PolicyFact:
    """Put suspended cover on risk again, against the arrears (保险法 §37).

    ``arrears`` are whole premiums and must reach past the day of reinstatement. Raises NotSuspended,
    ReinstatementTooLate, PremiumNotWhole.
    """
    held = lock(policy_id, on=on, permission=Permission.SERVE_POLICIES, by=by)
    check_move(held, FactKind.REINSTATED)
    since = held.standing.suspended_on
    if since is not None:
        deadline = add_months(since, held.clocks.reinstatement_months)
        if held.on >= deadline:
            raise ReinstatementTooLate(policy=held.policy.number, since=since, deadline=deadline)
    until = None
    if arrears is not None:
        until = _paid_to_after(held, arrears)
        value = amount_of(held, arrears)
        write_fact(held, FactKind.PREMIUM_PAID, until=until, amount=value, note=note)
        payload = {"amount": str(value), "currency": held.policy.currency}
        tell(events.PREMIUM_RECEIVED, held.policy, by=by, on=held.on, payload=payload)
    _arrears_must_suffice(held, until)
    return record_fact(held, FactKind.REINSTATED, events.REINSTATED, note=note, by=by)


def _arrears_must_suffice(held: Held, until: date | None) -> None:
    due = rules.due_on(held.standing)
    if due is None:
        return
    paid_to = due if until is None else until
    if paid_to <= held.on:
        months = rules.months_between_premiums(held.facts) or 1
        starts_on = held.facts.terms[0].starts_on
        periods = rules.periods_owed(starts_on, due, on=held.on, months=months)
        raise ArrearsNotCovered(
            field="arrears", policy=held.policy.number, periods=periods, owed=held.policy.premium * periods
        )


@transaction.atomic
def convert_to_paid_up(policy_id: int, *, on: date | None = None, note: str = "", by: Viewer) -> PolicyFact:
    """Reduced paid-up (减额交清): cover goes on at a lower sum and nothing more is owed. Long-term cover only."""
    held = lock(policy_id, on=on, permission=Permission.SERVE_POLICIES, by=by)
    if rules.months_between_premiums(held.facts) is None:
        raise NotLongTerm(policy=held.policy.number)
    return record_fact(held, FactKind.PAID_UP, events.PAID_UP, note=note, by=by)


@transaction.atomic
def pay_dividend(policy_id: int, *, amount: Money, on: date | None = None, note: str = "", by: Viewer) -> PolicyFact:
    """Pay out a dividend of participating cover."""
    held = lock(policy_id, on=on, permission=Permission.SERVE_POLICIES, by=by)
    return record_fact(held, FactKind.DIVIDEND_PAID, events.DIVIDEND_PAID, amount=amount, note=note, by=by)
