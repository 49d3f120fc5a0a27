"""Tasks and complaints. A contact has no table of its own: it is a line of the log."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.servicedesk.states import ComplaintReason, ContactChannel


class Task(models.Model):
    """Something that somebody of the staff is to do by a time, mostly for a customer."""

    customer = models.ForeignKey("customers.Customer", models.CASCADE, null=True, blank=True, related_name="tasks")
    title = models.CharField(_("事项"), max_length=120)
    note = models.TextField(_("说明"), blank=True, default="")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tasks")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    due_at = models.DateTimeField(_("截止时间"))
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["owner", "due_at"], condition=models.Q(done_at__isnull=True), name="open_task_of_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Complaint(models.Model):
    """A complaint with its dated facts; open until ``closed_at``.

    ``complex_on`` and ``extended_on``: the days on which it was found complex (30 days) and a further extension was
    approved (60 days). ``told_at``: when the complainant was told of the decision.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="complaints")
    policy = models.ForeignKey("policies.Policy", models.PROTECT, null=True, blank=True, related_name="complaints")
    number = models.CharField(_("投诉编号"), max_length=40, unique=True)
    channel = models.CharField(_("渠道"), max_length=12, choices=ContactChannel)
    reason = models.CharField(_("原因"), max_length=20, choices=ComplaintReason)
    summary = models.TextField(_("内容"))
    received_at = models.DateTimeField(_("受理时间"))
    complex_on = models.DateField(_("认定复杂日期"), null=True, blank=True)
    extended_on = models.DateField(_("批准延期日期"), null=True, blank=True)
    decided_at = models.DateTimeField(_("处理决定时间"), null=True, blank=True)
    told_at = models.DateTimeField(_("告知时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    upheld = models.BooleanField(_("投诉成立"), null=True, blank=True)

    def __str__(self) -> str:
        return self.number
