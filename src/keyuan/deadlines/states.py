"""The closed vocabularies of days and deadlines."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Festival(models.TextChoices):
    """The statutory holidays of 《全国年节及纪念日放假办法》, and the odd day off that the State Council gives once."""

    NEW_YEAR = "new_year", _("元旦")
    SPRING_FESTIVAL = "spring_festival", _("春节")
    QINGMING = "qingming", _("清明节")
    LABOUR_DAY = "labour_day", _("劳动节")
    DRAGON_BOAT = "dragon_boat", _("端午节")
    MID_AUTUMN = "mid_autumn", _("中秋节")
    NATIONAL_DAY = "national_day", _("国庆节")
    OTHER = "other", _("放假安排")
