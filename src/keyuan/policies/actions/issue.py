"""Issuing a policy: the contract, its first term, what and whom it insures, and every number that names it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.agents import queries as agents
from keyuan.customers import actions as customer_actions
from keyuan.customers import queries as customers
from keyuan.customers.refusals import CustomerNotFound
from keyuan.customers.standards import normalise, vin
from keyuan.customers.states import IdentifierKind
from keyuan.kernel.clock import today
from keyuan.policies import events
from keyuan.policies.actions.common import tell
from keyuan.policies.drafts import ObjectDraft, PolicyDraft
from keyuan.policies.models import InsuredObject, Party, Policy, PolicyFact, PolicyTerm
from keyuan.policies.refusals import AgentUnknown, FactInTheFuture, NumberTaken, SharesExceedOne, TermImpossible
from keyuan.policies.rules import paid_to_after
from keyuan.policies.states import Channel, FactKind, PartyRole, PaymentMode
from keyuan.products.queries import product_by_code


@transaction.atomic
def issue_policy(draft: PolicyDraft, *, by: Viewer) -> Policy:
    """Write the contract and everything that hangs on it, and claim its number, plates and VINs for the holder.

    Raises CustomerNotFound, ProductNotFound, NumberTaken, IdentifierTaken, InvalidIdentifier, TermImpossible,
    SharesExceedOne, FactInTheFuture; then nothing has been written.
    """
    require(by, Permission.SERVE_POLICIES)
    _check(draft)
    holder = customers.visible(by).select_for_update(of=("self",)).filter(pk=draft.customer_id).first()
    if holder is None:
        raise CustomerNotFound
    _parties_must_exist(draft, by)
    if draft.agent_id is not None and not agents.visible(by).filter(pk=draft.agent_id).exists():
        raise AgentUnknown(field="agent")
    number = normalise(IdentifierKind.POLICY_NO, draft.number)
    if Policy.objects.filter(number=number).exists():
        raise NumberTaken(field="number", number=number)
    policy = Policy.objects.create(
        customer=holder,
        number=number,
        product=product_by_code(draft.product_code),
        channel=Channel(draft.channel),
        currency=draft.premium.currency,
        premium=draft.premium.amount,
        sum_insured=draft.sum_insured,
        payment_mode=PaymentMode(draft.payment_mode),
        payment_years=draft.payment_years,
        signed_on=draft.signed_on,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        agent_id=draft.agent_id,
        org_unit_id=draft.org_unit_id or holder.org_unit_id,
    )
    _write_what_hangs_on_it(policy, draft)
    _claim_numbers(policy, draft.objects, by=by)
    payload = {
        "starts_on": draft.starts_on.isoformat(),
        "ends_on": None if draft.ends_on is None else draft.ends_on.isoformat(),
        "amount": str(draft.premium.amount),
        "currency": draft.premium.currency,
    }
    tell(events.ISSUED, policy, by=by, on=draft.signed_on, payload=payload)
    return policy


def _check(draft: PolicyDraft) -> None:
    for day in filter(None, (draft.signed_on, draft.first_premium_on)):
        if day > today():
            raise FactInTheFuture(field="signed_on", on=day)
    if draft.ends_on is not None and draft.ends_on <= draft.starts_on:
        raise TermImpossible(field="ends_on", starts_on=draft.starts_on, ends_on=draft.ends_on)
    heirs = [party for party in draft.parties if party.role == PartyRole.BENEFICIARY]
    for rank in {party.rank for party in heirs}:
        total = sum((party.share or Decimal(0) for party in heirs if party.rank == rank), Decimal(0))
        if total > 1:
            raise SharesExceedOne(field="parties", total=f"{total:.0%}")


def _parties_must_exist(draft: PolicyDraft, by: Viewer) -> None:
    wanted = {party.customer_id for party in draft.parties}
    if wanted and customers.visible(by).filter(pk__in=wanted).count() != len(wanted):
        raise CustomerNotFound


def _write_what_hangs_on_it(policy: Policy, draft: PolicyDraft) -> None:
    owner = {"policy": policy, "customer_id": policy.customer_id}
    term_premium = draft.premium if draft.term_premium is None else draft.term_premium
    PolicyTerm.objects.create(
        **owner,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        premium=term_premium.amount,
        agreed_on=min(draft.signed_on, draft.starts_on),
    )
    InsuredObject.objects.bulk_create(
        InsuredObject(
            **owner,
            kind=thing.kind,
            label=thing.label,
            plate=normalise(IdentifierKind.PLATE, thing.plate) if thing.plate else "",
            vin=vin.normalise(thing.vin, accept_unchecked=True) if thing.vin else "",
            details=dict(thing.details),
        )
        for thing in draft.objects
    )
    Party.objects.bulk_create(
        Party(
            policy=policy, customer_id=party.customer_id, role=PartyRole(party.role), share=party.share, rank=party.rank
        )
        for party in draft.parties
    )
    if draft.first_premium_on is not None:
        PolicyFact.objects.create(
            **owner,
            kind=FactKind.PREMIUM_PAID,
            on=draft.first_premium_on,
            until=_first_premium_pays_to(policy),
            amount=draft.premium.amount,
        )


def _first_premium_pays_to(policy: Policy) -> date | None:
    if not policy.product.long_term or policy.payment_mode == PaymentMode.SINGLE:
        return None
    return paid_to_after(policy.starts_on, None, periods=1, months=policy.payment_mode)


def _claim_numbers(policy: Policy, objects: tuple[ObjectDraft, ...], *, by: Viewer) -> None:
    claims = [(IdentifierKind.POLICY_NO, policy.number)]
    claims += [(IdentifierKind.PLATE, thing.plate) for thing in objects if thing.plate]
    claims += [(IdentifierKind.VIN, thing.vin) for thing in objects if thing.vin]
    for kind, value in claims:
        customer_actions.claim_identifier(
            policy.customer_id,
            kind=kind,
            value=value,
            subject_id=policy.pk,
            since=policy.signed_on,
            accept_unchecked_vin=True,
            by=by,
        )
