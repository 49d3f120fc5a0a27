"""What the journeys refuse, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class ClaimedAlready(Refusal):
    """A contract under which somebody has claimed is not undone: the claim is decided first."""

    code = "cooling_off_claimed"
    status = 409
    message = _("保单%(policy)s已经报案，不能按犹豫期退保办理。")
    remedy = _("请先办完理赔；有疑问请拨打客服热线。")


class EvidencePurposeMissing(Refusal):
    """An evidence file holds everything in clear: who takes one says why."""

    code = "evidence_purpose_missing"
    message = _("请写明取这份证据文件的用途。")
    remedy = _("例如：法院调取，附案号；投诉核查，附投诉编号。会记入日志。")


class NotShown(Refusal):
    """Neither a signature nor a check of identity says that it is the holder who asks."""

    code = "cooling_off_not_shown"
    message = _("还没有确认是您本人。")
    remedy = _("请在有证书的设备上签名，或填写证件号码核实身份。")


class CallerNotChecked(Refusal):
    """Staff act for a caller only when they have made sure who calls."""

    code = "cooling_off_caller_not_checked"
    message = _("请先核对是投保人本人，并写明怎样核对的。")
    remedy = _("核对姓名、证件号码后四位和登记的手机号，再办理。")
