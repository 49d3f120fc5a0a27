"""What the 360 room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

# payload: {"purpose": why, "filters": the query of the list, "format": csv or xlsx, "rows": how many at most}
EXPORTED = declare("customers.exported", _("导出客户列表"), Category.ACCESS)
