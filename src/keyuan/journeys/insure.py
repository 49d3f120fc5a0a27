"""Insuring 承保: what follows from a payment for an order, in the transaction that books it.

Policy, first term, parties and things insured, numbers, the paid order, and the call-back task of a long-term contract:
all of them or none. If anything refuses, billing keeps the payment and refunds it in full.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from keyuan.accounts.queries import colleagues
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer, system_viewer
from keyuan.customers import queries as customers
from keyuan.journeys.parties import parties
from keyuan.kernel.clock import COMPANY_ZONE, today
from keyuan.orders import actions as orders
from keyuan.orders import queries as order_queries
from keyuan.orders.preparing import sum_insured
from keyuan.policies import actions as policies
from keyuan.policies.clocks import clocks_for
from keyuan.policies.drafts import ObjectDraft, PolicyDraft
from keyuan.policies.numbers import next_policy_number
from keyuan.policies.states import Channel, ObjectKind
from keyuan.products.rating import LifeRisk, TravelRisk
from keyuan.servicedesk import actions as servicedesk
from keyuan.servicedesk.states import TaskKind

if TYPE_CHECKING:
    from keyuan.billing.models import Attempt
    from keyuan.orders.details import Details
    from keyuan.orders.preparing import Offer
    from keyuan.orders.queries import Seen
    from keyuan.policies.models import Policy

NAME = "insure"
OF_KIND = {"vehicle": ObjectKind.VEHICLE, "home": ObjectKind.HOME, "premises": ObjectKind.PREMISES}


def take_payment(attempt: Attempt) -> None:
    """The first premium of an order came in: mark the order paid and issue its policy. Raises what any step refuses with."""
    by = system_viewer(NAME)
    seen = order_queries.order_numbered(attempt.order_ref)
    amount = attempt.amount if attempt.paid_amount is None else attempt.paid_amount
    orders.paid(seen.order.pk, attempt_ref=attempt.number, amount=amount, by=by.actor)
    policy = issue(seen, by=by)
    orders.issued(seen.order.pk, policy_number=policy.number, by=by.actor)


def issue(seen: Seen, *, by: Viewer) -> Policy:
    """The policy of an order that is paid; the caller's transaction."""
    order, details, definition, told = seen.order, seen.details, seen.definition, seen.offer()
    holder = customers.visible(by).get(pk=order.customer_id or 0)
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
            objects=tuple(_objects(details, told, definition.object.kind if definition.object else "")),
            parties=tuple(parties(details, holder_id=holder.pk, org_unit_id=holder.org_unit_id, by=by)),
        ),
        by=by,
    )
    if definition.long_term:
        _call_back(policy, line=definition.line, by=by)
    return policy


def _objects(details: Details, told: Offer, kind: str) -> list[ObjectDraft]:
    if details.vehicle is not None:
        more: dict[str, Any] = {"engine": details.vehicle.engine}
        if details.vehicle.registered_on is not None:
            more["registered_on"] = details.vehicle.registered_on.isoformat()
        plate, vin = details.vehicle.plate, details.vehicle.vin
        return [ObjectDraft(kind=ObjectKind.VEHICLE, label=plate, plate=plate, vin=vin, details=more)]
    if details.address:
        return [ObjectDraft(kind=OF_KIND.get(kind, ObjectKind.HOME), label=details.address[:120])]
    if details.company is not None:
        return [ObjectDraft(kind=ObjectKind.GROUP, label=details.company.name)]
    if isinstance(told.risk, TravelRisk):
        trip = {"region": told.risk.region, "days": told.risk.days, "plan": told.risk.plan}
        return [ObjectDraft(kind=ObjectKind.TRIP, label=f"{told.risk.region} · {told.risk.days}", details=trip)]
    return [ObjectDraft(kind=ObjectKind.PERSON, label=one.name) for one in details.insured]


def _call_back(policy: Policy, *, line: str, by: Viewer) -> None:
    """新单回访: more than a year of life cover is called back inside the cooling-off period."""
    days = clocks_for(
        product=policy.product.code, line=line, channel=Channel.ONLINE, long_term=True, on=today()
    ).cooling_off_days
    last = today() + timedelta(days=max(days - 5, 1))
    owner = _caller(policy, by=by)
    if owner is None:
        return  # nobody works here yet; the clock of the cooling-off period shows on the policy all the same
    with override("zh-hans"):
        servicedesk.create_task(
            policy.customer_id,
            title=_("新单回访：%(policy)s") % {"policy": policy.number},
            note=_("核对身份、签名、收到合同、责任与免责、缴费期、退保损失、犹豫期权利、收益不确定。"),
            due_at=datetime.combine(last, time(17), COMPANY_ZONE),
            kind=TaskKind.CALL,
            owner_id=owner,
            by=by,
        )


def _caller(policy: Policy, *, by: Viewer) -> int | None:
    """Whose call it is: somebody of the hotline, in turn; else anybody of the staff who may call."""
    found = list(colleagues(viewer=by).filter(role=Role.HOTLINE).order_by("pk").values_list("pk", flat=True)[:200])
    found = found or list(
        colleagues(viewer=by).exclude(role=Role.CUSTOMER).order_by("pk").values_list("pk", flat=True)[:1]
    )
    return found[policy.pk % len(found)] if found else None
