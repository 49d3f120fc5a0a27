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
from keyuan.products.states import Line
from keyuan.underwriting.states import RULES_OF_LINE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from keyuan.orders.access import Holder
    from keyuan.orders.models import Order
    from keyuan.orders.queries import Seen

NAME = "apply"
#: Lines of which something is paid on death.
DEATH_LINES = (Line.ACCIDENT, Line.LIFE, Line.PARTICIPATING, Line.CRITICAL_ILLNESS, Line.ANNUITY, Line.EDUCATION)


@transaction.atomic
def submit(order_id: UUID, *, shown: Decimal | None = None, by: Holder) -> Order:
    """Submit an order; one that waits for an underwriter is told so, with the day by which they have looked at it.

    ``shown``: the first premium that the customer was shown. Raises what orders.actions.submit raises.
    """
    before = queries.order(order_id, by=by)
    order = actions.submit(order_id, held=_held(before), on_death=_on_death(before), seen=shown, by=by)
    seen = queries.order(order_id, by=by)
    if seen.stage == Stage.REFERRED:
        telling.referred(seen, until=looked_at_by(today()), by=system_viewer(NAME))
    return order


def _held(seen: Seen) -> dict[str, Decimal]:
    """Document number → what is insured with us already on that life under the rules that decide here, in yuan."""
    line = seen.definition.line
    if line not in RULES_OF_LINE:
        return {}
    alike = [name for name, rules in RULES_OF_LINE.items() if rules == RULES_OF_LINE[line]]
    found = _on_lives(seen, alike)
    if (own := _in_force(seen)) and seen.details.applicant is not None:
        number = seen.details.applicant.document_number
        found[number] = max(own, found.get(number, Decimal(0)))
    return found


def _on_death(seen: Seen) -> dict[str, Decimal]:
    """The same for what is paid on their death, under any contract: 保险法 §33 limits it for minors."""
    return _on_lives(seen, DEATH_LINES)


def _on_lives(seen: Seen, lines: Iterable[str]) -> dict[str, Decimal]:
    numbers = [one.document_number for one in seen.details.insured]
    return policies.sums_on_lives(numbers, lines=lines, viewer=system_viewer(NAME), on=today())


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
