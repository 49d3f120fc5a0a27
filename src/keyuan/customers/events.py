"""What the customers room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

REGISTERED = declare("customer.registered", _("建立客户档案"), Category.PROFILE)
IMPORTED = declare("customer.imported", _("导入客户档案"), Category.PROFILE)
# payload: {"changes": {field: [before, after]}}; values of sealed fields are sealed in the payload as well.
CHANGED = declare("customer.changed", _("修改客户资料"), Category.PROFILE)
UNMASKED = declare("customer.unmasked", _("查看完整敏感信息"), Category.ACCESS)
ASSIGNED = declare("customer.assigned", _("指定服务人员"), Category.SERVICE)
IDENTIFIER_ADDED = declare("identifier.added", _("登记标识"), Category.PROFILE)
IDENTIFIER_ENDED = declare("identifier.ended", _("停用标识"), Category.PROFILE)
RELATED = declare("customer.related", _("建立关系"), Category.PROFILE)
UNRELATED = declare("customer.unrelated", _("解除关系"), Category.PROFILE)
HOUSEHOLD_JOINED = declare("household.joined", _("加入家庭"), Category.PROFILE)
HOUSEHOLD_LEFT = declare("household.left", _("离开家庭"), Category.PROFILE)
CONSENT_GIVEN = declare("consent.given", _("同意授权"), Category.PROFILE)
CONSENT_WITHDRAWN = declare("consent.withdrawn", _("撤回授权"), Category.PROFILE)
COVER_NOTED = declare("cover.noted", _("登记他处投保"), Category.PROFILE)
COVER_REMOVED = declare("cover.removed", _("删除他处投保"), Category.PROFILE)
PORTAL_OPENED = declare("customer.portal_opened", _("开通客户账户"), Category.ACCESS)
# payload: {"merge_id", "number" and "other_name" of the customer merged into this one (or of whom it went into), "text"}
MERGED = declare("customer.merged", _("合并客户档案"), Category.PROFILE)
MERGE_UNDONE = declare("customer.merge_undone", _("撤销合并"), Category.PROFILE)
PARENT_SET = declare("company.parent_set", _("登记上级公司"), Category.PROFILE)
PARENT_ENDED = declare("company.parent_ended", _("解除上级公司"), Category.PROFILE)
CONTACT_ADDED = declare("company.contact_added", _("登记企业联系人"), Category.PROFILE)
CONTACT_CHANGED = declare("company.contact_changed", _("修改企业联系人"), Category.PROFILE)
CONTACT_ENDED = declare("company.contact_ended", _("停用企业联系人"), Category.PROFILE)
CONTRACT_SIGNED = declare("contract.signed", _("登记合同"), Category.POLICY)
CONTRACT_CHANGED = declare("contract.changed", _("修改合同"), Category.POLICY)
CONTRACT_TERMINATED = declare("contract.terminated", _("提前终止合同"), Category.POLICY)
CONTRACTS_EXPORTED = declare("contract.exported", _("导出合同"), Category.ACCESS)
