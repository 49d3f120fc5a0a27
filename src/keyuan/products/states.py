"""The closed vocabularies of the products room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Line(models.TextChoices):
    """Line of business 险种."""

    ACCIDENT = "accident", _("意外险")
    MEDICAL = "medical", _("医疗险")
    CRITICAL_ILLNESS = "critical_illness", _("重大疾病保险")
    LIFE = "life", _("寿险")
    PARTICIPATING = "participating", _("分红险")
    ANNUITY = "annuity", _("养老年金")
    EDUCATION = "education", _("教育金")
    MOTOR = "motor", _("车险")
    PROPERTY = "property", _("财产险")
    GROUP = "group", _("团体险")


PROPERTY_LINES = frozenset({Line.MOTOR, Line.PROPERTY})
