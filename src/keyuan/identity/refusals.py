"""What the room refuses, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class CodeWrong(Refusal):
    code = "code_wrong"
    message = _("验证码不对，还可以再试 %(left)s 次。")
    remedy = _("请核对短信里最新的一条。")


class CodeGone(Refusal):
    """Expired, used, replaced, tried too often, or never there: which of them is nobody's business."""

    code = "code_gone"
    status = 410
    message = _("这个验证码已经不能用了。")
    remedy = _("请重新获取一个验证码。")


class CheckNotFound(Refusal):
    code = "check_not_found"
    status = 404
    message = _("没有找到这次核验，或者您无权查看。")


class AlreadyAnswered(Refusal):
    """Only what no provider could answer is decided by a person."""

    code = "check_already_answered"
    status = 409
    message = _("这次核验已经有结果了。")
    remedy = _("需要重新核验时，请客户再提交一次。")


class NoteMissing(Refusal):
    code = "check_note_missing"
    message = _("请写明核对了什么。")
    remedy = _("例如：视频核对了身份证原件，照片与本人一致。")
