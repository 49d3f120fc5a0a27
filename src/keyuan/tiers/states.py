"""The closed vocabularies of the tiers room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LadderCode(models.TextChoices):
    """A ladder for each kind of customer; the codes are those of customers.states.CustomerKind."""

    INDIVIDUAL = "individual", _("个人客户")
    ENTERPRISE = "enterprise", _("企业客户")


class RulesBy(models.TextChoices):
    """Which of the two scales decides the tier. Both are always kept."""

    PREMIUM = "premium", _("折标保费")
    CONTRIBUTION = "contribution", _("贡献度")
    HIGHER = "higher", _("两者中较高的")
    LOWER = "lower", _("两者中较低的")


class Cause(models.TextChoices):
    """Why a membership year began."""

    RAISED = "raised", pgettext_lazy("客户等级", "升级")
    KEPT = "kept", pgettext_lazy("客户等级", "续期保级")
    LOWERED = "lowered", pgettext_lazy("客户等级", "到期降级")


class Uncounted(models.TextChoices):
    """Why a policy does not count."""

    NOT_ON_RISK = "not_on_risk", _("不在保障期内")
    PAID_UP = "paid_up", _("已减额交清")
    IN_COOLING_OFF = "in_cooling_off", _("犹豫期未过")
    CURRENCY = "currency", _("不是人民币保单")


class RuleState(models.TextChoices):
    """How far a version of the rules has come; computed from its dated facts."""

    DRAFT = "draft", pgettext_lazy("等级规则", "草稿")
    SUBMITTED = "submitted", pgettext_lazy("等级规则", "待审批")
    PUBLISHED = "published", pgettext_lazy("等级规则", "已发布")


MOVES: dict[RuleState, frozenset[RuleState]] = {
    RuleState.DRAFT: frozenset({RuleState.SUBMITTED}),
    RuleState.SUBMITTED: frozenset({RuleState.DRAFT, RuleState.PUBLISHED}),
    RuleState.PUBLISHED: frozenset(),
}


class Who(models.TextChoices):
    """Who may take a benefit."""

    STAFF = "staff", _("由工作人员办理")
    CUSTOMER = "customer", _("客户可自助领取")
