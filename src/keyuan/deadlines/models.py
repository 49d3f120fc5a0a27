"""The days of official notices that came after the library: an administrator takes them in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.deadlines.states import Festival


class HolidayNotice(models.Model):
    """The State Council's notice of one year (国务院办公厅关于…年部分节假日安排的通知), as it was taken in."""

    year = models.PositiveSmallIntegerField(_("年份"), unique=True)
    title = models.CharField(_("文号或标题"), max_length=120)
    text = models.TextField(_("通知正文"))
    entered_at = models.DateTimeField(db_default=Now(), editable=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.year} {self.title}"


class NoticedDay(models.Model):
    """A day that a notice names: off, or worked although it is a Saturday or Sunday."""

    notice = models.ForeignKey(HolidayNotice, models.CASCADE, related_name="days")
    day = models.DateField(_("日期"), unique=True)
    works = models.BooleanField(_("上班"))
    festival = models.CharField(_("节日"), max_length=16, choices=Festival)

    def __str__(self) -> str:
        return f"{self.day} {'+' if self.works else '-'}"
