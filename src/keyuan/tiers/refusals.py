"""Why something about tiers is not done, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class RulesNotFound(Refusal):
    code = "tier_rules_not_found"
    status = 404
    message = _("没有这套等级规则或这个版本。")
    remedy = _("请在等级规则页选择。")


class DraftExists(Refusal):
    code = "tier_draft_exists"
    status = 409
    message = _("“%(name)s”的第%(number)s版还在编写或审批中。")
    remedy = _("请先完成或删除那一版，再起草新的一版。")


class NotADraft(Refusal):
    code = "tier_rules_not_a_draft"
    status = 409
    message = _("第%(number)s版现在是“%(state)s”，不能这样处理。")
    remedy = _("已提交的版本先退回才能修改；已发布的版本不能改，请起草新版本。")


class ChangedMeanwhile(Refusal):
    code = "tier_draft_changed_meanwhile"
    status = 409
    message = _("您打开之后，有人保存了这份草稿。")
    remedy = _("您的修改还在页面上。请与已保存的内容核对后再保存。")


class ReasonMissing(Refusal):
    code = "tier_reason_missing"
    message = _("没有写明原因。")
    remedy = _("请写一句话；它会写入日志。")


class SecondPersonNeeded(Refusal):
    code = "tier_second_person_needed"
    status = 403
    message = _("第%(number)s版由您编写或提交，需要另一个人审批发布。")
    remedy = _("请通知另一位有“审批、发布等级规则”权限的同事。")


class WholeCompanyNeeded(Refusal):
    code = "tier_whole_company_needed"
    status = 403
    message = _("等级规则是全公司的，只有总公司的人员可以处理。")
    remedy = _("请联系总公司客户服务部。")


class StartsInThePast(Refusal):
    code = "tier_rules_start_in_the_past"
    message = _("第%(number)s版的生效日%(since)s已经过去，或不晚于前一版的生效日。")
    remedy = _("请退回修改，把生效日改为今天或以后。")


class BadRules(Refusal):
    """A text with faults: all of them at once."""

    code = "tier_bad_rules"
    message = _("等级规则有%(count)s处错误：%(faults)s")
    remedy = _("请按行修改后再提交；草稿已保存。")


class DayNotReached(Refusal):
    code = "tier_day_not_reached"
    message = _("%(day)s还没有到，不能评定。")
    remedy = _("请选择今天。")


class ReviewedLater(Refusal):
    """History is only appended to."""

    code = "tier_reviewed_later"
    status = 409
    message = _("已经评定到%(later)s，不能再按%(day)s评定：会员记录只往后写。")
    remedy = _("请不带日期运行，按今天评定。")


class NoTier(Refusal):
    code = "no_tier"
    status = 409
    message = _("客户目前没有等级，没有可领取的权益。")
    remedy = _("等级页写明了还差多少。")


class BenefitUnknown(Refusal):
    code = "tier_benefit_unknown"
    status = 404
    message = _("现在的等级没有这项权益。")
    remedy = _("请在权益列表中选择。")


class NotForYou(Refusal):
    code = "tier_benefit_by_staff"
    status = 403
    message = _("“%(name)s”由工作人员办理。")
    remedy = _("请拨打客服热线。")


class QuotaUsed(Refusal):
    code = "tier_quota_used"
    status = 409
    message = _("“%(name)s”本会员年度的%(quota)s次已用完。")
    remedy = _("下一个会员年度从%(next)s开始。")


class RedemptionNotFound(Refusal):
    code = "tier_redemption_not_found"
    status = 404
    message = _("没有找到这次领取。")
    remedy = _("请刷新页面。")


class AlreadyGivenBack(Refusal):
    code = "tier_already_given_back"
    status = 409
    message = _("这次领取已经退回。")
    remedy = _("请刷新页面。")
