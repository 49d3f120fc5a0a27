"""What the room of lists writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

# payload: {"list": which, "purpose": why, "filters": the query of the list, "columns": names, "format": csv or xlsx}
EXPORTED = declare("list.exported", _("导出清单"), Category.ACCESS)
# payload: {"list": which, "name": of the view, "query": what it asks, "shared": with whom}
VIEW_SAVED = declare("list_view.saved", _("保存清单视图"), Category.SYSTEM)
VIEW_RENAMED = declare("list_view.renamed", _("重命名清单视图"), Category.SYSTEM)
VIEW_FORGOTTEN = declare("list_view.forgotten", _("删除清单视图"), Category.SYSTEM)
