"""What a gateway's daily file says, and where it and our books differ."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keyuan.billing.models.payments import Attempt
from keyuan.billing.states import DifferenceKind, DifferenceState, Side


class Statement(models.Model):
    """A gateway's file of one day, as it came, and what it sums to. Compared again, the row is written anew."""

    gateway = models.CharField(max_length=16)
    day = models.DateField(_("账单日"))
    content = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    payments = models.PositiveIntegerField(_("收款笔数"))
    refunds = models.PositiveIntegerField(_("退款笔数"))
    paid = models.DecimalField(_("收款合计"), max_digits=14, decimal_places=2)
    refunded = models.DecimalField(_("退款合计"), max_digits=14, decimal_places=2)
    fees = models.DecimalField(_("手续费"), max_digits=14, decimal_places=2)
    compared_at = models.DateTimeField(_("对账时间"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "day"], name="a_day_has_one_statement")]
        indexes = [models.Index(fields=["-day"], name="statements_newest_first")]

    def __str__(self) -> str:
        return f"{self.gateway} {self.day}"


class Difference(models.Model):
    """One thing that the file and we do not tell alike. ``ours`` or ``theirs`` is None where one does not know it.

    ``gone_at``: a later comparison no longer found it. Explained by a person, with a reason.
    """

    gateway = models.CharField(max_length=16)
    day = models.DateField(_("账单日"))
    kind = models.CharField(_("差异"), max_length=16, choices=DifferenceKind)
    side = models.CharField(_("收付"), max_length=8, choices=Side)
    number = models.CharField(_("单号"), max_length=64, blank=True, default="")
    trade_no = models.CharField(_("交易号"), max_length=64, blank=True, default="")
    ours = models.DecimalField(_("我方金额"), max_digits=14, decimal_places=2, null=True)
    theirs = models.DecimalField(_("渠道金额"), max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default="CNY")
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="+")
    found_at = models.DateTimeField(_("发现时间"))
    gone_at = models.DateTimeField(null=True)
    explained_at = models.DateTimeField(_("说明时间"), null=True)
    explained_by = models.CharField(_("说明人"), max_length=120, blank=True, default="")
    why = models.CharField(_("说明"), max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "day", "kind", "side", "number", "trade_no"], name="a_difference_is_listed_once"
            )
        ]
        indexes = [models.Index(fields=["-day", "-id"], name="differences_newest_first")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.number}"

    @property
    def state(self) -> DifferenceState:
        """What holds now."""
        if self.explained_at is not None:
            return DifferenceState.EXPLAINED
        return DifferenceState.OPEN if self.gone_at is None else DifferenceState.GONE
