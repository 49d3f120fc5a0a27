"""What an agent is owed for a sale, in the books; and taken back where the sale is undone."""

from __future__ import annotations

from datetime import date

from keyuan.billing import chart, ledger
from keyuan.billing.models import Entry, Posting
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


def reverse_commission(subject: tuple[str, str | int], *, on: date, by: Actor) -> Entry | None:
    """Take back what was booked as owed for a subject, once; None where nothing was. In the caller's transaction."""
    owed = Posting.objects.filter(entry__key=f"commission:{subject[0]}:{subject[1]}", account=chart.COMMISSION).first()
    if owed is None:
        return None
    amount = Money(owed.amount, owed.currency)
    return ledger.post(
        [ledger.debit(chart.COMMISSION_PAYABLE, amount), ledger.credit(chart.COMMISSION, amount)],
        key=f"commission-back:{subject[0]}:{subject[1]}",
        on=on,
        subject=subject,
        memo=owed.entry.memo,
        customer_id=owed.entry.customer_id,
        by=by,
    )
