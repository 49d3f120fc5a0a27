"""The closed vocabularies of lists."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sharing(models.TextChoices):
    """Who sees a saved view beside its owner. Which rows they then see is their own scope."""

    PRIVATE = "private", _("仅自己")
    UNIT = "unit", _("本机构")
    COMPANY = "company", _("全公司")
