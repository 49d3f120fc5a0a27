"""The closed vocabularies of insight."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunKind(models.TextChoices):
    """Why a run was made: it says how long it is kept."""

    ROLLING = "rolling", _("最近十二个月")
    YEAR = "year", _("日历年")
    ASKED = "asked", _("指定期间")
