"""Why something about underwriting is not done, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class ApplicationNotFound(Refusal):
    """There is no such application, or the viewer may not see it: both read alike."""

    code = "application_not_found"
    status = 404
    message = _("没有找到这件投保申请。")
    remedy = _("请核对申请号；如确认无误，请联系客户所属机构。")


class NotWaiting(Refusal):
    code = "application_not_waiting"
    status = 409
    message = _("%(number)s不在等待核保：现在是“%(standing)s”。")
    remedy = _("请刷新页面查看结论；如需改变，请重新提交申请。")


class TakenByAnother(Refusal):
    code = "application_taken"
    status = 409
    message = _("%(number)s已由%(name)s领取。")
    remedy = _("请与同事商量；对方放回后您可以领取。")


class NoAuthority(Refusal):
    code = "no_underwriting_authority"
    status = 403
    message = _("您没有核保权限。")
    remedy = _("请联系总公司核保负责人授权。")


class ReasonMissing(Refusal):
    code = "underwriting_reason_missing"
    message = _("没有写明理由。")
    remedy = _("请写一句话：为什么这样决定。它会写入日志。")


class DecisionIncomplete(Refusal):
    code = "underwriting_decision_incomplete"
    message = _("结论“%(outcome)s”还缺少：%(what)s。")
    remedy = _("请补充后再提交。")


class DecisionUnfit(Refusal):
    code = "underwriting_decision_unfit"
    message = _("“%(what)s”与结论“%(outcome)s”不符。")
    remedy = _("请去掉它，或改选结论。")


class NothingToAsk(Refusal):
    code = "underwriting_without_questionnaire"
    message = _("产品%(product)s没有问卷，不需要核保。")
    remedy = _("请检查产品定义中的问卷代码。")


class RulesNotFound(Refusal):
    code = "underwriting_rules_not_found"
    status = 404
    message = _("没有这个核保规则或版本。")
    remedy = _("请在规则列表中选择。")


class DraftExists(Refusal):
    code = "underwriting_draft_exists"
    status = 409
    message = _("规则“%(name)s”的第%(number)s版还在编写或审批中。")
    remedy = _("请先完成或删除那一版，再起草新的一版。")


class NotADraft(Refusal):
    code = "underwriting_rules_not_a_draft"
    status = 409
    message = _("第%(number)s版现在是“%(state)s”，不能这样处理。")
    remedy = _("已提交的版本先退回才能修改；已发布的版本不能改，请起草新版本。")


class ChangedMeanwhile(Refusal):
    code = "underwriting_draft_changed_meanwhile"
    status = 409
    message = _("您打开之后，有人保存了这份草稿。")
    remedy = _("您的修改还在页面上。请与已保存的内容核对后再保存。")


class SecondPersonNeeded(Refusal):
    code = "underwriting_second_person_needed"
    status = 403
    message = _("第%(number)s版由您编写或提交，需要另一个人审批发布。")
    remedy = _("请通知另一位有“审批、发布核保规则”权限的同事。")


class WholeCompanyNeeded(Refusal):
    code = "underwriting_whole_company_needed"
    status = 403
    message = _("核保规则和权限是全公司的，只有总公司的人员可以处理。")
    remedy = _("请联系总公司核保部。")


class StartsInThePast(Refusal):
    code = "underwriting_starts_in_the_past"
    message = _("第%(number)s版的生效日%(since)s已经过去，或不晚于前一版的生效日。")
    remedy = _("请退回修改，把生效日改为今天或以后。")


class BadModel(Refusal):
    """A decision model with faults: all of them at once."""

    code = "underwriting_bad_model"
    message = _("决策模型有%(count)s处错误：%(faults)s")
    remedy = _("请按位置修改后再提交；草稿已保存。")
