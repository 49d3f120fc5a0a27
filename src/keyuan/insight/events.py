"""What insight writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

# payload: {"rows": by table, "as_of": day}
LAKE_EXPORTED = declare("lake.exported", _("导出分析数据"), Category.SYSTEM)
# payload: {"purpose": why, "question": the query of the cube, "cell": dimension → value, "customers": how many}
CUSTOMERS_DRILLED = declare("cube.customers_drilled", _("查看分析格内的客户"), Category.ACCESS)
# payload: {"purpose": why, "question": the query of the cube, "rows": how many}
CUBE_EXPORTED = declare("cube.exported", _("导出经营分析"), Category.ACCESS)
