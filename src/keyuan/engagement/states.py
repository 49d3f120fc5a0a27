"""The closed vocabularies of forms."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class FormKind(models.TextChoices):
    CARD = "card", _("客户卡片")
    SURVEY = "survey", _("市场调查")


class FormStatus(models.TextChoices):
    """Computed from dated facts."""

    DRAFT = "draft", _("草稿")
    OPEN = "open", _("收集中")
    CLOSED = "closed", _("已停止")


class QuestionKind(models.TextChoices):
    """What a question asks. The first six are about the person and are asked once; the others are free."""

    NAME = "name", _("姓名")
    MOBILE = "mobile", _("手机号")
    EMAIL = "email", _("电子邮箱")
    BIRTHDAY = "birthday", _("生日")
    ADDRESS = "address", _("地址")
    INTERESTS = "interests", _("关注险种")
    TEXT = "text", _("文字")
    CHOICE = "choice", _("单选")
    MULTI = "multi", _("多选")
    SCALE = "scale", _("打分")
    DATE = "date", _("日期")


PERSONAL = frozenset(
    {
        QuestionKind.NAME,
        QuestionKind.MOBILE,
        QuestionKind.EMAIL,
        QuestionKind.BIRTHDAY,
        QuestionKind.ADDRESS,
        QuestionKind.INTERESTS,
    }
)
# Asking any of these makes the answers a person's data, for which consent is needed (个人信息保护法 §13-14).
IDENTIFYING = PERSONAL - {QuestionKind.INTERESTS}
WITH_CHOICES = frozenset({QuestionKind.CHOICE, QuestionKind.MULTI})
# Answers that can be counted lie readable; the rest is sealed.
COUNTED = frozenset(
    {QuestionKind.CHOICE, QuestionKind.MULTI, QuestionKind.SCALE, QuestionKind.DATE, QuestionKind.INTERESTS}
)
