"""What the retention room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

# tells: policy, due day, outcome, reason, next contact; the contact itself is a contact.made beside it.
OUTCOME_RECORDED = declare("renewal.outcome", _("续保跟进结果"), Category.SERVICE)
OUTCOME_WITHDRAWN = declare("renewal.outcome_withdrawn", _("撤回续保跟进结果"), Category.SERVICE)
# tells: policy, due day, assignee, method
ASSIGNED = declare("renewal.assigned", _("分派续保"), Category.SERVICE)
# tells: policy, due day, the missed day, assignee, manager
ESCALATED = declare("renewal.escalated", _("续保逾期上报"), Category.SERVICE)
# tells: filters, purpose, format
EXPORTED = declare("renewal.exported", _("导出续保名单"), Category.ACCESS)
