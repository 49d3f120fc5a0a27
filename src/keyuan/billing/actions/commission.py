"""What an agent is owed for a sale, in the books."""

from __future__ import annotations

from datetime import date

from keyuan.billing import chart, ledger
from keyuan.billing.models import Entry
from keyuan.kernel.actor import Actor
from keyuan.kernel.money import Money


def entitle_commission(
    subject: tuple[str, str | int], *, amount: Money, on: date, customer_id: int | None, memo: str = "", by: Actor
) -> Entry:
    """Book a commission as owed, once for each ``subject`` (such as a policy), in the caller's transaction."""
    return ledger.post(
        [ledger.debit(chart.COMMISSION, amount), ledger.credit(chart.COMMISSION_PAYABLE, amount)],
        key=f"commission:{subject[0]}:{subject[1]}",
        on=on,
        subject=subject,
        memo=memo,
        customer_id=customer_id,
        by=by,
    )
