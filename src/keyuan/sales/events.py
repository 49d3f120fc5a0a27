"""What the sales room writes into the log. Lines of a prospect have no customer until there is one."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

# payload: {"source": Source, "source_detail": text, "title": the prospect's name}
RECORDED = declare("prospect.recorded", _("登记准客户"), Category.PROFILE)
CHANGED = declare("prospect.changed", _("修改准客户资料"), Category.PROFILE)
# payload: {"channel": ContactWay, "direction", "outcome": ContactResult, "text": what was said}
CONTACTED = declare("prospect.contacted", _("联系准客户"), Category.CONTACT)
QUALIFIED = declare("prospect.qualified", _("准客户有意向"), Category.SERVICE)
PROPOSED = declare("prospect.proposed", _("给准客户出方案"), Category.SERVICE)
LOST = declare("prospect.lost", _("准客户流失"), Category.SERVICE)
REOPENED = declare("prospect.reopened", _("重新跟进准客户"), Category.SERVICE)
# payload: {"title": what, "on": day, "owner_id": the account whose step it is}
STEP_PLANNED = declare("prospect.step_planned", _("安排下一步"), Category.SERVICE)
STEP_DONE = declare("prospect.step_done", _("完成下一步"), Category.SERVICE)
ASSIGNED = declare("prospect.assigned", _("分配准客户"), Category.SERVICE)
# The payload says how: registered anew, or attached to a customer who was there.
CONVERTED = declare("prospect.converted", _("准客户转为客户"), Category.PROFILE)
# On the page of the customer who brought somebody. payload: {"other_name", "prospect_id"}
REFERRED = declare("prospect.referred", _("推荐了准客户"), Category.PROFILE)
UNMASKED = declare("prospect.unmasked", _("查看准客户完整信息"), Category.ACCESS)
EXPORTED = declare("prospects.exported", _("导出准客户"), Category.ACCESS)
# payload: {"product": code, "version", "quote": id, "premium": each instalment, "mode": months between them}
QUOTED = declare("quote.made", _("报价"), Category.SERVICE)
# payload of these: {"proposal": id, "title", "text": the products by name, "products": codes};
# and {"product", "premium_before", "premium"} of a change
PROPOSAL_MADE = declare("proposal.made", _("制作计划书"), Category.SERVICE)
PROPOSAL_CHANGED = declare("proposal.changed", _("调整计划书"), Category.SERVICE)
PROPOSAL_SHARED = declare("proposal.shared", _("把计划书发给客户"), Category.SERVICE)
PROPOSAL_UNSHARED = declare("proposal.unshared", _("收回计划书的链接"), Category.SERVICE)
# By whoever has the link. payload also: {"times": how often so far}
PROPOSAL_OPENED = declare("proposal.opened", _("客户打开了计划书"), Category.SERVICE)
PROPOSAL_PRINTED = declare("proposal.printed", _("生成计划书PDF"), Category.SERVICE)
