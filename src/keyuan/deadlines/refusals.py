"""What the deadlines room refuses, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class UnreadableNotice(Refusal):
    code = "holiday_notice_unreadable"
    message = _("这份通知有一处读不懂：%(line)s（%(why)s）")
    remedy = _("请原样粘贴国务院办公厅通知的正文，每个节日一行；如有错字，请改正后再试。")


class NoSuchNotice(Refusal):
    code = "holiday_notice_not_found"
    status = 404
    message = _("没有录入过%(year)s年的节假日安排。")
    remedy = _("请刷新页面。")
