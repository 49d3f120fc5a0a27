"""The closed vocabularies of the underwriting room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Outcome(models.TextChoices):
    """核保结论. A failed automatic check is no decline: it goes to a person (``refer``)."""

    STANDARD = "standard", _("标准体")
    LOADING = "loading", _("加费")
    EXCLUSION = "exclusion", _("除外")
    REFER = "refer", _("人工核保")
    POSTPONE = "postpone", _("延期")
    DECLINE = "decline", _("拒保")


#: What a person may decide; referring again is no decision.
FINAL = tuple(one for one in Outcome if one != Outcome.REFER)
ACCEPTED = frozenset({Outcome.STANDARD, Outcome.LOADING, Outcome.EXCLUSION})


class Standing(models.TextChoices):
    """Where an application stands, computed from its dated facts."""

    WAITING = "waiting", _("待核保")
    SENT_UP = "sent_up", _("待上级核保")
    DECIDED = "decided", _("已核保")
    AUTOMATIC = "automatic", _("自动核保")


class RuleCode(models.TextChoices):
    """A rule set for each group of products."""

    LIFE = "life", _("寿险、年金与教育金")
    CRITICAL_ILLNESS = "critical_illness", _("重大疾病")
    MEDICAL = "medical", _("医疗")
    ACCIDENT = "accident", pgettext_lazy("核保规则", "意外")
    GROUP = "group", _("团体")
    MOTOR = "motor", _("机动车")
    PROPERTY = "property", _("家庭财产")


#: The rule set of a product's line of business.
RULES_OF_LINE = {
    "life": RuleCode.LIFE,
    "participating": RuleCode.LIFE,
    "annuity": RuleCode.LIFE,
    "education": RuleCode.LIFE,
    "critical_illness": RuleCode.CRITICAL_ILLNESS,
    "medical": RuleCode.MEDICAL,
    "accident": RuleCode.ACCIDENT,
    "group": RuleCode.GROUP,
    "motor": RuleCode.MOTOR,
    "property": RuleCode.PROPERTY,
}


class RuleState(models.TextChoices):
    """How far a version of a rule set has come; computed from its dated facts."""

    DRAFT = "draft", pgettext_lazy("核保规则", "草稿")
    SUBMITTED = "submitted", pgettext_lazy("核保规则", "待审批")
    PUBLISHED = "published", pgettext_lazy("核保规则", "已发布")


MOVES: dict[RuleState, frozenset[RuleState]] = {
    RuleState.DRAFT: frozenset({RuleState.SUBMITTED}),
    RuleState.SUBMITTED: frozenset({RuleState.DRAFT, RuleState.PUBLISHED}),
    RuleState.PUBLISHED: frozenset(),
}
