"""What the retention room refuses, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class RenewalNotFound(Refusal):
    """The policy has nothing that falls due on the day, or the viewer may not see it: both read alike."""

    code = "renewal_not_found"
    status = 404
    message = _("没有找到这件续保。")
    remedy = _("保单可能已经退保或变更；请刷新名单后再试。")


class OutcomeNotFound(Refusal):
    code = "renewal_outcome_not_found"
    status = 404
    message = _("没有可以撤回的结果。")
    remedy = _("只能撤回自己当天的记录；也可以再记一次新的结果。")


class ReasonMissing(Refusal):
    code = "loss_reason_missing"
    message = _("没有选择不续保的原因。")
    remedy = _("请选一个原因：它决定用什么办法挽回。")


class ReasonWithoutLoss(Refusal):
    code = "loss_reason_not_asked"
    message = _("只有“不续保”才记原因。")


class AlreadySettled(Refusal):
    """Renewed and lapsed are facts of the policy: no outcome changes them."""

    code = "renewal_settled"
    message = _("保单%(policy)s这一期%(state)s，不再记续保结果。")
    remedy = _("其他联系请在客户页“记一笔”。")


class ContactTooEarly(Refusal):
    code = "next_contact_in_the_past"
    message = _("下次联系日期%(day)s已经过去。")
    remedy = _("请选今天或以后的日期。")


class ContactTooLate(Refusal):
    code = "next_contact_after_the_end"
    message = _("下次联系日期%(day)s晚于截止日%(last)s，到那时保障已经中断。")
    remedy = _("请选%(last)s以前的日期。")


class PeriodTooLong(Refusal):
    code = "period_too_long"
    message = _("一次最多查看%(days)s天的名单。")
    remedy = _("请缩短起止日期。")


class PeriodImpossible(Refusal):
    code = "period_impossible"
    message = _("起止日期不对：%(first)s至%(last)s。")
    remedy = _("结束日期应晚于开始日期。")


class NobodyToAssign(Refusal):
    code = "nobody_to_assign"
    message = _("没有可以分派的人员。")
    remedy = _("请选择机构内在职且有账户的人员。")


class PlanChanged(Refusal):
    """Between preview and apply the list has changed: nobody gets work that was not shown."""

    code = "plan_changed"
    status = 409
    message = _("名单在预览之后有变化，还没有分派。")
    remedy = _("请核对新的预览后再次确认。")


class TooManyToAssign(Refusal):
    code = "too_many_to_assign"
    message = _("一次最多分派%(most)s件，这份名单有%(count)s件。")
    remedy = _("请按机构、险种或日期分批。")


class TooManyToExport(Refusal):
    code = "too_many_to_export"
    message = _("一次最多导出%(most)s件，这份名单更长。")
    remedy = _("请按机构、险种或日期分批。")


class ManagersAssign(Refusal):
    """Who does the work does not hand it out."""

    code = "managers_assign"
    status = 403
    message = _("分派续保由经理办理。")


class NoneChosen(Refusal):
    code = "no_renewals_chosen"
    message = _("没有选中任何续保。")
    remedy = _("请先在名单里勾选。")


class PurposeMissing(Refusal):
    """A list that leaves the house says what it is for."""

    code = "purpose_missing"
    message = _("没有写明用途。")
    remedy = _("请用一句话写明为什么需要；它会写入日志。")


class HandOverNotFound(Refusal):
    code = "hand_over_not_found"
    status = 404
    message = _("没有找到这件交接。")
    remedy = _("请刷新页面；它可能已经办完。")


class LinkEnded(Refusal):
    """The link for the customer is wrong, too old, or has been used: all read alike."""

    code = "successor_link_ended"
    status = 404
    message = _("这个链接已经失效。")
    remedy = _("如需更换服务人员，请拨打客服热线。")


class NotASuccessor(Refusal):
    code = "not_a_successor"
    message = _("这位服务人员不在可选之列。")
    remedy = _("请从列出的人员中选择。")


class RuleInThePast(Refusal):
    """What was given out by a rule stays given out: a rule is set from today on."""

    code = "assignment_rule_in_the_past"
    message = _("%(day)s已经过去，规则不能从那天起改。")
    remedy = _("请选今天或以后的日期。")
