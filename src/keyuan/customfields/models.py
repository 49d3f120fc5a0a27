"""The definitions. The values lie with the records, in the column ``custom`` of customers and policies."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.roles import Permission
from keyuan.customfields.states import FieldType, RecordKind

PERMISSIONS = [(permission.value, permission.label) for permission in Permission]


class FieldDefinition(models.Model):
    """One field of one kind of record. Slug and type never change; a field that is not used any more is retired."""

    record = models.CharField(_("记录"), max_length=12, choices=RecordKind)
    slug = models.CharField(_("代码"), max_length=40)
    name = models.CharField(_("中文名称"), max_length=40)
    name_en = models.CharField(_("英文名称"), max_length=60, blank=True, default="")
    type = models.CharField(_("类型"), max_length=12, choices=FieldType)
    # [{"code", "name", "name_en", "retired"}], in the order in which they are offered.
    choices = models.JSONField(_("选项"), default=list, blank=True)
    required = models.BooleanField(_("录入时必填"), default=False)
    help = models.CharField(_("填写说明"), max_length=200, blank=True, default="")
    help_en = models.CharField(_("英文填写说明"), max_length=200, blank=True, default="")
    section = models.CharField(_("分组"), max_length=40, blank=True, default="")
    section_en = models.CharField(_("英文分组"), max_length=60, blank=True, default="")
    order = models.PositiveIntegerField(default=0)
    see = models.CharField(_("谁可以查看"), max_length=30, default=Permission.SEE_CUSTOMERS.value)
    edit = models.CharField(_("谁可以修改"), max_length=30, default=Permission.EDIT_CUSTOMERS.value)
    retired_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["record", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["record", "slug"], name="a_custom_field_is_defined_once")]

    def __str__(self) -> str:
        return f"{self.record}.{self.slug}"
