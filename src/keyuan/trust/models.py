"""Certificates and who keeps their keys, revocation lists, signatures and time stamps.

A certificate, a signature and a time stamp are never deleted: 电子签名法 §24 keeps them for five years after the
certificate ends, and what they prove lives longer. A trigger refuses it.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.trust.states import Reason, Role


class Certificate(models.Model):
    """An X.509 certificate that we issued: to a customer's device, or (``customer`` is None) to the company itself.

    ``serial`` is its number in lower-case hexadecimal. How it stands is computed from the facts (rules.standing).
    """

    role = models.CharField(_("种类"), max_length=10, choices=Role)
    serial = models.CharField(_("序列号"), max_length=40, unique=True)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, related_name="+", verbose_name=_("客户")
    )
    device = models.CharField(_("设备"), max_length=40, blank=True, default="")
    subject = models.CharField(_("证书主体"), max_length=120)
    issuer = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    der = models.BinaryField()
    # SHA-256 of the public key: a key is certified once.
    key_digest = models.BinaryField(max_length=32, unique=True)
    not_before = models.DateTimeField(_("生效"))
    not_after = models.DateTimeField(_("到期"))
    revoked_at = models.DateTimeField(_("注销时间"), null=True)
    reason = models.CharField(_("注销原因"), max_length=24, choices=Reason, blank=True, default="")
    # On what the identity of the holder was checked, as a value: that room may keep its rows for another time than we.
    identity_check_id = models.CharField(max_length=40, blank=True, default="")
    renews = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    made_by_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(customer__isnull=False, role=Role.CUSTOMER)
                | (models.Q(customer__isnull=True) & ~models.Q(role=Role.CUSTOMER)),
                name="a_customers_certificate_has_a_customer",
            ),
            models.CheckConstraint(
                condition=models.Q(not_before__lt=models.F("not_after")), name="a_certificate_begins_before_it_ends"
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, reason="")
                | (models.Q(revoked_at__isnull=False) & ~models.Q(reason="")),
                name="a_revoked_certificate_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["issuer", "revoked_at"],
                condition=models.Q(revoked_at__isnull=False),
                name="certificate_revoked",
            ),
            models.Index(fields=["not_after"], name="certificate_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.serial}"


class CompanyKey(models.Model):
    """A key of the company and its certificate. The newest of a role that still holds is the one that is used.

    ``number`` counts the keys of the role; ``name`` (``issuing-1``) stands in addresses. ``demo``: its passphrase is
    public, and its root says so.
    """

    role = models.CharField(max_length=10, choices=Role)
    number = models.PositiveIntegerField()
    certificate = models.OneToOneField(Certificate, models.PROTECT, related_name="authority")
    key_ref = models.CharField(max_length=80, unique=True)
    demo = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "company keys"
        constraints = [models.UniqueConstraint(fields=["role", "number"], name="authorities_of_a_role_are_counted")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.role}-{self.number}"


class RevocationList(models.Model):
    """A revocation list as it was published."""

    authority = models.ForeignKey(CompanyKey, models.PROTECT, related_name="lists")
    number = models.BigIntegerField()
    der = models.BinaryField()
    this_update = models.DateTimeField()
    next_update = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "number"], name="revocation_lists_are_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.number}"


class TimeStamp(models.Model):
    """A token of our time-stamp authority (RFC 3161) for something that we keep. ``digest``: the SHA-256 that it stamps."""

    serial = models.CharField(max_length=40, unique=True)
    digest = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    token = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.serial} {self.at.isoformat()}"


class Signature(models.Model):
    """A customer's signature with all that a third party needs to check it offline, as it was at that moment.

    ``document`` are the canonical bytes that were signed, ``value`` the DER signature (ECDSA, SHA-256), ``status`` the
    OCSP response that the certificate was good, ``time_stamp`` the token over ``value``.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    document = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    value = models.BinaryField()
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="signatures")
    status = models.BinaryField()
    time_stamp = models.OneToOneField(TimeStamp, models.PROTECT, related_name="signature")
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Pressed twice is signed once.
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "digest", "certificate"], name="a_device_signs_a_text_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}"
