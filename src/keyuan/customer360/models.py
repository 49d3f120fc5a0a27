"""What people keep of their work with the list of customers: saved views, lists, tags, and bulk work in progress."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.customer360.states import BulkKind, BulkState, Sharing


class Shared(models.Model):
    """Something of one person's that they may let their unit (with those below) or the whole company see."""

    name = models.CharField(_("名称"), max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    shared = models.CharField(_("共享给"), max_length=8, choices=Sharing, default=Sharing.PRIVATE)
    org_unit = models.ForeignKey("accounts.OrgUnit", models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class SavedView(Shared):
    """A question that is asked again: condition (JSON as conditions.parse reads it), columns and order."""

    condition = models.JSONField(default=dict)
    columns = ArrayField(models.CharField(max_length=60), default=list)
    sort = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["owner"], name="view_of_owner")]


class CustomerList(Shared):
    """A list of customers that somebody put together; it changes only by hand."""

    class Meta:
        indexes = [models.Index(fields=["owner"], name="list_of_owner")]


class CustomerListMember(models.Model):
    """A customer on a list."""

    list = models.ForeignKey(CustomerList, models.CASCADE, related_name="members")
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="list_places")
    added_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "customer"], name="a_customer_is_on_a_list_once")]

    def __str__(self) -> str:
        return f"{self.list_id}: {self.customer_id}"


class Tag(models.Model):
    """A word that staff mark customers with."""

    name = models.CharField(_("标签"), max_length=30, unique=True)

    def __str__(self) -> str:
        return self.name


class CustomerTag(models.Model):
    """A customer who bears a tag."""

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="tags", db_index=False)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="bearers")
    added_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "tag"], name="a_customer_bears_a_tag_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.tag_id}"


class BulkRun(models.Model):
    """Bulk work over a whole result, done by the worker a batch at a time. ``given`` is what the action needs."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=BulkKind)
    given = models.JSONField(default=dict)
    condition = models.JSONField(default=dict)
    # Whom it is about, fixed when it was asked for; the scope is looked at again when each batch is done.
    keys = ArrayField(models.BigIntegerField(), default=list)
    state = models.CharField(max_length=8, choices=BulkState, default=BulkState.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    refusal = models.JSONField(default=dict, blank=True)
    begun_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.done}/{self.total}"
