"""Submitting an order: complete, priced, underwritten at once; and accepting what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from keyuan.deadlines.parameters import parameter
from keyuan.kernel.clock import COMPANY_ZONE, now, today
from keyuan.orders import events, needed
from keyuan.orders.access import Holder, actor_of, facts_of
from keyuan.orders.actions.common import definition_of, details_of, for_move, tell, trace
from keyuan.orders.completeness import missing
from keyuan.orders.document import digest_of, effect_of
from keyuan.orders.preparing import offer, underwriting_facts
from keyuan.orders.refusals import DeathCoverTooHigh, OrderIncomplete, PriceChanged
from keyuan.orders.states import Move
from keyuan.sales.actions import QuoteDraft, make_quote
from keyuan.underwriting import actions as underwriting

if TYPE_CHECKING:
    from uuid import UUID

    from keyuan.orders.details import Details
    from keyuan.orders.models import Order
    from keyuan.orders.preparing import Offer
    from keyuan.products.definition import Definition
    from keyuan.sales.models import Quote

AT_ONCE = "standard"
NOTHING_HELD: Mapping[str, Decimal] = {}


@transaction.atomic
def submit(
    order_id: UUID,
    *,
    held: Mapping[str, Decimal] = NOTHING_HELD,
    on_death: Mapping[str, Decimal] = NOTHING_HELD,
    seen: Decimal | None = None,
    by: Holder,
) -> Order:
    """Price the order as it stands, keep the quote, and let the rules decide. A standard outcome needs no second yes.

    ``held`` and ``on_death``: document number → what is insured with us already on that life, and on its death, in yuan.
    ``seen``: the first premium that the customer was shown.

    Raises OrderNotFound, OrderMoveRefused, OrderIncomplete, RiskRefused, PriceChanged, DeathCoverTooHigh.
    """
    order = for_move(order_id, Move.SUBMIT, by=by)
    details, definition = details_of(order), definition_of(order)
    for step, what in missing(details, definition, on=today()):
        raise OrderIncomplete(field=step.value, step=step.label, what=what)
    told = offer(details, definition, on=today())
    first = told.price.first.amount
    if seen is not None and seen != first:
        raise PriceChanged(before=f"¥{seen:,.2f}", now=f"¥{first:,.2f}")
    _within_the_law(details, definition, told, on_death)
    order.quote = _quoted(order, told, by=by)
    order.premium = first
    order.submitted_at = now()
    if definition.questionnaire:
        order.application = underwriting.submit_application(
            underwriting_facts(details, definition, told, held=held),
            product=order.product,
            version=order.version,
            customer_id=order.customer_id,
            by=by.viewer,
        )
    order.expires_at = _good_until(order, told.starts_on)
    if effect_of(order).outcome == AT_ONCE:
        order.agreed_at = order.submitted_at
    order.save()
    application = order.application_id
    tell(events.SUBMITTED, order, by=by, digest=digest_of(details), application=application)
    trace(order, "submit", by=by)
    return order


def _good_until(order: Order, starts_on: date) -> datetime:
    """What was decided holds for some days, but cover that has begun cannot be bought: 保险法 §2 insures what may happen."""
    held = now() + timedelta(days=parameter("order.offer_days", on=today()).number)
    return min(max(order.expires_at, held), datetime.combine(starts_on, time(), COMPANY_ZONE))


def _within_the_law(details: Details, definition: Definition, told: Offer, on_death: Mapping[str, Decimal]) -> None:
    """保险法 §33. A plan that is the same for everybody is cut to the limit; a sum that was chosen must be within it."""
    for one in needed.limits(details, definition, told.risk, held=on_death, on=today()):
        if one.exceeded and not needed.limited_by_law(definition):
            gaps = {"most": one.most, "held": one.held, "asked": one.asked}
            shown = {name: f"¥{money.amount:,.0f}" for name, money in gaps.items()}
            raise DeathCoverTooHigh(name=one.name, **shown)


def _quoted(order: Order, told: Offer, *, by: Holder) -> Quote:
    draft = QuoteDraft(order.product, told.raw, customer_id=order.customer_id, channel=order.channel)
    return make_quote(draft, by=actor_of(by)).quote


@transaction.atomic
def agree(order_id: UUID, *, by: Holder) -> Order:
    """The customer takes the cover as underwriting decided it: with its loading the price is reckoned and kept anew."""
    order = for_move(order_id, Move.AGREE, by=by)
    told_effect = effect_of(order)
    details, definition = details_of(order), definition_of(order)
    day = order.quote.made_on if order.quote is not None else today()
    told = offer(details, definition, on=day, loading_percent=told_effect.loading_percent)
    order.premium = told.price.first.amount
    order.exclusions_agreed = list(told_effect.exclusions)
    order.agreed_at = now()
    order.save(update_fields=["premium", "exclusions_agreed", "agreed_at"])
    tell(
        events.AGREED,
        order,
        by=by,
        outcome=facts_of(order).outcome,
        loading_percent=told_effect.loading_percent,
        exclusions=list(told_effect.exclusions),
        premium=str(order.premium),
    )
    trace(order, "agree", by=by)
    return order
