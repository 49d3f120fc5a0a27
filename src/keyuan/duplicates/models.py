"""Pairs that are probably one customer, and the searches that found them."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.duplicates.states import Verdict


class Duplicate(models.Model):
    """``customer`` is probably the same as ``other``. Written in pairs, each side its own row, as relations are.

    ``weight`` is the sum of the evidence in bits, ``probability`` what that means in a book of its size (0 to 1).
    ``evidence`` lists [comparison, outcome, weight], what says most first. A verdict outlives every later search.
    """

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="duplicates")
    other = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    weight = models.FloatField()
    probability = models.FloatField(_("可能性"))
    evidence = models.JSONField(default=list)
    found_at = models.DateTimeField(_("发现时间"), db_default=Now(), editable=False)
    verdict = models.CharField(_("结论"), max_length=10, choices=Verdict, blank=True, default=Verdict.OPEN)
    reason = models.CharField(_("理由"), max_length=200, blank=True, default="")
    decided_by = models.CharField(_("审核人"), max_length=120, blank=True, default="")
    decided_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    # Put off until this day; from then on it is in the queue again.
    again_on = models.DateField(_("再看日期"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "other"], name="a_pair_is_proposed_once"),
            models.CheckConstraint(
                condition=~models.Q(customer=models.F("other")), name="nobody_is_their_own_duplicate"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-probability", "-id"],
                condition=models.Q(customer__lt=models.F("other")) & ~models.Q(verdict=Verdict.NOT_SAME),
                name="duplicates_to_review",
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} = {self.other_id}?"


class DuplicateSearch(models.Model):
    """One search through the book, by hand or by the clock: facts with times; states.search_state says how it stands."""

    started_by = models.CharField(max_length=120)
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    beat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # How many: total, read, compare, records, found, new; and how many seconds it took.
    counts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"#{self.pk} {self.started_by}"
