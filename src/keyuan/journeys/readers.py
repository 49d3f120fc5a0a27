"""What rooms below did without knowing of the sale: an underwriter decided, a payment could not be honoured, a refund
arrived or was refused. A reader of the log tells the customer, once, a second or two later.

Not a hook in the other room's transaction: a decision and money that came in stand, whatever becomes of a message.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from keyuan.accounts.scope import system_viewer
from keyuan.billing import events as billing
from keyuan.billing import queries as payments
from keyuan.billing.states import Purpose
from keyuan.customers.contacting import contact_of
from keyuan.eventlog.followers import follower
from keyuan.journeys import telling
from keyuan.kernel.clock import now
from keyuan.kernel.money import Money
from keyuan.orders import actions as orders
from keyuan.orders import queries as order_queries
from keyuan.orders.refusals import OrderNotFound
from keyuan.underwriting import events as underwriting

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.eventlog.models import Event
    from keyuan.orders.queries import Seen

NAME: Final = "telling"
#: A message is news: a reader that catches up after a week, or an imported book, wakes nobody.
NEWS: Final = timedelta(days=3)


@follower("sale-messages")
def tell(lines: list[Event]) -> None:
    """Tell customers of what happened to their applications and payments."""
    since, by = now() - NEWS, system_viewer(NAME)
    for line in lines:
        told = TOLD.get(line.name)
        if told is not None and line.occurred_at >= since:
            told(line, by)


def _decided(line: Event, by: Viewer) -> None:
    """An underwriter's decision on an order's application; one that staff took down at the desk has no order."""
    seen = order_queries.order_of_application(int(line.subject_id))
    if seen is None or seen.effect.outcome not in telling.DECIDED:
        return
    orders.decided(seen.order.pk, by=by.actor)
    telling.decided(seen, by=by)


def _refused(line: Event, by: Viewer) -> None:
    """A payment that cannot be honoured goes back whole."""
    attempt = payments.attempt_numbered(line.subject_id, viewer=by)
    amount = Money(attempt.paid_amount or attempt.amount, attempt.currency)
    with override(contact_of(attempt.customer_id).language):
        ordered = attempt.purpose == Purpose.ORDER
        what = attempt.title if ordered else _("续期保费")
        why = attempt.refused_why or _("无法承保")
    telling.refunded(
        customer_id=attempt.customer_id,
        number=attempt.number,
        what=what,
        amount=amount,
        why=why,
        order=_order_of(attempt.order_ref) if ordered else None,
        by=by,
    )


def _order_of(number: str) -> Seen | None:
    try:
        return order_queries.order_numbered(number)
    except OrderNotFound:
        return None


TOLD: Final[dict[str, Callable[[Event, Viewer], None]]] = {
    underwriting.DECIDED.name: _decided,
    billing.REFUSED.name: _refused,
}
