"""An order that lay: its product's new version is taken over and told; one whose time is over is begun again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from keyuan.kernel.clock import now, today
from keyuan.orders import events
from keyuan.orders.access import facts_of, locked
from keyuan.orders.actions.common import definition_of, details_of, keep, tell
from keyuan.orders.actions.filling import Started, start
from keyuan.orders.completeness import first_of
from keyuan.orders.refusals import NothingToStartAgain
from keyuan.orders.rules import stage
from keyuan.orders.states import ENDED, Stage
from keyuan.products import queries as products

if TYPE_CHECKING:
    from uuid import UUID

    from keyuan.kernel.money import Money
    from keyuan.orders.access import Holder
    from keyuan.orders.details import Details


@dataclass(frozen=True, slots=True)
class Renewed:
    """The product has a new version: what the order costs under it, and cost before (None: it had no price)."""

    before: Money | None
    now: Money | None


@transaction.atomic
def freshen(order_id: UUID, *, by: Holder) -> Renewed | None:
    """Take over the version of the product that is sold today; clauses are to be read and agreed to anew.

    None if nothing changed. Raises OrderNotFound, and NotOnSale if the product is sold no more.
    """
    order = locked(order_id, by=by)
    newest = products.version(order.product, on=today())
    if order.submitted_at is not None or newest.version == order.version:
        return None
    details, former = details_of(order), order.version
    before = first_of(details, definition_of(order), on=today())
    order.version = newest.version
    details = _to_agree_anew(details)
    keep(order, details)
    order.save(update_fields=["version", "details", "changed_at"])
    after = first_of(details, newest, on=today())
    told = {
        "before": None if before is None else str(before.amount),
        "now": None if after is None else str(after.amount),
    }
    tell(events.RENEWED, order, by=by, **{"from": former, "to": newest.version}, **told)
    return Renewed(before, after)


def _to_agree_anew(details: Details) -> Details:
    insured = [{**one.model_dump(), "agreed": None} for one in details.insured]
    return details.with_(read={}, consents={}, insured=insured)


@transaction.atomic
def begin_again(order_id: UUID, *, by: Holder, language: str) -> Started:
    """A new order that says what one said whose time is over or that was withdrawn; nothing is agreed to or signed yet.

    Raises OrderNotFound, NothingToStartAgain, NotOnSale.
    """
    old = locked(order_id, by=by)
    at = stage(facts_of(old), at=now())
    if at not in ENDED or at is Stage.ISSUED:
        raise NothingToStartAgain
    details = _to_agree_anew(details_of(old))
    started = start(old.product, told=dict(details.told), agent_id=old.agent_id, by=by, language=language)
    order = started.order
    late = details.starts_on is not None and details.starts_on <= today()
    keep(order, details.with_(starts_on=None if late else details.starts_on))
    order.customer_id = old.customer_id
    order.save(update_fields=["details", "changed_at", "customer"])
    return started
