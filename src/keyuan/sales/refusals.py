"""What the sales room refuses, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class ProspectNotFound(Refusal):
    """No such prospect, or none that this viewer may see: the two are told apart by nobody."""

    code = "prospect_not_found"
    status = 404
    message = _("没有找到这位准客户，或者您无权查看。")
    remedy = _("如果应当由您跟进，请联系主管分配。")


class AlreadyKnown(Refusal):
    """The entry looks like somebody whom we know. ``known`` says who, as far as the viewer may see them."""

    code = "already_known"
    status = 409
    message = _("已有相同的客户或准客户，请先核对。")
    remedy = _("如果是同一人，请打开已有的记录；如果不是，请确认后仍然登记。")


class MoveRefused(Refusal):
    """The table of moves does not allow the step at this stage."""

    code = "prospect_move_refused"
    status = 409
    message = _("这位准客户的阶段是“%(stage)s”，不能“%(move)s”。")
    remedy = _("请刷新页面，看看是否有同事已经办理。")


class EmptyNote(Refusal):
    code = "prospect_note_empty"
    message = _("联系记录没有内容。")
    remedy = _("请填写内容，或选择联系结果。")


class StepMissing(Refusal):
    code = "prospect_step_missing"
    message = _("没有写明下一步做什么。")
    remedy = _("请用一句话写明要做什么、哪一天做。")


class NoStepPlanned(Refusal):
    code = "prospect_no_step"
    status = 409
    message = _("这位准客户没有安排下一步，无从完成。")


class OwnerOutsideScope(Refusal):
    """The agent is not one whom the viewer may give work to."""

    code = "prospect_owner_outside_scope"
    status = 403
    message = _("所选代理人不在您的管辖范围内，或已离职。")
    remedy = _("请选择本机构或下级机构在职的代理人。")


class NobodyChosen(Refusal):
    code = "nobody_chosen"
    message = _("没有选中任何准客户。")
    remedy = _("请先在列表中勾选，再办理。")


class PurposeMissing(Refusal):
    code = "prospect_purpose_missing"
    message = _("请写明用途；用途会写入日志。")


class SourceUnknown(Refusal):
    code = "prospect_source_unknown"
    message = _("没有这种来源：%(source)s。")
    remedy = _("请从来源清单中选择。")


class AttachMissing(Refusal):
    """There is a customer with the same identifier: whether it is the same person, a human being says."""

    code = "prospect_is_a_customer"
    status = 409
    message = _("已有客户使用同一号码：%(name)s（%(number)s）。")
    remedy = _("核对后选择“归到这位客户”；如果不是同一人，请先改正号码。")


class QuoteNotFound(Refusal):
    """No such quote, or none that this viewer may see."""

    code = "quote_not_found"
    status = 404
    message = _("没有找到这份报价，或者您无权查看。")
    remedy = _("请核对编号，或重新报价。")


class ChannelNotOffered(Refusal):
    code = "channel_not_offered"
    message = _("这个产品不通过“%(channel)s”渠道销售。")
    remedy = _("可选的渠道：%(offered)s。")


class QuoteForTwo(Refusal):
    code = "quote_for_two"
    message = _("一份报价只能归到一位客户或一位准客户。")
    remedy = _("请只写其中一个。")


class NeedsRefused(Refusal):
    """What was told of a household cannot be right. ``faults``: what is wrong, by field."""

    code = "needs_refused"
    message = _("需求沟通的内容有误：%(fields)s。")
    remedy = _("请改正所列的各项；不知道的可以留空。")

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__(field=next(iter(self.faults), ""), fields=", ".join(self.faults))

    def as_dict(self) -> dict[str, Any]:
        """The refusal with each fault by its field."""
        return {**super().as_dict(), "faults": self.faults}


class ProposalNotFound(Refusal):
    """No such proposal, or none that this viewer may see."""

    code = "proposal_not_found"
    status = 404
    message = _("没有找到这份计划书，或者您无权查看。")
    remedy = _("请从计划书列表或客户页打开。")


class PlanNotFound(Refusal):
    code = "plan_not_found"
    status = 404
    message = _("计划书里没有这个方案，可能刚刚被移除。")
    remedy = _("请刷新页面。")


class TooManyPlans(Refusal):
    code = "too_many_plans"
    message = _("一份计划书最多比较%(most)s个方案。")
    remedy = _("请先移除一个方案。")


class NoPlan(Refusal):
    code = "no_plan"
    message = _("计划书里至少要有一个方案。")
    remedy = _("请选择一个产品，或先了解客户的需求。")


class ProposalForTwo(Refusal):
    code = "proposal_for_two"
    message = _("一份计划书只能给一位客户或一位准客户。")
    remedy = _("请只写其中一个。")


class UnsuitableToShare(Refusal):
    """Suitability advises to stop: it is not sent; the agent sees why."""

    code = "proposal_unsuitable"
    status = 409
    message = _("不能发给客户：%(why)s")
    remedy = _("请调整方案，或转给有资质的同事。")


class LinkGone(Refusal):
    """The public link is not known, was taken back, or its days are over. Which of them is told to nobody."""

    code = "proposal_link_gone"
    status = 404
    message = _("这个链接已经失效。")
    remedy = _("请联系您的代理人重新发送。")
