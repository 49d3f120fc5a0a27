"""Double entry: every write of the books. Entries balance and stay as written; the database refuses anything else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Sum

from keyuan.billing.models import Entry, Posting
from keyuan.billing.refusals import EntryUnbalanced, KeyUsedOtherwise
from keyuan.kernel.actor import Actor
from keyuan.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Line:
    """One side of an entry: ``amount`` positive is debit, negative credit."""

    account: str
    amount: Money


def debit(account: str, amount: Money) -> Line:
    """The account takes the amount on its left side (借)."""
    return Line(account, amount)


def credit(account: str, amount: Money) -> Line:
    """The account takes the amount on its right side (贷)."""
    return Line(account, -amount)


@transaction.atomic
def post(
    lines: Sequence[Line],
    *,
    key: str,
    on: date,
    subject: tuple[str, str | int],
    by: Actor,
    customer_id: int | None = None,
    memo: str = "",
) -> Entry:
    """Write one entry. The same ``key`` again writes nothing and gives the entry that stands.

    Raises EntryUnbalanced, KeyUsedOtherwise (another entry stands under the key).
    """
    _must_balance(lines)
    entry = _claim(key, on=on, subject=subject, by=by, customer_id=customer_id, memo=memo)
    if entry is None:
        return _standing(key, lines)
    Posting.objects.bulk_create(
        Posting(
            entry=entry,
            account_id=line.account,
            amount=line.amount.amount,
            currency=line.amount.currency,
            on=on,
        )
        for line in lines
    )
    return entry


CLAIM = """
    INSERT INTO billing_entry (key, "on", subject_kind, subject_id, memo, by_name, customer_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (key) DO NOTHING RETURNING id, at
"""


def _claim(
    key: str, *, on: date, subject: tuple[str, str | int], by: Actor, customer_id: int | None, memo: str
) -> Entry | None:
    """The new entry; None if the key is in use. Two at once: the second waits for the first to end."""
    values = (key, on, subject[0], str(subject[1]), memo, by.name, customer_id)
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        made = cursor.fetchone()
    if made is None:
        return None
    names = ("key", "on", "subject_kind", "subject_id", "memo", "by_name", "customer_id")
    return Entry(pk=made[0], at=made[1], **dict(zip(names, values, strict=True)))


def _standing(key: str, lines: Sequence[Line]) -> Entry:
    entry = Entry.objects.get(key=key)
    there = sorted(entry.postings.values_list("account_id", "amount", "currency"))
    if there != sorted((line.account, line.amount.amount, line.amount.currency) for line in lines):
        raise KeyUsedOtherwise(key=key)
    return entry


def _must_balance(lines: Sequence[Line]) -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line.amount.currency] += line.amount.amount
    for currency, total in sums.items():
        if total:
            raise EntryUnbalanced(currency=currency, amount=total)
    if len(lines) < 2:
        raise EntryUnbalanced(currency="CNY", amount=0)


def imbalances() -> dict[str, Decimal]:
    """By currency, what all postings together sum to where that is not zero: empty is as it must be."""
    sums = Posting.objects.values("currency").annotate(total=Sum("amount")).order_by("currency")
    return {row["currency"]: row["total"] for row in sums if row["total"]}
