"""What the needs conversation is told of a customer's own policies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from keyuan.policies.queries import Holding, holdings
from keyuan.policies.states import PartyRole, PolicyStatus
from keyuan.sales.needs.cover import CoverKnown, tells_cover

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

YEAR = 12


@tells_cover
def own_cover(customer_id: int, viewer: Viewer, on: date) -> Iterator[CoverKnown]:
    """The policies on risk that insure the customer themselves, in yuan. Somebody else's customer: none."""
    for held in holdings(customer_id, viewer=viewer, on=on):
        if PolicyStatus.ON_RISK in held.statuses and held.currency == "CNY" and _insures(held, customer_id):
            yield CoverKnown(held.product.line, held.product.shown, held.number, held.sum_insured, _yearly(held, on))


def _insures(held: Holding, customer_id: int) -> bool:
    insured = [party.customer_id for party in held.parties if party.role == PartyRole.INSURED]
    return not insured or customer_id in insured


def _yearly(held: Holding, on: date) -> Decimal:
    """A year's premiums while they are due; a single premium, and what is paid up, costs nothing more."""
    if held.payment_mode == 0 or PolicyStatus.PAID_UP in held.statuses:
        return Decimal(0)
    if held.payment_years is not None and on.year - held.starts_on.year >= held.payment_years:
        return Decimal(0)
    return held.premium * YEAR / held.payment_mode
