"""Insuring 承保: what follows from a payment for an order, in the transaction that books it.

Policy, first term, parties and things insured, numbers, the paid order, the premium schedule, the books, commission, the
call-back task of a long-term contract, the customer's message, and the job that makes the document: all of them or none.
If anything refuses, billing keeps the payment and refunds it in full.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from keyuan.accounts.scope import Viewer, system_viewer
from keyuan.billing import actions as billing
from keyuan.customers import queries as customers
from keyuan.journeys import commission, telling
from keyuan.journeys.call_back import ask_to_call_back
from keyuan.journeys.enterprise import acting, add_members, file_papers, holder_of
from keyuan.journeys.parties import parties
from keyuan.journeys.tasks import make_document
from keyuan.kernel.clock import today
from keyuan.kernel.money import Money
from keyuan.orders import actions as orders
from keyuan.orders import queries as order_queries
from keyuan.orders.preparing import sum_insured
from keyuan.policies import actions as policies
from keyuan.policies.drafts import ObjectDraft, PolicyDraft
from keyuan.policies.numbers import next_policy_number
from keyuan.policies.states import Channel, ObjectKind
from keyuan.products.rating import LifeRisk, TravelRisk

if TYPE_CHECKING:
    from keyuan.billing.models import Attempt
    from keyuan.orders.details import Details
    from keyuan.orders.preparing import Offer
    from keyuan.orders.queries import Seen
    from keyuan.policies.models import Policy
    from keyuan.products.definition import Definition

NAME = "insure"
OF_KIND = {"vehicle": ObjectKind.VEHICLE, "home": ObjectKind.HOME, "premises": ObjectKind.PREMISES}


def take_payment(attempt: Attempt) -> date:
    """The first premium of an order came in: mark the order paid and issue its policy. Raises what any step refuses with.

    Answers the day from which the premium is income: that on which cover begins.
    """
    by = system_viewer(NAME)
    seen = order_queries.order_numbered(attempt.order_ref)
    amount = attempt.amount if attempt.paid_amount is None else attempt.paid_amount
    orders.paid(seen.order.pk, attempt_ref=attempt.number, amount=amount, by=by.actor)
    told = seen.offer()
    policy = _policy(seen, told, by=by)
    orders.issued(seen.order.pk, policy_number=policy.number, by=by.actor)
    price = told.price
    billing.schedule(policy.pk, yearly=price.instalments, years=price.years, first_paid_by=attempt, by=by)
    commission.entitle_first(policy, seen.definition, channel=seen.order.channel, paid=Money(amount), by=by)
    if seen.definition.long_term:
        ask_to_call_back(policy, by=by)
    policies.ask_for_document(policy, sale=seen.order.number, language=seen.order.language)
    make_document.defer(policy_id=policy.pk)
    telling.issued(policy, seen, paid=Money(amount), by=by)
    return policy.starts_on


def issue(seen: Seen, *, by: Viewer) -> Policy:
    """The policy of an order that is paid, alone; the caller's transaction."""
    return _policy(seen, seen.offer(), by=by)


def _policy(seen: Seen, told: Offer, *, by: Viewer) -> Policy:
    order, details, definition = seen.order, seen.details, seen.definition
    applicant = customers.visible(by).get(pk=order.customer_id or 0)
    holder = holder_of(details, applicant, by=by)
    risk = told.risk
    long_paid = isinstance(risk, LifeRisk) and risk.mode != 0
    policy = policies.issue_policy(
        PolicyDraft(
            customer_id=holder.pk,
            number=next_policy_number(definition.code, on=today()),
            product_code=definition.code,
            channel=Channel.ONLINE,
            premium=told.price.premium,
            term_premium=told.price.yearly if long_paid else told.price.total,
            payment_mode=risk.mode,
            payment_years=risk.paying_years if isinstance(risk, LifeRisk) else None,
            signed_on=today(),
            starts_on=told.starts_on,
            ends_on=told.ends_on,
            sum_insured=sum_insured(definition, risk) or None,
            agent_id=order.agent_id,
            org_unit_id=holder.org_unit_id,
            first_premium_on=today(),
            objects=tuple(_objects(details, told, definition)),
            parties=(
                *parties(details, holder_id=applicant.pk, org_unit_id=applicant.org_unit_id, by=by),
                *acting(details, applicant),
            ),
        ),
        by=by,
    )
    add_members(policy, details, told, priced_on=order.quote.made_on if order.quote else today(), by=by)
    file_papers(policy, details, by=by)
    return policy


def _objects(details: Details, told: Offer, definition: Definition) -> list[ObjectDraft]:
    if details.vehicle is not None:
        more: dict[str, Any] = {"engine": details.vehicle.engine}
        if details.vehicle.registered_on is not None:
            more["registered_on"] = details.vehicle.registered_on.isoformat()
        plate, vin = details.vehicle.plate, details.vehicle.vin
        return [ObjectDraft(kind=ObjectKind.VEHICLE, label=plate, plate=plate, vin=vin, details=more)]
    if details.address:
        kind = definition.object.kind if definition.object else ""
        return [ObjectDraft(kind=OF_KIND.get(kind, ObjectKind.HOME), label=details.address[:120])]
    if details.company is not None and details.members:
        return [ObjectDraft(kind=ObjectKind.GROUP, label=details.company.name)]
    if isinstance(told.risk, TravelRisk):
        # As the book says it, in the company's language; whoever needs another reads region and days.
        place = definition.label(told.risk.region, "zh-hans")
        trip = {"region": told.risk.region, "days": told.risk.days, "plan": told.risk.plan}
        return [ObjectDraft(kind=ObjectKind.TRIP, label=f"{place} · {told.risk.days}天", details=trip)]
    return [ObjectDraft(kind=ObjectKind.PERSON, label=one.name) for one in details.insured]
