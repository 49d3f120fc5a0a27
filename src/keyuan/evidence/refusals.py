"""Why something is not proven now, and what to do instead."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class LogNotSealedYet(Refusal):
    code = "log_not_sealed_yet"
    status = 409
    message = _("与这张保单有关的日志还没有封存，证据文件暂时做不出来。")
    remedy = _("请过几分钟再试；如果一直如此，请联系管理员查看“日志封存”页面。")


class BatchNotFound(Refusal):
    code = "batch_not_found"
    status = 404
    message = _("没有这一批日志。")
    remedy = _("请从“日志封存”的列表中打开。")
