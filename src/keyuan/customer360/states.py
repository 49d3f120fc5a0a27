"""The closed vocabularies of the 360 page."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why ``find`` brings a customer up, best first."""

    IDENTIFIER = "identifier", _("标识完全一致")
    NAME = "name", _("姓名完全一致")
    BEGINNING = "beginning", _("标识开头一致")
    NAME_PART = "name_part", _("姓名包含")
    PINYIN = "pinyin", _("拼音")
    INITIALS = "initials", _("拼音首字母")


class WarningKind(models.TextChoices):
    """What whoever serves the customer should know first, the gravest first."""

    COMPLAINT_OPEN = "complaint_open", _("投诉处理中")
    SUSPENDED = "suspended", _("保单已中止")
    IN_GRACE = "in_grace", _("保单在宽限期内")
    CANCEL_PENDING = "cancel_pending", _("退保处理中")
    CLAIM_OVERDUE = "claim_overdue", _("理赔超时限")
    TASK_OVERDUE = "task_overdue", _("任务已逾期")
    MAY_LEAVE = "may_leave", _("可能流失")
    AGENT_LEFT = "agent_left", _("服务人员已离职")
    NO_AGENT = "no_agent", _("无服务人员")
    NO_MARKETING_CONSENT = "no_marketing_consent", _("未同意营销")


# Those in which a person has to act now; the others are good to know.
GRAVE = frozenset({WarningKind.COMPLAINT_OPEN, WarningKind.SUSPENDED, WarningKind.IN_GRACE, WarningKind.CLAIM_OVERDUE})


class Sharing(models.TextChoices):
    """Who sees a saved view or a list beside its owner. Which customers they then see is their own scope."""

    PRIVATE = "private", _("仅自己")
    UNIT = "unit", _("本机构")
    COMPANY = "company", _("全公司")


class BulkKind(models.TextChoices):
    """What can be done with many customers at once."""

    ASSIGN = "assign", _("分配服务人员")
    TAG = "tag", _("加标签")
    UNTAG = "untag", _("去标签")
    TASK = "task", _("建任务")
    LIST = "list", _("加入名单")


class BulkState(models.TextChoices):
    WAITING = "waiting", _("等待中")
    RUNNING = "running", _("进行中")
    DONE = "done", _("已完成")
    REFUSED = "refused", _("未完成")
