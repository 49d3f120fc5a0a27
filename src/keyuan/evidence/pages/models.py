"""The tables of traces. Rows are never changed; a trace goes as a whole when its time is over (a trigger holds both)."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.fields import SealedBytesField, SealedTextField


class Trace(models.Model):
    """All that was shown and done in one sale, from the moment of entering.

    It begins as a visit of nobody known (``sale`` is None), and becomes the trace of the sale that the visitor starts:
    ``sale`` is the order's public id, ``number`` the order's. ``head`` and ``rows`` are the chain's (offline.chain);
    ``fixed`` is its length when its head was last written to the log.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    sale = models.UUIDField(null=True, unique=True)
    number = models.CharField(_("投保单号"), max_length=24, blank=True, default="", db_index=True)
    product = models.CharField(_("产品代码"), max_length=30, blank=True, default="")
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, related_name="+", verbose_name=_("投保人")
    )
    policy_number = models.CharField(_("保单号"), max_length=40, blank=True, default="", db_index=True)
    started_at = models.DateTimeField(_("进入时间"), db_default=Now())
    last_at = models.DateTimeField(_("最后操作"), db_default=Now())
    rows = models.PositiveIntegerField(default=0)
    head = models.BinaryField(max_length=32)
    fixed = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["customer", "-started_at"], name="trace_of_customer"),
            models.Index(fields=["last_at"], condition=models.Q(sale__isnull=True), name="trace_of_nobody"),
            models.Index(fields=["started_at"], condition=models.Q(sale__isnull=False), name="trace_of_sale"),
            # Sales with rows that no line of the log tells of yet.
            models.Index(
                fields=["last_at"],
                condition=models.Q(sale__isnull=False, rows__gt=models.F("fixed")),
                name="trace_to_fix",
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.pk)


class PageBody(models.Model):
    """A page without the few characters that are another each time (TraceRow.volatile), compressed: kept once.

    ``digest`` is keyed, so that nobody can try out from a copy of the table what a page says.
    """

    digest = models.CharField(primary_key=True, max_length=32)
    size = models.PositiveIntegerField()
    packed = SealedBytesField()

    class Meta:
        verbose_name_plural = "page bodies"

    def __str__(self) -> str:
        return self.digest


class TraceRow(models.Model):
    """Row ``n`` of a trace: ``told`` is the canonical JSON that the chain holds, ``head`` the chain's after it.

    ``page_key`` names the page that was sent, for what its browser tells afterwards; ``upto`` is the number of the last
    operation told of it so far.
    """

    trace = models.ForeignKey(Trace, models.CASCADE, db_index=False, related_name="kept")
    n = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=8)
    told = SealedTextField(null=False)
    head = models.BinaryField(max_length=32)
    page_key = models.CharField(max_length=24, blank=True, default="")
    upto = models.PositiveIntegerField(default=0)
    body = models.ForeignKey(PageBody, models.PROTECT, null=True, related_name="+")
    volatile = SealedTextField()

    class Meta:
        ordering = ["trace", "n"]
        constraints = [models.UniqueConstraint(fields=["trace", "n"], name="rows_of_a_trace_are_counted")]

    def __str__(self) -> str:
        return f"{self.trace_id} {self.n}"


class PageFile(models.Model):
    """A style sheet, script or picture that pages referred to, or a list of them, by its SHA-256. Nobody's, so not sealed."""

    digest = models.CharField(primary_key=True, max_length=64)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    packed = models.BinaryField()
    kept_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.digest
