"""A file and whose record it belongs to. The bytes lie in the storage ``files`` (settings), never in the database."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Attachment(models.Model):
    """A file on a record of one customer.

    ``subject_kind`` and ``subject_id`` say which record (subjects.py); a file on the customer itself has no
    ``subject_id``, so that it follows the customer wherever they go. ``kind`` is a code of states.TYPES, read from the
    content. ``scanned_at`` with ``threat`` is what the scanner said; hiding keeps row and bytes.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="attachments")
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField(null=True, blank=True)
    name = models.CharField(_("文件名"), max_length=160)
    kind = models.CharField(_("类型"), max_length=12)
    size = models.BigIntegerField(_("大小"))
    sha256 = models.BinaryField(max_length=32)
    key = models.CharField(max_length=100)
    note = models.CharField(_("说明"), max_length=200, blank=True, default="")
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)
    uploaded_by_id = models.BigIntegerField(null=True, blank=True)
    uploaded_by = models.CharField(_("上传人"), max_length=120)
    scanned_at = models.DateTimeField(null=True, blank=True)
    scanner = models.CharField(max_length=80, blank=True, default="")
    threat = models.CharField(max_length=120, blank=True, default="")
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.CharField(max_length=120, blank=True, default="")
    hidden_reason = models.CharField(_("删除原因"), max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="a_file_has_content"),
            models.CheckConstraint(
                condition=models.Q(subject_id__isnull=False) | models.Q(subject_kind="customer"),
                name="a_file_belongs_to_a_record",
            ),
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="file_of_subject")]

    def __str__(self) -> str:
        return self.name
