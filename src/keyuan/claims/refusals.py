"""What the claims room refuses, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.claims.states import Step
from keyuan.kernel.refusals import Refusal


class StepRefused(Refusal):
    """The table of moves does not allow the step while those statuses hold."""

    code = "claim_step_refused"
    message = _("赔案%(claim)s在%(on)s的状态是“%(statuses)s”，不能办理“%(step)s”。")
    remedy = _("请核对办理日期和赔案进度。")


class NotDecidable(StepRefused):
    code = "claim_not_decidable"
    remedy = _("赔案已经核定或结案，不能再次核定。")


class NothingToPay(StepRefused):
    code = "claim_has_nothing_to_pay"
    remedy = _("只有核定同意赔付、尚未付款的赔案才能付款。")


class CannotClose(StepRefused):
    code = "claim_cannot_close"
    remedy = _("赔款尚未支付的赔案不能结案（保险法 §23）。")


REFUSED_AS: dict[str, type[StepRefused]] = {
    Step.DECIDE: NotDecidable,
    Step.PAY: NothingToPay,
    Step.CLOSE: CannotClose,
}


class LossInTheFuture(Refusal):
    code = "loss_in_the_future"
    message = _("日期%(on)s在未来。")
    remedy = _("请填写今天或以前的日期。")


class NotifiedBeforeTheLoss(Refusal):
    code = "notified_before_the_loss"
    message = _("报案日期%(notified_on)s早于出险日期%(occurred_on)s。")
    remedy = _("请核对两个日期。")


class StepOutOfOrder(Refusal):
    code = "claim_step_out_of_order"
    message = _("“%(step)s”的日期%(on)s早于赔案已有的记录（%(latest)s）。")
    remedy = _("请填写%(latest)s或以后的日期。")


class CoverNotInForce(Refusal):
    """The loss happened on a day without cover; in grace it is payable, less arrears (保险法 §36)."""

    code = "cover_not_in_force"
    message = _("保单%(policy)s在出险日%(on)s不在保障期内（%(statuses)s）。")
    remedy = _("请核对出险日期和保单号；如客户坚持报案，可勾选“仍然受理”，由核定作出结论。")


class NumberTaken(Refusal):
    code = "claim_number_taken"
    status = 409
    message = _("赔案号%(number)s已经存在。")
    remedy = _("请核对赔案号。")


class WrongCurrency(Refusal):
    code = "claim_wrong_currency"
    message = _("赔案的币种是%(expected)s，不是%(given)s。")
    remedy = _("请按保单币种填写金额。")


class AmountNotPositive(Refusal):
    code = "claim_amount_not_positive"
    message = _("金额必须大于零。")
    remedy = _("请核对金额；不赔付请作拒赔核定。")


class ReasonMissing(Refusal):
    code = "refusal_reason_missing"
    message = _("拒赔必须说明理由（保险法 §24）。")
    remedy = _("请写明所依据的条款和事实。")
