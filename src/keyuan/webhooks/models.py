"""Endpoints, what is to be delivered to them, and each attempt."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.purposes import Purpose
from keyuan.kernel.fields import SealedTextField
from keyuan.webhooks.states import DeliveryState, DisabledBecause


class Endpoint(models.Model):
    """An address that is told what happens. ``org_unit`` with all below it, ``kinds`` and ``purpose`` limit what leaves."""

    name = models.CharField(_("名称"), max_length=60)
    url = models.CharField(_("地址"), max_length=500)
    # Patterns of kinds of event: "policy.issued", "policy.*", "*".
    kinds = ArrayField(models.CharField(max_length=60), verbose_name=_("事件"))
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="+", verbose_name=_("机构范围"))
    purpose = models.CharField(_("用途"), max_length=16, choices=Purpose)
    purpose_text = models.CharField(_("用途说明"), max_length=200)
    with_data = models.BooleanField(_("带内容"), default=False)
    with_audit = models.BooleanField(_("包括访问与系统事件"), default=False)
    secret = SealedTextField()
    # Signs as well until the receiver has taken over the new one.
    old_secret = SealedTextField()
    old_secret_until = models.DateTimeField(null=True)
    active = models.BooleanField(default=True)
    disabled_because = models.CharField(max_length=10, choices=DisabledBecause, blank=True, default="")
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    made_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # A replay that is under way: read on after this place, up to that one.
    replay_xid = models.BigIntegerField(null=True)
    replay_event_id = models.BigIntegerField(null=True)
    replay_until_xid = models.BigIntegerField(null=True)
    replay_until_event_id = models.BigIntegerField(null=True)
    replay_since = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One event for one endpoint. (xid, event_id) is its place in the log, which is the order of delivery."""

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, db_index=False, related_name="deliveries")
    customer = models.ForeignKey("customers.Customer", models.CASCADE, null=True, related_name="+")
    event_id = models.BigIntegerField()
    xid = models.BigIntegerField()
    event_name = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["endpoint", "event_id"], name="an_event_is_delivered_once_each")]
        indexes = [
            models.Index(fields=["next_at"], name="delivery_due", condition=models.Q(state="pending")),
            models.Index(
                fields=["endpoint", "customer", "xid", "event_id"],
                name="delivery_in_order",
                condition=models.Q(state="pending"),
            ),
            models.Index(fields=["endpoint", "-xid", "-event_id"], name="delivery_newest"),
            # The few that were given up among very many that arrived.
            models.Index(
                fields=["endpoint", "-xid", "-event_id"],
                name="delivery_given_up",
                condition=models.Q(state="failed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_name} → {self.endpoint_id}"


class Attempt(models.Model):
    """One time that a delivery was sent, and what came back: status, the first kilobyte, or why nothing came."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    at = models.DateTimeField(db_default=Now())
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True, default="")
    response = models.TextField(blank=True, default="")
    milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.status or self.error}"
