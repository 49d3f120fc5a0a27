"""What insight writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

# payload: {"rows": by table, "as_of": day}
LAKE_EXPORTED = declare("lake.exported", _("导出分析数据"), Category.SYSTEM)
# payload: {"purpose": why, "question": the query of the cube, "cell": dimension → value, "customers": how many}
CUSTOMERS_DRILLED = declare("cube.customers_drilled", _("查看分析格内的客户"), Category.ACCESS)
# payload: {"purpose": why, "question": the query of the cube, "rows": how many}
CUBE_EXPORTED = declare("cube.exported", _("导出经营分析"), Category.ACCESS)
# payload: {"model": name, "version": its folder, "better": than its baseline, "rows": how many}
MODEL_TAUGHT = declare("model.taught", _("训练模型"), Category.SYSTEM)
# payload: {"model": name, "version": its folder, "rows": how many, "psi": of the score}
CUSTOMERS_SCORED = declare("model.scored", _("客户评分"), Category.SYSTEM)
# payload: the same, and {"moved": the inputs, or "score", that have moved beyond the limit}
MODEL_DRIFTED = declare("model.drifted", _("模型数据漂移"), Category.SYSTEM)
# payload: as of every list that is exported
WARNING_EXPORTED = declare("warning.exported", _("导出流失预警"), Category.ACCESS)
# payload: {"period": half-open days, "basis": "acc" or "cal", "customers": how many}
PROFIT_COUNTED = declare("profit.counted", _("计算客户利润"), Category.SYSTEM)
# payload: {"purpose": why, "run": number, "from", "to": percent of the order, "by": what orders, "customers": how many}
PROFIT_DRILLED = declare("profit.customers_drilled", _("查看利润分布中的客户"), Category.ACCESS)
PROFIT_EXPORTED = declare("profit.exported", _("导出客户利润"), Category.ACCESS)
