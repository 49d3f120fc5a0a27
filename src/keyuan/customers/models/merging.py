"""Merges of two customers into one, each with the journal that takes it back."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.customers.models.core import Customer
from keyuan.customers.states import StepKind
from keyuan.kernel.fields import SealedTextField


class Merge(models.Model):
    """One customer's record went into another's. ``customer`` has the rows today; it moves on when they merge again.

    ``kept_id`` and ``dropped_id`` are values: the row of the dropped customer is gone until the merge is undone, and its
    number, its id and its address lead to ``customer``. ``line_id`` is the log line that told of the merge.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="merges")
    kept_id = models.BigIntegerField()
    dropped_id = models.BigIntegerField()
    dropped_number = models.CharField(_("并入客户号"), max_length=20)
    dropped_name = models.CharField(_("并入客户"), max_length=120)
    reason = models.CharField(_("合并理由"), max_length=200)
    merged_at = models.DateTimeField(_("合并时间"), db_default=Now(), editable=False)
    merged_by = models.CharField(_("合并人"), max_length=120)
    line_id = models.BigIntegerField(default=0)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    undone_by = models.CharField(_("撤销人"), max_length=120, blank=True, default="")
    # What the undo could not or did not take back: merging.undoing.Report as JSON.
    report = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dropped_id"], condition=models.Q(undone_at__isnull=True), name="a_customer_is_merged_away_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(kept_id=models.F("dropped_id")), name="nobody_is_merged_into_themselves"
            ),
        ]
        indexes = [
            models.Index(
                fields=["dropped_number"], condition=models.Q(undone_at__isnull=True), name="merge_by_dropped_number"
            ),
            models.Index(fields=["kept_id"], name="merge_by_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.dropped_number} → {self.kept_id}"


class MergeStep(models.Model):
    """One line of the journal of a merge: what was done to which rows of a table, and how they were before.

    ``contents`` is JSON under one seal, for it holds sensitive values in clear (merging.journal tells the shapes).
    """

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="steps", db_index=False)
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=StepKind)
    table = models.CharField(max_length=80)
    row = models.CharField(max_length=64, blank=True, default="")
    column = models.CharField(max_length=64, blank=True, default="")
    contents = SealedTextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge", "place"], name="a_merge_goes_step_by_step")]

    def __str__(self) -> str:
        return f"{self.merge_id}/{self.place} {self.kind} {self.table}"
