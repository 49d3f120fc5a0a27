"""The registry of everything that names a customer. Uniqueness lives here."""

from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from keyuan.customers.models.core import Customer
from keyuan.customers.states import IdentifierKind
from keyuan.kernel.fields import SealedTextField


class Identifier(models.Model):
    """One normalised value of one kind that belongs to one customer until ``ended_on``.

    ``digest`` is the blind index of (kind, value), unique among those in use: the way from any identifier to its
    customer. ``plain`` is the value itself for kinds that are not secret (found by their beginning); ``shown`` is what
    a screen may print (masked for sealed kinds). ``subject_id`` is the policy or claim that the value names, if any.
    ``sealed`` keeps a secret value that no field of the customer carries (a second mobile), so that it can be indexed anew.
    """

    kind = models.CharField(max_length=12, choices=IdentifierKind)
    digest = models.BinaryField(max_length=16)
    plain = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001  nothing is not the empty value
    shown = models.CharField(_("显示值"), max_length=64)
    sealed = SealedTextField()
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="identifiers")
    subject_id = models.BigIntegerField(null=True, blank=True)
    since = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=models.Q(ended_on__isnull=True), name="an_identifier_names_one_customer"
            )
        ]
        indexes = [
            # Who had it formerly. The unique index above knows those in use; these are few, and an import makes none.
            models.Index(fields=["digest"], condition=models.Q(ended_on__isnull=False), name="former_identifier"),
            models.Index(
                OpClass("plain", "text_pattern_ops"),
                condition=models.Q(plain__isnull=False, ended_on__isnull=True),
                name="identifier_by_beginning",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.shown}"
