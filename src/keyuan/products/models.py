"""Products as the book of business names them. Versions, rates and rules come with the product workshop."""

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


class Product(models.Model):
    """A product by its code. ``long_term`` (more than one year) decides which legal clocks run for its policies."""

    code = models.CharField(_("产品代码"), max_length=30, unique=True)
    name = models.CharField(_("产品名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True, default="")
    line = models.CharField(_("险种"), max_length=20, choices=Line)
    long_term = models.BooleanField(_("长期险"), default=False)

    def __str__(self) -> str:
        return self.name
