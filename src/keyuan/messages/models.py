"""The outbox."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.fields import SealedTextField
from keyuan.messages.states import Channel, Ending, Reason


class Message(models.Model):
    """One message to one address. ``text`` is what the gateway is given; ``shown`` is what staff may read of it: the same
    without secrets such as a code. Whether it waits, was sent or failed is said by the dates."""

    customer = models.ForeignKey("customers.Customer", models.CASCADE, null=True, related_name="+")
    org_unit_id = models.BigIntegerField(null=True)
    # What it is about, as the event log names things.
    subject_kind = models.CharField(max_length=40, blank=True, default="")
    subject_id = models.CharField(max_length=64, blank=True, default="")
    template = models.CharField(_("模板"), max_length=60)
    version = models.PositiveSmallIntegerField(_("版本"))
    language = models.CharField(max_length=8)
    channel = models.CharField(_("方式"), max_length=8, choices=Channel)
    address = SealedTextField()
    # The blind index of the address, to find what went to a number.
    address_digest = models.BinaryField(max_length=16)
    title = models.CharField(_("标题"), max_length=120, blank=True, default="")
    text = SealedTextField()
    shown = SealedTextField()
    urgent = models.BooleanField(default=False)
    # The same key is never queued twice: for callers that may come again.
    key = models.CharField(max_length=100, null=True, unique=True)  # noqa: DJ001  nothing is not ""
    again_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    queued_at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField(_("不早于"), db_default=Now())
    expires_at = models.DateTimeField(null=True)
    # Set and committed before the gateway is called, emptied when its answer is written down.
    calling_since = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True, default="")
    ending = models.CharField(max_length=8, choices=Ending, blank=True, default="")
    reason = models.CharField(max_length=8, choices=Reason, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ending="", ended_at=None)
                | (~models.Q(ending="") & models.Q(ended_at__isnull=False)),
                name="a_message_that_ended_has_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(ending="failed") ^ models.Q(reason=""), name="a_failed_message_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="message_due", condition=models.Q(ending="")),
            models.Index(fields=["-queued_at", "-id"], name="message_newest"),
            models.Index(fields=["customer", "-queued_at"], name="message_of_customer"),
            models.Index(fields=["address_digest", "-queued_at"], name="message_to_address"),
            models.Index(fields=["-queued_at"], name="message_failed", condition=models.Q(ending="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.pk}"
