"""What the room refuses, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class MessageNotFound(Refusal):
    code = "message_not_found"
    status = 404
    message = _("没有找到这条消息，或者您无权查看。")


class StillWaiting(Refusal):
    """A message that still waits is not sent a second time beside itself."""

    code = "message_still_waiting"
    message = _("这条消息还在等待发送。")
    remedy = _("有了结果以后才能重发。")


class NotAgain(Refusal):
    """A code that ran out helps nobody, and staff never see it."""

    code = "message_not_again"
    message = _("这条消息有时效，不能重发。")
    remedy = _("请客户在页面上重新获取。")
