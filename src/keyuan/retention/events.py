"""What the retention room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

# tells: policy, due day, outcome, reason, next contact; the contact itself is a contact.made beside it.
OUTCOME_RECORDED = declare("renewal.outcome", _("续保跟进结果"), Category.SERVICE)
OUTCOME_WITHDRAWN = declare("renewal.outcome_withdrawn", _("撤回续保跟进结果"), Category.SERVICE)
# tells: policy, due day, assignee, method
ASSIGNED = declare("renewal.assigned", _("分派续保"), Category.SERVICE)
# tells: unit, method, what is done with the rest, from which day; what was in force before
RULE_CHANGED = declare("renewal.rule_changed", _("设定续保分派规则"), Category.SERVICE)
# tells: policy, due day, the missed day, assignee, manager
ESCALATED = declare("renewal.escalated", _("续保逾期上报"), Category.SERVICE)
# tells: filters, purpose, format
EXPORTED = declare("renewal.exported", _("导出续保名单"), Category.ACCESS)
# tells: former agent, proposed agent
HAND_OVER_PROPOSED = declare("hand_over.proposed", _("建议接任服务人员"), Category.SERVICE)
# tells: the agent whom the customer chose
SUCCESSOR_CHOSEN = declare("hand_over.chosen", _("客户选择服务人员"), Category.SERVICE)
# tells: former agent, successor
HANDED_OVER = declare("hand_over.confirmed", _("完成客户交接"), Category.SERVICE)
