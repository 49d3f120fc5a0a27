"""What each customer earned in a period: one run of the count, and a row for each customer in it."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.insight.states import RunKind


class ProfitRun(models.Model):
    """A count of the book over ``starts_on <= day < ends_on``, as the lake knew it on ``as_of``.

    ``told``: totals, both curves, drivers and what was estimated, for the whole company (profit.telling has the shape).
    """

    kind = models.CharField(_("种类"), max_length=8, choices=RunKind)
    starts_on = models.DateField(pgettext_lazy("期间", "起"))
    ends_on = models.DateField(pgettext_lazy("期间", "止（不含）"))
    basis = models.CharField(_("口径"), max_length=3)
    premium_is = models.CharField(_("保费口径"), max_length=8)
    currency = models.CharField(_("币种"), max_length=3)
    as_of = models.DateField(_("数据截至"))
    customers = models.PositiveIntegerField(_("客户数"))
    told = models.JSONField(default=dict)
    made_at = models.DateTimeField(_("计算时间"), db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["starts_on", "ends_on", "basis", "premium_is", "currency"], name="a_period_is_counted_once"
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on__lt=models.F("ends_on")), name="a_run_covers_some_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}..{self.ends_on} {self.basis}"


class CustomerProfit(models.Model):
    """What one customer brought and cost in a run. ``profit = structure + luck``, always.

    ``structure`` has the claims that were to be expected (``expected``) in the place of those that came (``claims``, less
    the reserve that an ended contract set free, ``released``). ``reserve`` is what was put aside in the period for later.
    ``why``: amounts by line, and what moved the expectation most.
    """

    run = models.ForeignKey(ProfitRun, models.CASCADE, db_index=False, related_name="customers_counted")
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    premium = models.DecimalField(_("保费"), max_digits=16, decimal_places=2)
    investment = models.DecimalField(_("投资收益"), max_digits=16, decimal_places=2)
    claims = models.DecimalField(_("赔款"), max_digits=16, decimal_places=2)
    expected = models.DecimalField(_("预期赔款"), max_digits=16, decimal_places=2)
    released = models.DecimalField(_("合同终止释放的准备金"), max_digits=16, decimal_places=2)
    payouts = models.DecimalField(_("给付与退保金"), max_digits=16, decimal_places=2)
    reserve = models.DecimalField(_("提取准备金"), max_digits=16, decimal_places=2)
    commission = models.DecimalField(_("佣金"), max_digits=16, decimal_places=2)
    servicing = models.DecimalField(_("服务成本"), max_digits=16, decimal_places=2)
    profit = models.DecimalField(_("利润"), max_digits=16, decimal_places=2)
    structure = models.DecimalField(_("结构利润"), max_digits=16, decimal_places=2)
    luck = models.DecimalField(_("运气"), max_digits=16, decimal_places=2)
    why = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "customer"], name="a_customer_is_counted_once_a_run"),
            models.CheckConstraint(
                condition=models.Q(profit=models.F("structure") + models.F("luck")), name="profit_is_structure_and_luck"
            ),
        ]
        indexes = [
            models.Index(fields=["run", "profit"], name="profit_by_rank"),
            models.Index(fields=["run", "structure"], name="profit_by_structure"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.profit}"
