"""Applying 投保: an order is submitted, weighed with what is in force on the same life already, and its applicant is told
where a person has to look at it first.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from keyuan.accounts.scope import system_viewer
from keyuan.deadlines.calendar import current
from keyuan.deadlines.parameters import parameter
from keyuan.journeys import telling
from keyuan.kernel.clock import today
from keyuan.orders import actions, queries
from keyuan.orders.states import Relation, Stage
from keyuan.policies import queries as policies
from keyuan.underwriting.states import RULES_OF_LINE

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from keyuan.orders.access import Holder
    from keyuan.orders.models import Order
    from keyuan.orders.queries import Seen

NAME = "apply"


@transaction.atomic
def submit(order_id: UUID, *, by: Holder) -> Order:
    """Submit an order; one that waits for an underwriter is told so, with the day by which they have looked at it.

    Raises what orders.actions.submit raises.
    """
    order = actions.submit(order_id, in_force=_in_force(queries.order(order_id, by=by)), by=by)
    seen = queries.order(order_id, by=by)
    if seen.stage == Stage.REFERRED:
        telling.referred(seen, until=looked_at_by(today()), by=system_viewer(NAME))
    return order


def _in_force(seen: Seen) -> Decimal:
    """What is insured on the applicant's own life with us already, in yuan; another's is not known to be the same person."""
    own = any(one.relation == Relation.SELF for one in seen.details.insured)
    customer_id, line = seen.order.customer_id, seen.definition.line
    if customer_id is None or not own or line not in RULES_OF_LINE:
        return Decimal(0)
    alike = [name for name, rules in RULES_OF_LINE.items() if rules == RULES_OF_LINE[line]]
    return policies.sum_insured_of(customer_id, viewer=system_viewer(NAME), on=today(), lines=alike)


def looked_at_by(day: date) -> date:
    """The last day on which an underwriter decides on what was submitted on a day."""
    return current().add_workdays(day, parameter("underwriting.referral_working_days", on=day).number)
