"""Reads of the ledger: balances on a day, and what moved on an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from keyuan.accounts.scope import Viewer
from keyuan.billing.models import Account, Posting
from keyuan.billing.queries.reconciliation import sees_books


@dataclass(frozen=True, slots=True)
class Balance:
    """An account of the trial balance: what went in on either side up to a day, and what is left."""

    account: Account
    currency: str
    debits: Decimal
    credits: Decimal

    @property
    def left(self) -> Decimal:
        """Positive: on the debit side."""
        return self.debits - self.credits

    @property
    def owed(self) -> Decimal:
        """The same seen from the credit side."""
        return self.credits - self.debits


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All accounts on a day; in every currency both sums are the same, or something is wrong."""

    balances: tuple[Balance, ...]
    totals: tuple[tuple[str, Decimal, Decimal], ...]

    @property
    def balanced(self) -> bool:
        return all(debits == credits for _, debits, credits in self.totals)


def trial_balance(*, viewer: Viewer, on: date) -> TrialBalance:
    """The books as they stood at the end of ``on``; nothing for who may not see them."""
    if not sees_books(viewer):
        return TrialBalance((), ())
    nothing = Decimal("0.00")
    sums = (
        Posting.objects.filter(on__lte=on)
        .values("account", "currency")
        .annotate(debits=Sum("amount", filter=Q(amount__gt=0)), credits=Sum("amount", filter=Q(amount__lt=0)))
    )
    told = {(row["account"], row["currency"]): (row["debits"] or nothing, -(row["credits"] or nothing)) for row in sums}
    found = [
        Balance(account, currency, *told.get((account.pk, currency), (nothing, nothing)))
        for account in Account.objects.order_by("code")
        for currency in sorted({key[1] for key in told if key[0] == account.pk} or {"CNY"})
    ]
    totals = tuple(
        (
            currency,
            sum((one.debits for one in found if one.currency == currency), nothing),
            sum((one.credits for one in found if one.currency == currency), nothing),
        )
        for currency in sorted({one.currency for one in found})
    )
    return TrialBalance(tuple(found), totals)


def postings_of(code: str, *, viewer: Viewer, on: date) -> QuerySet[Posting]:
    """What moved on an account up to a day, the latest first."""
    if not sees_books(viewer):
        return Posting.objects.none()
    return Posting.objects.filter(account=code, on__lte=on).select_related("entry").order_by("-on", "-id")


def account_of(code: str, *, viewer: Viewer) -> Account | None:
    """An account of the chart."""
    return Account.objects.filter(pk=code).first() if sees_books(viewer) else None
