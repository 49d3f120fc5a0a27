"""What the policies room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

ISSUED = declare("policy.issued", _("保单承保"), Category.POLICY)
# payload: {"policy", "sha256": of the PDF, "size", "file": id in files, "sale": number of the order}
DOCUMENT_MADE = declare("policy.document_made", _("生成电子保单"), Category.POLICY)
DOCUMENT_TAKEN = declare("policy.document_taken", _("打开电子保单"), Category.ACCESS)
IMPORTED = declare("policy.imported", _("导入保单"), Category.POLICY)
RENEWED = declare("policy.renewed", _("续保"), Category.POLICY)
RENEWAL_DECLINED = declare("policy.renewal_declined", _("不再续保"), Category.POLICY)
PREMIUM_RECEIVED = declare("premium.received", _("收到保费"), Category.MONEY)
PREMIUM_DEMANDED = declare("premium.demanded", _("催缴保费"), Category.MONEY)
SUSPENDED = declare("policy.suspended", _("保单效力中止"), Category.POLICY)
REINSTATED = declare("policy.reinstated", _("保单复效"), Category.POLICY)
CANCEL_REQUESTED = declare("policy.cancel_requested", _("申请退保"), Category.POLICY)
CANCEL_WITHDRAWN = declare("policy.cancel_withdrawn", _("撤回退保申请"), Category.POLICY)
CANCELLED = declare("policy.cancelled", _("犹豫期退保"), Category.POLICY)
SURRENDERED = declare("policy.surrendered", _("退保"), Category.POLICY)
LAPSED = declare("policy.lapsed", _("保单失效"), Category.POLICY)
RESCINDED = declare("policy.rescinded", _("解除合同"), Category.POLICY)
TERMINATED = declare("policy.terminated", _("理赔终止"), Category.POLICY)
MATURED = declare("policy.matured", _("保单满期"), Category.POLICY)
TRANSFERRED = declare("policy.transferred", _("保单转移"), Category.POLICY)
PAID_UP = declare("policy.paid_up", _("减额交清"), Category.POLICY)
# Its payload tells of each changed field what it was before and after, as that of customer.changed does.
CHANGED = declare("policy.changed", _("修改保单资料"), Category.POLICY)
DIVIDEND_PAID = declare("dividend.paid", _("红利给付"), Category.MONEY)
MEMBER_ADDED = declare("member.added", _("新增被保险人"), Category.POLICY)
MEMBER_REMOVED = declare("member.removed", _("减少被保险人"), Category.POLICY)
MEMBER_CHANGED = declare("member.changed", _("变更被保险人资料"), Category.POLICY)
# payload: counts of a whole list; the members themselves have lines of their own only where they are customers.
MEMBERS_LISTED = declare("member.list_applied", _("办理被保险人名单"), Category.POLICY)
MEMBERS_EXPORTED = declare("member.exported", _("导出被保险人名单"), Category.ACCESS)
