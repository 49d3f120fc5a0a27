"""The closed vocabularies of the service desk."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ContactChannel(models.TextChoices):
    CALL = "call", _("电话")
    VISIT = "visit", _("拜访")
    COUNTER = "counter", _("柜面")
    WECHAT = "wechat", _("微信")
    SMS = "sms", _("短信")
    EMAIL = "email", _("邮件")
    APP = "app", _("网站/APP")
    NOTE = "note", _("备注")


class Direction(models.TextChoices):
    INBOUND = "inbound", _("客户来")
    OUTBOUND = "outbound", _("我方去")


class CallOutcome(models.TextChoices):
    """How a contact ended."""

    REACHED = "reached", _("已接通")
    NO_ANSWER = "no_answer", _("无人接听")
    BUSY = "busy", _("占线")
    WRONG_NUMBER = "wrong_number", _("号码错误")
    CALL_BACK = "call_back", _("约定再联系")
    INTERESTED = "interested", _("有意向")
    NOT_INTERESTED = "not_interested", _("无意向")
    RESOLVED = "resolved", _("已解决")
    COMPLAINED = "complained", _("提出投诉")


class ComplaintReason(models.TextChoices):
    CLAIM_SPEED = "claim_speed", _("理赔时效")
    CLAIM_AMOUNT = "claim_amount", _("理赔金额")
    MIS_SELLING = "mis_selling", _("销售误导")
    SERVICE_ATTITUDE = "service_attitude", _("服务态度")
    SURRENDER_VALUE = "surrender_value", _("退保金额")
    NUISANCE = "nuisance", _("频繁打扰")
    OTHER = "other", _("其他")


class ComplaintStatus(models.TextChoices):
    """Computed for any day from the dated facts."""

    OPEN = "open", _("处理中")
    COMPLEX = "complex", _("情况复杂")
    EXTENDED = "extended", _("已批准延期")
    DECIDED = "decided", _("已作决定")
    NOTICE_DUE = "notice_due", _("待告知")
    CLOSED = "closed", _("已办结")
    OVERDUE = "overdue", _("超时限")


class ComplaintStep(models.TextChoices):
    """What staff do with a complaint."""

    FIND_COMPLEX = "find_complex", _("认定情况复杂")
    EXTEND = "extend", _("批准延期")
    DECIDE = "decide", _("作出处理决定")
    TELL = "tell", _("告知投诉人")
    CLOSE = "close", _("办结")


# The legal moves: each step, what must hold, and what must not.
COMPLAINT_MOVES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    ComplaintStep.FIND_COMPLEX: (frozenset({ComplaintStatus.OPEN}), frozenset({ComplaintStatus.COMPLEX})),
    ComplaintStep.EXTEND: (frozenset({ComplaintStatus.COMPLEX}), frozenset({ComplaintStatus.EXTENDED})),
    ComplaintStep.DECIDE: (frozenset({ComplaintStatus.OPEN}), frozenset()),
    ComplaintStep.TELL: (frozenset({ComplaintStatus.NOTICE_DUE}), frozenset()),
    # A complaint that was decided is closed once its decision has been told.
    ComplaintStep.CLOSE: (frozenset({ComplaintStatus.DECIDED}), frozenset({ComplaintStatus.NOTICE_DUE})),
}


class TaskKind(models.TextChoices):
    """What a task is about."""

    CALL = "call", _("电话")
    VISIT = "visit", _("拜访")
    RENEWAL = "renewal", _("续保跟进")
    COMPLAINT = "complaint", _("投诉跟进")
    CLAIM = "claim", _("理赔跟进")
    DOCUMENT = "document", _("资料与单证")
    OTHER = "other", _("其他")


class Priority(models.IntegerChoices):
    """The smaller, the more pressing."""

    HIGH = 1, _("紧急")
    NORMAL = 2, _("一般")
    LOW = 3, _("不急")


class Repeat(models.TextChoices):
    """How often a task comes back once it is done."""

    NEVER = "never", _("不重复")
    WORKDAY = "workday", _("每个工作日")
    WEEK = "week", _("每周")
    MONTH = "month", _("每月")
    YEAR = "year", _("每年")


class NoticeKind(models.TextChoices):
    """What a notice is about."""

    TASK = "task", _("任务")
    REMINDER = "reminder", _("到时提醒")
    RENEWAL = "renewal", _("续保")
    COMPLAINT = "complaint", _("投诉")
    HAND_OVER = "hand_over", _("客户交接")
    PROSPECT = "prospect", _("准客户")
    DUPLICATE = "duplicate", _("疑似重复")
    SYSTEM = "system", _("系统")


class DueChoice(models.TextChoices):
    """Due times that are offered."""

    TODAY = "today", _("今天下班前")
    NEXT_WORKDAY = "next_workday", _("下一个工作日")
    THREE_WORKDAYS = "three_workdays", _("三个工作日后")
    NEXT_WEEK = "next_week", _("下周第一个工作日")
    IN_A_MONTH = "in_a_month", _("一个月后")


class Remind(models.TextChoices):
    """When the owner of a task is reminded, counted back from its due time."""

    NEVER = "never", _("不提醒")
    AT_TIME = "at_time", _("到时提醒")
    HALF_HOUR = "half_hour", _("提前30分钟")
    TWO_HOURS = "two_hours", _("提前2小时")
    MORNING = "morning", _("当天上班时")
    WORKDAY_BEFORE = "workday_before", _("前一个工作日上班时")
    AT = "at", _("自定时间")


class Whose(models.TextChoices):
    """Whose tasks a list shows."""

    MINE = "mine", _("我负责的")
    GIVEN = "given", _("我派出的")
    UNIT = "unit", _("范围内全部")


class TaskTime(models.TextChoices):
    """When the tasks of a list are due."""

    OPEN = "open", _("全部待办")
    OVERDUE = "overdue", _("已逾期")
    TODAY = "today", _("今天")
    WEEK = "week", _("七天内")
    LATER = "later", _("以后")
    DONE = "done", _("已完成")


class BoardColumn(models.TextChoices):
    """The columns of the board of open tasks: each task stands in one."""

    OVERDUE = "overdue", _("已逾期")
    TODAY = "today", _("今天")
    NEXT = "next", _("明天起七天内")
    LATER = "later", _("以后")


class SnoozeChoice(models.TextChoices):
    """When one is reminded again."""

    HALF_HOUR = "half_hour", _("30分钟后")
    TWO_HOURS = "two_hours", _("2小时后")
    NEXT_WORKDAY = "next_workday", _("下一个工作日上班时")
    NEXT_WEEK = "next_week", _("下周第一天上班时")
