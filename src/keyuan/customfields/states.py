"""Closed vocabularies of custom fields."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RecordKind(models.TextChoices):
    """Whose fields they are."""

    PERSON = "person", pgettext_lazy("记录", "个人客户")
    ENTERPRISE = "enterprise", pgettext_lazy("记录", "企业客户")
    POLICY = "policy", pgettext_lazy("记录", "保单")


class FieldType(models.TextChoices):
    """What a field takes."""

    TEXT = "text", _("文本")
    NUMBER = "number", _("数字")
    MONEY = "money", _("金额（元）")
    DATE = "date", _("日期")
    YES_NO = "yes_no", _("是／否")
    CHOICE = "choice", _("单选")
    MULTI_CHOICE = "multi_choice", _("多选")


WITH_CHOICES = frozenset({FieldType.CHOICE, FieldType.MULTI_CHOICE})
