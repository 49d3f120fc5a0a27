"""The closed vocabularies of the retention room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DueKind(models.TextChoices):
    """What falls due: cover of a term that ends, or the next premium of long-term cover."""

    TERM_END = "term_end", _("到期续保")
    PREMIUM = "premium", _("续期缴费")


class RenewalState(models.TextChoices):
    """The lists. Computed from what was recorded and from the facts of the policy; nobody types one."""

    NOT_CONTACTED = "not_contacted", _("未联系")
    RENEWING = "renewing", _("同意续保")
    CONSIDERING = "considering", _("考虑中")
    NOT_RENEWING = "not_renewing", _("不续保")
    RENEWED = "renewed", _("已续保")
    LAPSED = "lapsed", _("已脱保")


# Those in which there is still somebody to talk to.
OPEN_STATES = (RenewalState.NOT_CONTACTED, RenewalState.RENEWING, RenewalState.CONSIDERING)


class Outcome(models.TextChoices):
    """How a contact about a renewal ended (结果代码)."""

    RENEWING = "renewing", _("同意续保")
    CONSIDERING = "considering", _("考虑中")
    QUOTED = "quoted", _("已报价")
    CALL_BACK = "call_back", _("约定再联系")
    NOT_RENEWING = "not_renewing", _("不续保")
    NO_ANSWER = "no_answer", _("未接通")
    WRONG_NUMBER = "wrong_number", _("号码错误")


# What the customer meant. An outcome that is not here did not reach the customer and changes no list.
STATE_SAID: dict[str, RenewalState] = {
    Outcome.RENEWING: RenewalState.RENEWING,
    Outcome.CONSIDERING: RenewalState.CONSIDERING,
    Outcome.QUOTED: RenewalState.CONSIDERING,
    Outcome.CALL_BACK: RenewalState.CONSIDERING,
    Outcome.NOT_RENEWING: RenewalState.NOT_RENEWING,
}

# The outcome that is recorded when a card is moved to the column of a state. Renewed and lapsed come from facts alone.
OUTCOME_OF_MOVE: dict[str, Outcome] = {
    RenewalState.RENEWING: Outcome.RENEWING,
    RenewalState.CONSIDERING: Outcome.CONSIDERING,
    RenewalState.NOT_RENEWING: Outcome.NOT_RENEWING,
}


class LossReason(models.TextChoices):
    """Why a customer does not renew (流失原因): the motives of the trade, and what ends the need for cover."""

    PAYMENT_PRESSURE = "payment_pressure", _("缴费压力")
    COMPETITOR = "competitor", _("转投他司")
    MIS_SOLD = "mis_sold", _("误解条款或销售误导")
    RETURN_LOW = "return_low", _("收益低于预期")
    AGENT_LEFT = "agent_left", _("服务人员离职")
    FAMILY_EVENT = "family_event", _("家庭变故")
    COMPLAINT = "complaint", _("投诉未获满意处理")
    OBJECT_GONE = "object_gone", _("标的已转让或灭失")
    OTHER = "other", pgettext_lazy("流失原因", "其他")


class AssignMethod(models.TextChoices):
    """By which rule cases are given out."""

    OWNER = "owner", _("给服务人员本人")
    ROUND_ROBIN = "round_robin", _("在机构内轮流")
    BY_BRANCH = "by_branch", _("按各自营业机构")
    BY_HAND = "by_hand", _("指定一人")


class RuleMethod(models.TextChoices):
    """What the daily job does with a branch's new renewals: one of the ways above, or nothing at all."""

    OWNER = "owner", _("给服务人员本人")
    ROUND_ROBIN = "round_robin", _("在机构内轮流")
    BY_BRANCH = "by_branch", _("按各自营业机构")
    NOBODY = "nobody", _("不自动分派")
