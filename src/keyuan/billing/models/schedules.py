"""What a policy's premium falls due as, and when it came in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.billing.models.payments import Attempt
from keyuan.policies.states import PaymentMode


class Schedule(models.Model):
    """The premiums of one term of a policy, as they were agreed: ``total`` is their sum to the cent.

    From ``closed_on`` on nothing more of it is asked for: the contract ended.
    """

    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="schedules")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, db_index=False, related_name="+")
    starts_on = models.DateField()
    mode = models.PositiveSmallIntegerField(_("缴费方式"), choices=PaymentMode)
    total = models.DecimalField(_("保费合计"), max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "starts_on"], name="a_term_has_one_schedule"),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.starts_on}"


class Instalment(models.Model):
    """One premium: ``number`` counts from 1. ``paid_on`` is known when it was paid through us (``attempt``) or noted."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, db_index=False, related_name="instalments")
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, db_index=False, related_name="+")
    number = models.PositiveSmallIntegerField(_("期次"))
    due_on = models.DateField(_("应缴日"))
    amount = models.DecimalField(_("应缴保费"), max_digits=14, decimal_places=2)
    paid_on = models.DateField(_("缴费日"), null=True)
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="instalments")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "number"], name="an_instalment_stands_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_instalment_asks_for_something"),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                include=["policy", "customer"],
                condition=Q(paid_on__isnull=True),
                name="instalments_not_paid",
            )
        ]

    def __str__(self) -> str:
        return f"{self.schedule_id}/{self.number}"
