"""Codes sent to mobile numbers, and checks of identity with their answers."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.customers.states import DocumentKind
from keyuan.identity.states import CodePurpose, Outcome, Why
from keyuan.kernel.fields import SealedTextField


class Challenge(models.Model):
    """A code sent to a mobile number. Only its digest is kept; the id is known to the browser that asked for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mobile = SealedTextField()
    mobile_digest = models.BinaryField(max_length=16)
    purpose = models.CharField(max_length=16, choices=CodePurpose)
    code_digest = models.BinaryField(max_length=16)
    sent_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    redeemed_at = models.DateTimeField(null=True)
    # A newer code for the same number and purpose has taken its place.
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["mobile_digest", "-sent_at"], name="challenge_of_mobile")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"


class Check(models.Model):
    """One question whether name, document and mobile belong together, and its answer. Stored before anybody is asked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey("customers.Customer", models.CASCADE, null=True, related_name="+")
    subject_kind = models.CharField(max_length=40, blank=True, default="")
    subject_id = models.CharField(max_length=64, blank=True, default="")
    name = SealedTextField()
    document_kind = models.CharField(_("证件类型"), max_length=20, choices=DocumentKind)
    document_number = SealedTextField()
    document_digest = models.BinaryField(max_length=16)
    mobile = SealedTextField()
    mobile_digest = models.BinaryField(max_length=16)
    # The wording of the separate consent under which it was asked (个人信息保护法 §29), with its version.
    consent = models.CharField(max_length=40)
    provider = models.CharField(_("核验方"), max_length=20)
    asked_at = models.DateTimeField(db_default=Now())
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(_("结果"), max_length=12, choices=Outcome, blank=True, default="")
    why = models.CharField(max_length=12, choices=Why, blank=True, default="")
    reference = models.CharField(max_length=64, blank=True, default="")
    milliseconds = models.PositiveIntegerField(default=0)
    # A person looked at the document: who, when, and what they say of it.
    decided_by_name = models.CharField(max_length=60, blank=True, default="")
    note = SealedTextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="", answered_at=None)
                | (~models.Q(outcome="") & models.Q(answered_at__isnull=False)),
                name="an_answered_check_has_an_outcome",
            )
        ]
        indexes = [
            models.Index(fields=["-asked_at", "id"], name="check_newest"),
            models.Index(fields=["document_digest", "-asked_at"], name="check_of_document"),
            models.Index(fields=["customer", "-asked_at"], name="check_of_customer"),
            models.Index(
                fields=["-asked_at"], name="check_for_a_person", condition=models.Q(outcome__in=["", "unavailable"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.outcome or '…'}"
