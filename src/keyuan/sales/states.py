"""The closed vocabularies of the sales room, and which step may be taken at which stage."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(models.TextChoices):
    """How far a prospect is. Computed from dated facts (rules.stage), never typed."""

    NEW = "new", _("新线索")
    CONTACTED = "contacted", pgettext_lazy("阶段", "已联系")
    QUALIFIED = "qualified", _("有意向")
    PROPOSAL = "proposal", _("已出方案")
    WON = "won", _("已成为客户")
    LOST = "lost", _("已流失")


OPEN_STAGES = (Stage.NEW, Stage.CONTACTED, Stage.QUALIFIED, Stage.PROPOSAL)


class LostReason(models.TextChoices):
    """Why a prospect will not become a customer for now."""

    PRICE = "price", _("价格不合适")
    COMPETITOR = "competitor", _("已在别家投保")
    NO_NEED = "no_need", _("目前没有需要")
    UNREACHABLE = "unreachable", _("联系不上")
    NOT_INSURABLE = "not_insurable", _("不符合投保条件")
    NOT_WELCOME = "not_welcome", _("不愿被联系")
    DUPLICATE = "duplicate", _("重复登记")
    OTHER = "other", _("其他原因")


class ContactWay(models.TextChoices):
    """How one spoke with a prospect; the codes are those of the service desk, so that a timeline tells them alike."""

    CALL = "call", _("电话")
    VISIT = "visit", _("拜访")
    COUNTER = "counter", _("柜面")
    WECHAT = "wechat", _("微信")
    SMS = "sms", _("短信")
    EMAIL = "email", _("邮件")


class ContactResult(models.TextChoices):
    """How it ended."""

    REACHED = "reached", _("已接通")
    INTERESTED = "interested", _("有意向")
    CALL_BACK = "call_back", _("约定再联系")
    NOT_INTERESTED = "not_interested", _("无意向")
    NO_ANSWER = "no_answer", _("无人接听")
    BUSY = "busy", _("占线")
    WRONG_NUMBER = "wrong_number", _("号码错误")


# Nobody was spoken to: the prospect is as new as before.
NOT_REACHED = frozenset({ContactResult.NO_ANSWER, ContactResult.BUSY, ContactResult.WRONG_NUMBER})


class Move(models.TextChoices):
    """What one does with a prospect."""

    CONTACT = "contact", _("记录联系")
    QUALIFY = "qualify", _("确认有意向")
    PROPOSE = "propose", _("已出方案")
    PLAN = "plan", _("安排下一步")
    LOSE = "lose", _("标记流失")
    REOPEN = "reopen", _("重新跟进")
    CONVERT = "convert", _("转为客户")


_OPEN = frozenset(OPEN_STAGES)
# The legal moves: at which stages each may be made.
MOVES: dict[Move, frozenset[Stage]] = {
    Move.CONTACT: _OPEN,
    Move.QUALIFY: frozenset({Stage.NEW, Stage.CONTACTED}),
    Move.PROPOSE: frozenset({Stage.NEW, Stage.CONTACTED, Stage.QUALIFIED}),
    Move.PLAN: _OPEN,
    Move.LOSE: _OPEN,
    Move.REOPEN: frozenset({Stage.LOST}),
    Move.CONVERT: _OPEN,
}


class Due(models.TextChoices):
    """When the next step of a prospect is to be taken: a filter of the list."""

    OVERDUE = "overdue", _("下一步已逾期")
    TODAY = "today", _("今天跟进")
    WEEK = "week", _("七天内跟进")
    NONE = "none", _("没有下一步")
