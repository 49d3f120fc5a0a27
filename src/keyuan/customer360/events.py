"""What the 360 room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

# payload: {"purpose": why, "filters": the query of the list, "format": csv or xlsx, "rows": how many at most}
EXPORTED = declare("customers.exported", _("导出客户列表"), Category.ACCESS)
VIEW_SAVED = declare("view.saved", _("保存查询视图"), Category.SYSTEM)
VIEW_FORGOTTEN = declare("view.forgotten", _("删除查询视图"), Category.SYSTEM)
LIST_MADE = declare("list.made", _("建立客户名单"), Category.SYSTEM)
TAGGED = declare("customer.tagged", _("加标签"), Category.PROFILE)
UNTAGGED = declare("customer.untagged", _("去标签"), Category.PROFILE)
LISTED = declare("customer.listed", _("加入名单"), Category.SERVICE)
UNLISTED = declare("customer.unlisted", _("移出名单"), Category.SERVICE)
# payload: {"kind": BulkKind, "customers": how many, "changed": how many, "condition": what they had in common}
BULK_DONE = declare("customers.bulk_done", _("批量操作客户"), Category.ACCESS)
