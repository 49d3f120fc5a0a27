"""Renewing annual cover, or not."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.kernel.money import Money
from keyuan.kernel.term import add_months
from keyuan.policies import events
from keyuan.policies.actions.common import Held, amount_of, lock, record_fact, tell
from keyuan.policies.models import PolicyFact, PolicyTerm
from keyuan.policies.refusals import RenewalNotOpen, TermImpossible, TermOverlaps
from keyuan.policies.states import FactKind, PaymentMode, PolicyStatus


@transaction.atomic
def renew_policy(
    policy_id: int,
    *,
    premium: Money,
    starts_on: date | None = None,
    ends_on: date | None = None,
    on: date | None = None,
    by: Viewer,
) -> PolicyTerm:
    """Agree one more term on the day ``on``; ``premium`` is for the whole term.

    It starts when the last one ends, or ``on`` if that is later (a gap without cover stays a gap), and lasts a year
    unless said otherwise. Raises RenewalNotOpen for long-term or ended cover, TermOverlaps, TermImpossible.
    """
    held = lock(policy_id, on=on, permission=Permission.SERVE_POLICIES, by=by)
    policy = held.policy
    _must_be_renewable(held)
    last = held.facts.terms[-1]
    covered_to = last.ends_on or last.starts_on
    starts_on = max(covered_to, held.on) if starts_on is None else starts_on
    ends_on = add_months(starts_on, 12) if ends_on is None else ends_on
    if starts_on < covered_to:
        raise TermOverlaps(field="starts_on", starts_on=starts_on, covered_to=covered_to)
    if ends_on <= starts_on:
        raise TermImpossible(field="ends_on", starts_on=starts_on, ends_on=ends_on)
    value = amount_of(held, premium)
    term = PolicyTerm.objects.create(
        policy=policy,
        customer_id=policy.customer_id,
        starts_on=starts_on,
        ends_on=ends_on,
        premium=value,
        agreed_on=min(held.on, starts_on),
    )
    policy.ends_on = ends_on
    policy.premium = premium.split(_payments_in_a_year(policy.payment_mode))[0].amount
    policy.save(update_fields=["ends_on", "premium"])
    payload = {
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "amount": str(value),
        "currency": policy.currency,
    }
    tell(events.RENEWED, policy, by=by, on=held.on, payload=payload)
    return term


def _payments_in_a_year(payment_mode: int) -> int:
    return 1 if payment_mode == PaymentMode.SINGLE else 12 // payment_mode


def _must_be_renewable(held: Held) -> None:
    open_ = {PolicyStatus.ON_RISK, PolicyStatus.EXPIRED} & held.statuses
    if held.facts.long_term or not open_ or held.facts.terms[-1].ends_on is None:
        raise _not_open(held, str(_("续保")))


def _not_open(held: Held, fact: str) -> RenewalNotOpen:
    names = "、".join(str(status.label) for status in PolicyStatus if status in held.statuses)
    return RenewalNotOpen(policy=held.policy.number, on=held.on, statuses=names, fact=fact)


@transaction.atomic
def decline_renewal(policy_id: int, *, reason: str, on: date | None = None, by: Viewer) -> PolicyFact:
    """The holder will not renew, and why: it leaves the list of renewals due. A later renewal is still possible."""
    held = lock(policy_id, on=on, permission=Permission.CONTACT_CUSTOMERS, by=by)
    if held.facts.long_term:
        raise _not_open(held, str(FactKind.RENEWAL_DECLINED.label))
    return record_fact(held, FactKind.RENEWAL_DECLINED, events.RENEWAL_DECLINED, note=reason, by=by)
