"""What the policies room refuses, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal
from keyuan.policies.states import FactKind


class MoveRefused(Refusal):
    """The table of moves does not allow this fact while those statuses hold."""

    code = "move_refused"
    message = _("保单%(policy)s在%(on)s的状态是“%(statuses)s”，不能办理“%(fact)s”。")
    remedy = _("请核对办理日期和保单状态。")


class PremiumNotOwed(MoveRefused):
    code = "premium_not_owed"
    remedy = _("中止的保单请办理复效；已终止的保单不再收取保费。")


class CannotSuspend(MoveRefused):
    code = "cannot_suspend"
    remedy = _("宽限期内保险责任仍然有效，不能中止（保险法 §36）。")


class NotSuspended(MoveRefused):
    code = "not_suspended"
    remedy = _("只有效力中止的保单才能办理复效或因中止而解除（保险法 §37）。")


class CannotRequestCancellation(MoveRefused):
    code = "cannot_request_cancellation"
    remedy = _("已有退保申请在处理，或者合同已经终止。")


class NoCancellationPending(MoveRefused):
    code = "no_cancellation_pending"
    remedy = _("这张保单没有待处理的退保申请，无需撤回。")


class CoolingOffOver(MoveRefused):
    code = "cooling_off_over"
    remedy = _("犹豫期已过，或者该保单没有犹豫期；可以申请退保，按现金价值退还（保险法 §47）。")


class AlreadyEnded(MoveRefused):
    code = "already_ended"
    remedy = _("合同已经终止或到期，不能再退保。")


class NotMaturedYet(MoveRefused):
    code = "not_matured_yet"
    remedy = _("满期日到来之前不能给付满期金。")


class RenewalNotOpen(MoveRefused):
    code = "renewal_not_open"
    remedy = _("只有有效的短期保单才需要续保；已退保的请作为新保单承保。")


REFUSED_AS: dict[str, type[MoveRefused]] = {
    FactKind.PREMIUM_PAID: PremiumNotOwed,
    FactKind.SUSPENDED: CannotSuspend,
    FactKind.REINSTATED: NotSuspended,
    FactKind.LAPSED: NotSuspended,
    FactKind.CANCEL_REQUESTED: CannotRequestCancellation,
    FactKind.CANCEL_WITHDRAWN: NoCancellationPending,
    FactKind.COOLING_OFF_CANCELLED: CoolingOffOver,
    FactKind.SURRENDERED: AlreadyEnded,
    FactKind.MATURED: NotMaturedYet,
    FactKind.RENEWAL_DECLINED: RenewalNotOpen,
}


class FactInTheFuture(Refusal):
    """A fact has happened; what is still to come is not one."""

    code = "fact_in_the_future"
    message = _("办理日期%(on)s在未来。")
    remedy = _("请填写今天或以前的日期。")


class BeforeTheContract(Refusal):
    code = "before_the_contract"
    message = _("办理日期%(on)s早于签单日期%(signed_on)s。")
    remedy = _("请核对办理日期。")


class LaterFactsOnRecord(Refusal):
    """A contract cannot end before something that already happened under it."""

    code = "later_facts_on_record"
    message = _("保单%(policy)s在%(on)s之后已有“%(fact)s”（%(later)s）的记录，合同不能在此之前终止。")
    remedy = _("请选择%(later)s或以后的日期。")


class WrongCurrency(Refusal):
    code = "wrong_currency"
    message = _("保单%(policy)s的币种是%(expected)s，不是%(given)s。")
    remedy = _("请按保单币种填写金额。")


class AmountNotPositive(Refusal):
    code = "amount_not_positive"
    message = _("金额必须大于零。")
    remedy = _("请核对金额。")


class PremiumNotWhole(Refusal):
    """保险法 §36 speaks of the premium of the period: a part of it does not stop the clock."""

    code = "premium_not_whole"
    message = _("%(amount)s不是每期保费%(premium)s的整数倍。")
    remedy = _("请按期数足额收取。")


class ArrearsNotCovered(Refusal):
    code = "arrears_not_covered"
    message = _("保单%(policy)s复效须补交%(periods)s期保费，共%(owed)s。")
    remedy = _("请足额补交欠交的保费（保险法 §37）。")


class ReinstatementTooLate(Refusal):
    code = "reinstatement_too_late"
    message = _("保单%(policy)s自%(since)s效力中止，复效期限到%(deadline)s为止（保险法 §37）。")
    remedy = _("已超过复效期限，可以办理退还现金价值，或重新投保。")


class TooEarlyToLapse(Refusal):
    code = "too_early_to_lapse"
    message = _("保单%(policy)s自%(since)s效力中止，满二年即%(deadline)s起才可以解除（保险法 §37）。")
    remedy = _("在此之前请联系客户办理复效。")


class NotLongTerm(Refusal):
    code = "not_long_term"
    message = _("保单%(policy)s是一年期以内的短期保单，没有这项业务。")


class TermOverlaps(Refusal):
    code = "term_overlaps"
    message = _("续保期间从%(starts_on)s开始，与已有保障期间（到%(covered_to)s为止）重叠。")
    remedy = _("请把起期定在%(covered_to)s或以后。")


class TermImpossible(Refusal):
    code = "term_impossible"
    message = _("保障期间必须晚于起期结束：%(starts_on)s至%(ends_on)s。")
    remedy = _("请核对起止日期。")


class NumberTaken(Refusal):
    code = "policy_number_taken"
    status = 409
    message = _("保单号%(number)s已经存在。")
    remedy = _("请核对保单号。")


class SharesExceedOne(Refusal):
    code = "shares_exceed_one"
    message = _("受益份额合计为%(total)s，超过100%%。")
    remedy = _("请核对各受益人的份额。")


class AgentUnknown(Refusal):
    code = "agent_unknown"
    message = _("没有找到这位代理人，或者不在您的管辖范围内。")
    remedy = _("请从名单中选择代理人，或留空。")


class NotAGroupPolicy(Refusal):
    code = "not_a_group_policy"
    message = _("保单%(policy)s不是团体保单，没有被保险人名单。")
    remedy = _("请从团体险保单的页面办理。")


class MemberNotFound(Refusal):
    """There is no such member, or the viewer may not see whose policy it is."""

    code = "member_not_found"
    status = 404
    message = _("没有找到这位被保险人。")
    remedy = _("请刷新名单后再试。")


class MemberListNotFound(Refusal):
    code = "member_list_not_found"
    status = 404
    message = _("没有找到这份名单文件。")
    remedy = _("请从保单的被保险人页面重新上传。")


class AlreadyAMember(Refusal):
    code = "already_a_member"
    status = 409
    message = _("%(name)s已在名单上，自%(since)s起有效。")
    remedy = _("要改计划或保费，请用“变更”；要重新加入，生效日期须在上次终止之后。")


class OutsideTheTerm(Refusal):
    code = "outside_the_term"
    message = _("%(on)s不在保单的保障期间内（%(starts_on)s至%(ends_on)s）。")
    remedy = _("请核对生效日期；新的保障年度请先办理续保。")


class PolicyHasEnded(Refusal):
    code = "policy_has_ended"
    message = _("保单%(policy)s在%(on)s已经终止，不能变更被保险人。")
    remedy = _("请核对保单和生效日期。")


class LeavesBeforeJoining(Refusal):
    code = "leaves_before_joining"
    message = _("终止日期%(left_on)s不晚于生效日期%(joined_on)s。")
    remedy = _("终止日期当天起不再承保，请填写生效日期之后的日期。")


class AlreadyLeft(Refusal):
    code = "already_left"
    status = 409
    message = _("%(name)s已于%(left_on)s终止。")
    remedy = _("请刷新名单；需要重新加入时，请新增。")


class IdNumberMissing(Refusal):
    code = "id_number_missing"
    message = _("请填写证件号码。")
    remedy = _("团体被保险人按证件号码区分，不能没有。")


class ListUnreadable(Refusal):
    code = "member_list_unreadable"
    message = _("读不出“%(name)s”里的名单：%(problem)s")
    remedy = _("请用 Excel（xlsx）或 CSV 文件，第一行是列名；可以下载模板。")


class ColumnsMissing(Refusal):
    code = "member_list_columns_missing"
    message = _("名单里缺少这些列：%(missing)s。找到的列：%(found)s。")
    remedy = _("请改好列名再上传，或下载模板对照。")


class ListTooLong(Refusal):
    code = "member_list_too_long"
    message = _("名单超过%(limit)s行。")
    remedy = _("请拆成几个文件，用“增减员名单”分别上传。")


class ListAlreadyApplied(Refusal):
    code = "member_list_already_applied"
    status = 409
    message = _("这份名单已经办理过了。")
    remedy = _("需要再办理时，请重新上传。")


class DocumentNotFound(Refusal):
    """The policy was not sold through us, so that we made no document for it."""

    code = "policy_document_not_found"
    status = 404
    message = _("这张保单不是在网上投保的，系统里没有它的电子保单。")
    remedy = _("请以承保时交给您的保险合同为准；需要补发，请联系客服。")


class DocumentNotReady(Refusal):
    code = "policy_document_not_ready"
    status = 409
    message = _("电子保单正在生成。")
    remedy = _("一般几秒钟就好，请刷新页面。")
