"""Submitting an order: complete, priced, underwritten at once; and accepting what was decided."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from keyuan.deadlines.parameters import parameter
from keyuan.kernel.clock import now, today
from keyuan.orders import events
from keyuan.orders.access import Holder, actor_of, facts_of
from keyuan.orders.actions.common import definition_of, details_of, for_move, tell, trace
from keyuan.orders.completeness import missing
from keyuan.orders.document import digest_of, effect_of
from keyuan.orders.preparing import offer, underwriting_facts
from keyuan.orders.refusals import OrderIncomplete
from keyuan.orders.states import Move
from keyuan.sales.actions import QuoteDraft, make_quote
from keyuan.underwriting import actions as underwriting

if TYPE_CHECKING:
    from uuid import UUID

    from keyuan.orders.models import Order
    from keyuan.orders.preparing import Offer
    from keyuan.sales.models import Quote

AT_ONCE = "standard"


@transaction.atomic
def submit(order_id: UUID, *, in_force: Decimal = Decimal(0), by: Holder) -> Order:
    """Price the order as it stands, keep the quote, and let the rules decide. A standard outcome needs no second yes.

    ``in_force``: what is insured on the same life with us already, in yuan.

    Raises OrderNotFound, OrderMoveRefused, OrderIncomplete, RiskRefused.
    """
    order = for_move(order_id, Move.SUBMIT, by=by)
    details, definition = details_of(order), definition_of(order)
    for step, what in missing(details, definition, on=today()):
        raise OrderIncomplete(field=step.value, step=step.label, what=what)
    told = offer(details, definition, on=today())
    order.quote = _quoted(order, told, by=by)
    order.premium = told.price.first.amount
    order.submitted_at = now()
    if definition.questionnaire:
        order.application = underwriting.submit_application(
            underwriting_facts(details, definition, told, in_force=in_force),
            product=order.product,
            version=order.version,
            customer_id=order.customer_id,
            by=by.viewer,
        )
    order.expires_at = max(order.expires_at, now() + timedelta(days=parameter("order.offer_days", on=today()).number))
    if effect_of(order).outcome == AT_ONCE:
        order.agreed_at = order.submitted_at
    order.save()
    application = order.application_id
    tell(events.SUBMITTED, order, by=by, digest=digest_of(details), application=application)
    trace(order, "submit", by=by)
    return order


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
