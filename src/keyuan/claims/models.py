"""Claims as facts with dates and amounts."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.claims.states import Decision


class Claim(models.Model):
    """A claim under a policy. ``occurrences`` is above 1 where an imported book only gives a year's claims as one sum."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="claims")
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="claims")
    number = models.CharField(_("赔案号"), max_length=60, unique=True)
    cause = models.CharField(_("出险原因"), max_length=120, blank=True, default="")
    occurrences = models.PositiveSmallIntegerField(_("赔案数"), default=1)
    occurred_on = models.DateField(_("出险日期"))
    notified_on = models.DateField(_("报案日期"))
    papers_complete_on = models.DateField(_("资料齐全日期"), null=True, blank=True)
    decided_on = models.DateField(_("核定日期"), null=True, blank=True)
    decision = models.CharField(_("核定结论"), max_length=12, choices=Decision, blank=True, default="")
    refusal_notified_on = models.DateField(_("拒赔通知日期"), null=True, blank=True)
    paid_on = models.DateField(_("赔付日期"), null=True, blank=True)
    closed_on = models.DateField(_("结案日期"), null=True, blank=True)
    currency = models.CharField(_("币种"), max_length=3, default="CNY")
    claimed_amount = models.DecimalField(_("索赔金额"), max_digits=14, decimal_places=2, null=True, blank=True)
    paid_amount = models.DecimalField(_("赔付金额"), max_digits=14, decimal_places=2, null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(notified_on__gte=models.F("occurred_on")), name="a_loss_is_notified_after_it_occurs"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_on__isnull=True, decision="")
                | (models.Q(decided_on__isnull=False) & ~models.Q(decision="")),
                name="a_decision_has_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["notified_on", "id"], condition=models.Q(closed_on__isnull=True), name="open_claims"),
        ]

    def __str__(self) -> str:
        return self.number
