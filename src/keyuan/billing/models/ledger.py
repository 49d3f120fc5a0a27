"""The ledger: accounts, entries, postings. What is written stays; the database holds that, and that entries balance."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from keyuan.billing.states import AccountKind


class Account(models.Model):
    """An account of the chart (billing/chart.py). ``code`` is the number of the Chinese accounting standard."""

    code = models.CharField(_("科目编号"), max_length=12, primary_key=True)
    kind = models.CharField(_("类别"), max_length=12, choices=AccountKind)
    name_zh = models.CharField(_("科目名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=80)

    def __str__(self) -> str:
        return f"{self.code} {self.shown}"

    @property
    def shown(self) -> str:
        """The name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh


class Entry(models.Model):
    """One business event in the books. ``key`` makes it happen once; ``subject`` says about what."""

    key = models.CharField(max_length=120, unique=True)
    on = models.DateField(_("记账日期"))
    subject_kind = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=64)
    memo = models.CharField(_("摘要"), max_length=120, blank=True, default="")
    by_name = models.CharField(_("记账人"), max_length=120)
    # A value, as in the log: what is written stays, also when two customers become one.
    customer_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["-on", "-id"], name="entries_newest_first"),
            models.Index(fields=["subject_kind", "subject_id"], name="entries_of_subject"),
        ]

    def __str__(self) -> str:
        return self.key


class Posting(models.Model):
    """One line of an entry: debit is positive, credit negative. ``on`` is the entry's day."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="postings")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="a_posting_moves_something")]
        # A balance reads the index alone.
        indexes = [models.Index(fields=["account", "currency", "on"], include=["amount"], name="posting_by_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount} {self.currency}"

    @property
    def credited(self) -> Decimal:
        """The amount seen from the credit side."""
        return -self.amount
