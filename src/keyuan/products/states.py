"""The closed vocabularies of the products room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class VersionState(models.TextChoices):
    """How far a version of a product has come; computed from its dated facts."""

    DRAFT = "draft", pgettext_lazy("产品版本", "草稿")
    SUBMITTED = "submitted", pgettext_lazy("产品版本", "待审批")
    PUBLISHED = "published", pgettext_lazy("产品版本", "已发布")
    WITHDRAWN = "withdrawn", pgettext_lazy("产品版本", "已撤回")


MOVES: dict[VersionState, frozenset[VersionState]] = {
    VersionState.DRAFT: frozenset({VersionState.SUBMITTED}),
    VersionState.SUBMITTED: frozenset({VersionState.DRAFT, VersionState.PUBLISHED}),
    VersionState.PUBLISHED: frozenset({VersionState.WITHDRAWN}),
    VersionState.WITHDRAWN: frozenset(),
}
