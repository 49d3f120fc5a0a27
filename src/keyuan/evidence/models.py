"""The tables of proof. Nobody outside this room imports them."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.evidence.pages.models import PageBody, PageFile, Trace, TraceRow

__all__ = ["Batch", "LogCheck", "PageBody", "PageFile", "Trace", "TraceRow"]


class Batch(models.Model):
    """A run of lines of the log, in reading order, under one root. A trigger refuses that one is changed or deleted.

    ``first`` and ``last`` are places (transaction, line). ``leaves`` are the hashes of its lines, 32 bytes each: with them
    the proof of one line needs no other, and a check can name the line that was altered. ``seal`` is put on by a job.
    """

    number = models.PositiveBigIntegerField(_("批次"), primary_key=True)
    lines = models.PositiveIntegerField(_("行数"))
    first_xid = models.BigIntegerField()
    first_id = models.BigIntegerField()
    last_xid = models.BigIntegerField()
    last_id = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    leaves = models.BinaryField()
    made_at = models.DateTimeField(_("成批时间"), db_default=Now(), editable=False)
    head = models.BinaryField(null=True)
    seal = models.BinaryField(null=True)
    sealed_at = models.DateTimeField(_("封存时间"), null=True)

    class Meta:
        ordering = ["-number"]
        verbose_name_plural = "batches"
        constraints = [
            models.CheckConstraint(condition=models.Q(lines__gt=0), name="a_batch_holds_lines"),
            models.CheckConstraint(
                condition=models.Q(seal__isnull=True, sealed_at__isnull=True, head__isnull=True)
                | models.Q(seal__isnull=False, sealed_at__isnull=False, head__isnull=False),
                name="a_sealed_batch_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["last_xid", "last_id"], name="batch_by_its_last_line"),
            models.Index(fields=["number"], condition=models.Q(seal__isnull=True), name="batch_to_seal"),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.lines})"


class LogCheck(models.Model):
    """One check of the whole log against its batches. ``found`` is empty if everything fits, else the first that does not."""

    begun_at = models.DateTimeField(_("开始"))
    ended_at = models.DateTimeField(_("结束"))
    batches = models.PositiveBigIntegerField(_("批次"))
    lines = models.PositiveBigIntegerField(_("行数"))
    found = models.JSONField(_("发现"), default=dict)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.ended_at.isoformat()}: {self.found or 'fits'}"
