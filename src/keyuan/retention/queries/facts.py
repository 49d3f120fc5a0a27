"""One policy read whole, as the rules of this room take it: what falls due, when to call, what was said so far."""

from __future__ import annotations

from datetime import date

from keyuan.policies.queries import Holding
from keyuan.policies.queries.holdings import covers
from keyuan.policies.rules import Fact, PolicyFacts
from keyuan.retention import rules
from keyuan.retention.cadence import cadence_for, shortest_term_days
from keyuan.retention.models import RenewalCase
from keyuan.retention.rules import Cadence, Due, Summary


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
