"""What every action on a policy shares: the lock, the table of moves, the fact and its log line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record
from keyuan.eventlog.kinds import EventKind
from keyuan.kernel.clock import COMPANY_ZONE, today
from keyuan.kernel.money import Money
from keyuan.policies import rules
from keyuan.policies.clocks import clocks_for
from keyuan.policies.models import Policy, PolicyFact
from keyuan.policies.queries.holdings import facts_of
from keyuan.policies.queries.scope import PolicyNotFound, visible
from keyuan.policies.refusals import (
    REFUSED_AS,
    AmountNotPositive,
    BeforeTheContract,
    FactInTheFuture,
    LaterFactsOnRecord,
    MoveRefused,
    WrongCurrency,
)
from keyuan.policies.rules import Clocks, PolicyFacts, Standing
from keyuan.policies.states import ENDINGS, FactKind, PolicyStatus


@dataclass(frozen=True, slots=True)
class Held:
    """A locked policy and how it stood on the day of the action."""

    policy: Policy
    facts: PolicyFacts
    clocks: Clocks
    on: date
    standing: Standing

    @property
    def statuses(self) -> frozenset[PolicyStatus]:
        return rules.read_statuses(self.standing, self.clocks)


def lock(policy_id: int, *, on: date | None, permission: Permission, by: Viewer) -> Held:
    """The policy's row, locked until the transaction ends, as it stood on ``on`` (None: today).

    Raises NotPermitted, PolicyNotFound, FactInTheFuture or BeforeTheContract.
    """
    require(by, permission)
    policy = visible(by).select_for_update(of=("self",)).select_related("product").filter(pk=policy_id).first()
    if policy is None:
        raise PolicyNotFound
    day = today() if on is None else on
    if day > today():
        raise FactInTheFuture(field="on", on=day)
    if day < policy.signed_on:
        raise BeforeTheContract(field="on", on=day, signed_on=policy.signed_on)
    facts = facts_of(policy)
    product = policy.product
    clocks = clocks_for(
        product=product.code, line=product.line, channel=policy.channel, long_term=product.long_term, on=day
    )
    return Held(policy, facts, clocks, day, rules.standing(facts, on=day, clocks=clocks))


def check_move(held: Held, kind: FactKind) -> None:
    """Raise the refusal of the table of moves (states.MOVES) if ``kind`` may not follow on that day."""
    if not rules.may_follow(kind, held.statuses):
        names = "、".join(str(status.label) for status in PolicyStatus if status in held.statuses)
        refusal = REFUSED_AS.get(kind, MoveRefused)
        raise refusal(policy=held.policy.number, on=held.on, statuses=names, fact=kind.label)
    if kind in ENDINGS:
        later = next((fact for fact in held.facts.facts if fact.on > held.on), None)
        if later is not None:
            label = FactKind(later.kind).label
            raise LaterFactsOnRecord(field="on", policy=held.policy.number, on=held.on, fact=label, later=later.on)


def amount_of(held: Held, amount: Money) -> Decimal:
    """The amount in the policy's currency; raises AmountNotPositive or WrongCurrency."""
    if amount.currency != held.policy.currency:
        raise WrongCurrency(
            field="amount", policy=held.policy.number, expected=held.policy.currency, given=amount.currency
        )
    if amount.amount <= 0:
        raise AmountNotPositive(field="amount")
    return amount.amount


def write_fact(
    held: Held,
    kind: FactKind,
    *,
    until: date | None = None,
    amount: Decimal | None = None,
    note: str = "",
) -> PolicyFact:
    """Store the dated fact."""
    return PolicyFact.objects.create(
        policy=held.policy,
        customer_id=held.policy.customer_id,
        kind=kind,
        on=held.on,
        until=until,
        amount=amount,
        note=note.strip(),
    )


def tell(kind: EventKind, policy: Policy, *, by: Viewer, on: date, payload: Mapping[str, Any]) -> None:
    """Write the log line, in words that outlive the policy's row."""
    record(
        kind,
        by=by.actor,
        customer_id=policy.customer_id,
        org_unit_id=policy.org_unit_id,
        subject=("policy", policy.pk),
        payload={"policy": policy.number, "product": policy.product.name, "on": on.isoformat(), **payload},
        occurred_at=None if on == today() else datetime.combine(on, time(12), COMPANY_ZONE),
    )


def record_fact(
    held: Held,
    kind: FactKind,
    event: EventKind,
    *,
    by: Viewer,
    until: date | None = None,
    amount: Money | None = None,
    note: str = "",
) -> PolicyFact:
    """Check the move, store the fact and write its line: what most actions are."""
    check_move(held, kind)
    value = None if amount is None else amount_of(held, amount)
    fact = write_fact(held, kind, until=until, amount=value, note=note)
    payload: dict[str, Any] = {}
    if value is not None:
        payload |= {"amount": str(value), "currency": held.policy.currency}
    if until is not None:
        payload["until"] = until.isoformat()
    if note.strip():
        payload["note"] = note.strip()
    tell(event, held.policy, by=by, on=held.on, payload=payload)
    return fact
