"""The closed vocabularies of the room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    SMS = "sms", _("短信")
    MAIL = "mail", _("邮件")
    WECOM = "wecom", _("企业微信")


class Ending(models.TextChoices):
    """How a message ended. Empty: it still waits."""

    SENT = "sent", _("已发出")
    KEPT = "kept", _("仅存发件箱")
    FAILED = "failed", _("未发出")


class Reason(models.TextChoices):
    """Why a message was not sent."""

    GAVE_UP = "gave_up", _("网关多次拒收")
    UNKNOWN = "unknown", _("不确定网关是否收到，没有再发")
    EXPIRED = "expired", _("过了有效时间")


class Outcome(models.TextChoices):
    """What one call of a gateway came to. UNKNOWN: it may have been taken."""

    TAKEN = "taken", _("网关已接收")
    REFUSED = "refused", _("网关拒收")
    UNKNOWN = "unknown", _("不知道")
    NO_GATEWAY = "no_gateway", _("没有配置网关")
