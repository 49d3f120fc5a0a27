"""What traces refuse, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class SaleNotRecorded(Refusal):
    """The page was not put on record, so it is not shown: what is not on record may not be sold by."""

    code = "sale_not_recorded"
    status = 503
    message = _("这一步没有记录下来，所以先停在这里。")
    remedy = _("您填的内容没有丢。请过一会儿刷新这一页；一直不行，请拨打客服热线。")


class SaleNotTraced(Refusal):
    """银保监发〔2020〕26号: what was not recorded may not be concluded online."""

    code = "sale_not_traced"
    status = 409
    message = _("投保过程的记录不完整，还不能往下办。")
    remedy = _("请重新看一遍“条款与免责”和“核对并提交”；已经提交的，请撤回后重新投保，或拨打客服热线。")


class TraceNotFound(Refusal):
    """There is none, or the viewer may not see it: both read alike."""

    code = "trace_not_found"
    status = 404
    message = _("没有找到这次投保的记录。")
    remedy = _("请核对投保单号；如确认无误，请联系客户所属机构。")


class ReplayPurposeMissing(Refusal):
    code = "purpose_missing"
    message = _("请写明为什么要回看。")
    remedy = _("例如：处理投诉、核实健康告知、监管检查。客户能看到这个原因。")
