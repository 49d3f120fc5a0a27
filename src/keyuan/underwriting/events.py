"""What the underwriting room writes into the log. No line tells an answer about somebody's health."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

# About ("application", id), telling number, product, version, outcome and which rules.
SUBMITTED = declare("application.submitted", _("投保申请提交核保"), Category.POLICY)
REFERRED = declare("application.referred", _("转人工核保"), Category.POLICY)
TAKEN = declare("application.taken", _("领取核保件"), Category.POLICY)
SENT_UP = declare("application.sent_up", _("超出权限，报上级核保"), Category.POLICY)
DECIDED = declare("application.decided", _("人工核保结论"), Category.POLICY)
EXPORTED = declare("application.exported", _("导出核保清单"), Category.ACCESS)
# About ("underwriting_rules", code), telling version, digest and more.
DRAFTED = declare("underwriting.rules_drafted", _("起草核保规则"), Category.SYSTEM)
CHANGED = declare("underwriting.rules_changed", _("修改核保规则草稿"), Category.SYSTEM)
RULES_SUBMITTED = declare("underwriting.rules_submitted", _("核保规则提交审批"), Category.SYSTEM)
RETURNED = declare("underwriting.rules_returned", _("退回核保规则"), Category.SYSTEM)
PUBLISHED = declare("underwriting.rules_published", _("发布核保规则"), Category.SYSTEM)
DISCARDED = declare("underwriting.rules_discarded", _("删除核保规则草稿"), Category.SYSTEM)
AUTHORITY = declare("underwriting.authority_set", _("设置核保权限"), Category.SYSTEM)
