"""What the products room writes into the log. Subject: ("product", code)."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

# payload: {"version", "digest": SHA-256 of the text}; RETURNED also "reason", PUBLISHED also "from", "until", "trials"
DRAFTED = declare("product.version_drafted", _("起草产品版本"), Category.SYSTEM)
CHANGED = declare("product.version_changed", _("修改产品版本草稿"), Category.SYSTEM)
SUBMITTED = declare("product.version_submitted", _("产品版本提交审批"), Category.SYSTEM)
RETURNED = declare("product.version_returned", _("产品版本退回修改"), Category.SYSTEM)
PUBLISHED = declare("product.version_published", _("发布产品版本"), Category.SYSTEM)
WITHDRAWN = declare("product.version_withdrawn", _("撤回产品版本"), Category.SYSTEM)
DISCARDED = declare("product.version_discarded", _("删除产品版本草稿"), Category.SYSTEM)
