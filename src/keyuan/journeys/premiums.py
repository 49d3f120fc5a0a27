"""A later premium came in: billing takes it, the agent earns by it, the customer is told to which day it is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyuan.accounts.scope import system_viewer
from keyuan.billing.actions.schedules import take_premium
from keyuan.journeys import commission, telling
from keyuan.kernel.clock import today
from keyuan.kernel.money import Money
from keyuan.orders import queries as orders
from keyuan.policies import queries as policies

if TYPE_CHECKING:
    from keyuan.billing.models import Attempt

NAME = "premiums"


def take_later_premium(attempt: Attempt) -> None:
    """All of it or none, in the transaction that books the payment. Raises what billing's take_premium refuses with."""
    take_premium(attempt)
    by = system_viewer(NAME)
    policy = policies.the_policy(int(attempt.order_ref.partition(":")[0]), viewer=by)
    sale = policies.document_of(policy.pk, viewer=by)
    if sale is not None and policy.agent_id is not None:
        definition = orders.order_numbered(sale.sale).definition
        commission.entitle_later(policy, definition, attempt=attempt, by=by)
    paid_to = policies.the_holding(policy.pk, viewer=by, on=today()).paid_to
    if paid_to is not None:
        amount = Money(attempt.paid_amount or attempt.amount, attempt.currency)
        telling.premium_paid(policy, attempt_number=attempt.number, amount=amount, until=paid_to, by=by)
