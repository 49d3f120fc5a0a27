"""Why something about money is not done, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class AttemptNotFound(Refusal):
    """There is no such payment, or the viewer may not see it: both read alike."""

    code = "payment_not_found"
    status = 404
    message = _("没有找到这笔支付。")
    remedy = _("请核对支付单号；如确认无误，请联系客户所属机构。")


class PaidAlready(Refusal):
    code = "paid_already"
    status = 409
    message = _("%(order)s已经付过款。")
    remedy = _("请不要再付一次；如多付了款，我们会自动全额退回。")


class NothingToPay(Refusal):
    code = "nothing_to_pay"
    message = _("应付金额必须大于零。")
    remedy = _("请核对金额。")


class PaymentTimePast(Refusal):
    code = "payment_time_past"
    message = _("支付期限已经过去。")
    remedy = _("请重新报价后再支付。")


class GatewayUnknown(Refusal):
    code = "gateway_unknown"
    message = _("没有支付渠道“%(gateway)s”。")
    remedy = _("可用的渠道：%(known)s。")


class GatewayNotReady(Refusal):
    code = "gateway_not_ready"
    status = 503
    message = _("支付渠道“%(gateway)s”还没有配置好。")
    remedy = _("请管理员填写支付参数；试用时请运行 keyuan sandbox-gateway。")


class GatewaySilent(Refusal):
    code = "gateway_silent"
    status = 503
    message = _("支付渠道没有答复。")
    remedy = _("请稍后再试；钱款不会丢失，系统会自动核对。")


class NobodyTakesIt(Refusal):
    code = "payment_for_nothing"
    message = _("支付%(number)s没有对应的业务。")
    remedy = _("款项将自动全额退回。")


class NotPaid(Refusal):
    code = "not_paid"
    status = 409
    message = _("支付%(number)s没有收到款，无款可退。")
    remedy = _("请核对支付单号。")


class RefundTooHigh(Refusal):
    code = "refund_too_high"
    status = 409
    message = _("最多还可以退%(left)s。")
    remedy = _("请核对已登记的退款。")


class RefundNotFailed(Refusal):
    code = "refund_not_failed"
    status = 409
    message = _("退款%(number)s现在是“%(state)s”，不需要重新退款。")
    remedy = _("请刷新页面查看。")


class KeyUsedOtherwise(Refusal):
    """A programming error of the caller, never seen by a customer."""

    code = "entry_key_used"
    status = 409
    message = _("记账键%(key)s已用于另一笔分录。")
    remedy = _("请用新的键记另一笔，或记一笔冲正。")


class EntryUnbalanced(Refusal):
    code = "entry_unbalanced"
    message = _("分录借贷不平：%(currency)s相差%(amount)s。")
    remedy = _("请核对每一行的金额和方向。")


class ScheduleExists(Refusal):
    code = "schedule_exists"
    status = 409
    message = _("保单%(policy)s的这一期间已经有缴费计划。")
    remedy = _("请查看已有的缴费计划。")


class NoPremiumDue(Refusal):
    code = "no_premium_due"
    status = 409
    message = _("保单%(policy)s没有这么多待缴的保费。")
    remedy = _("请刷新缴费计划；可能已经缴过。")


class DifferenceNotFound(Refusal):
    code = "difference_not_found"
    status = 404
    message = _("没有找到这条对账差异。")
    remedy = _("请从对账差异列表打开。")


class ReasonMissing(Refusal):
    code = "billing_reason_missing"
    message = _("没有写明原因。")
    remedy = _("请用一句话说明差异从何而来、如何处理。")


class BillUnreadable(Refusal):
    code = "bill_unreadable"
    message = _("%(day)s的账单读不懂：%(why)s。")
    remedy = _("请在渠道后台下载账单核对格式，并联系技术支持。")


class NoBillYet(Refusal):
    code = "no_bill_yet"
    status = 409
    message = _("渠道还没有%(day)s的账单。")
    remedy = _("账单通常在次日上午九点后生成，请稍后再试。")
