"""The closed vocabularies of the room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CodePurpose(models.TextChoices):
    """What a code is good for: one that signs in signs nothing."""

    SIGN_IN = "sign_in", _("登录")
    SIGN = "sign", _("签名确认")
    CHANGE_MOBILE = "change_mobile", _("更换手机号")


class Outcome(models.TextChoices):
    """What a check came to. Empty: it was asked and no answer is written down yet."""

    MATCH = "match", _("一致")
    MISMATCH = "mismatch", _("不一致")
    NOT_FOUND = "not_found", _("查无此号")
    UNAVAILABLE = "unavailable", _("暂时无法核验")


class Why(models.TextChoices):
    """What about the outcome one should know."""

    NAME = "name", _("姓名与证件号码不符")
    MOBILE = "mobile", _("手机号与我们的记录不符")
    NUMBER = "number", _("证件号码不存在")
    NO_CODE = "no_code", _("手机号没有验证")
    TIMEOUT = "timeout", _("核验服务没有及时回答")
    SERVICE = "service", _("核验服务出错")
    FORGED = "forged", _("回答的签名不对")
    RESTING = "resting", _("核验服务连续出错，暂停询问")
    REJECTED = "rejected", _("核验服务不接受我们的请求")
    DOCUMENT = "document", _("这种证件只能人工核对")
    CUT_OFF = "cut_off", _("核验中断")
    BY_HAND = "by_hand", pgettext_lazy("身份核验", "人工核对")
