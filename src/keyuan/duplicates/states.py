"""The closed vocabularies of the duplicates room."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

# A search that has not moved for this long was killed.
SILENCE = timedelta(minutes=3)


class Verdict(models.TextChoices):
    """What a person said of two records. Merging is no verdict: the pair is gone then, and the merge tells of it."""

    OPEN = "", _("待审核")
    NOT_SAME = "not_same", _("不是同一人")
    LATER = "later", _("稍后再看")


class Evidence(models.TextChoices):
    """What was compared, as people call it."""

    NAME = "name", _("姓名")
    BIRTH_DATE = "birth_date", _("出生日期")
    SEX = "sex", _("性别")
    ID_NUMBER = "id_number", _("证件号码")
    MOBILE = "mobile", _("手机号")
    EMAIL = "email", _("电子邮箱")
    ADDRESS = "address", _("地址")
    HOME_PHONE = "home_phone", _("固定电话")
    BANK_ACCOUNT = "bank_account", _("银行账号")
    EMPLOYER = "employer", _("工作单位")
    PLATE = "plate", _("车牌或车架号")
    USCC = "uscc", _("统一社会信用代码")
    LEGAL_REPRESENTATIVE = "legal_representative", _("法定代表人")


class Likeness(models.TextChoices):
    """How two values compare."""

    SAME = "same", _("相同")
    SOUNDS_ALIKE = "sounds_alike", _("读音相同")
    OTHER_ORDER = "other_order", _("字序不同")
    CONTAINS = "contains", _("一个包含另一个")
    ONE_SIGN_DIFFERS = "one_sign_differs", _("只差一个字")
    ONE_SLIP = "one_slip", _("只差一位或两位颠倒")
    NEARLY = "nearly", _("门牌数字相同")
    DIFFERENT = "different", _("不同")


class SearchState(models.TextChoices):
    WAITING = "waiting", _("等待开始")
    RUNNING = "running", _("查找中")
    INTERRUPTED = "interrupted", _("已中断")
    FINISHED = "finished", _("已完成")


class SearchFacts(Protocol):
    """What a state is computed from."""

    beat_at: datetime | None
    finished_at: datetime | None


def search_state(search: SearchFacts, *, at: datetime) -> SearchState:
    """The state of a search at a moment."""
    if search.finished_at is not None:
        return SearchState.FINISHED
    if search.beat_at is None:
        return SearchState.WAITING
    return SearchState.RUNNING if at - search.beat_at < SILENCE else SearchState.INTERRUPTED
