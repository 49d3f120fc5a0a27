"""What every action does: check the move, keep the details, write the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from keyuan.eventlog.actions import record
from keyuan.evidence.pages import actions as pages
from keyuan.kernel.clock import now
from keyuan.orders.access import Holder, actor_of, facts_of, locked
from keyuan.orders.details import Details
from keyuan.orders.refusals import OrderMoveRefused
from keyuan.orders.rules import may, stage
from keyuan.products import queries as products

if TYPE_CHECKING:
    from uuid import UUID

    from keyuan.eventlog.kinds import EventKind
    from keyuan.kernel.actor import Actor
    from keyuan.orders.models import Order
    from keyuan.orders.states import Move
    from keyuan.products.definition import Definition

SUBJECT = "order"


def for_move(order_id: UUID, move: Move, *, by: Holder | Actor) -> Order:
    """The order, locked, if the move may be made now. Raises OrderNotFound or OrderMoveRefused."""
    order = locked(order_id, by=by)
    at = stage(facts_of(order), at=now())
    if not may(move, at):
        raise OrderMoveRefused(stage=at.label, move=move.label)
    return order


def details_of(order: Order) -> Details:
    """What the order says."""
    return Details.model_validate(orjson.loads(order.details))


def keep(order: Order, details: Details) -> None:
    """Put the details into the row; the caller saves it."""
    order.details = details.model_dump_json()
    order.changed_at = now()


def definition_of(order: Order) -> Definition:
    """The version that the order is pinned to."""
    return products.version(order.product, number=order.version)


def tell(kind: EventKind, order: Order, *, by: Holder | Actor, **payload: Any) -> None:
    """One line of the log."""
    unit = order.customer.org_unit_id if order.customer is not None else None
    told = {"order": order.number, "product": order.product, **payload}
    record(
        kind,
        by=actor_of(by),
        customer_id=order.customer_id,
        org_unit_id=unit,
        subject=(SUBJECT, order.number),
        payload=told,
    )


def trace(order: Order, step: str, *, by: Holder | Actor, policy_number: str = "") -> None:
    """The head of the sale's record goes into the log with the step (evidence.pages)."""
    unit = order.customer.org_unit_id if order.customer is not None else None
    pages.fix(
        order.pk,
        step=step,
        number=order.number,
        by=actor_of(by),
        customer_id=order.customer_id,
        org_unit_id=unit,
        policy_number=policy_number,
    )
