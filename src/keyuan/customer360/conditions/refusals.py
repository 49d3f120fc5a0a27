"""What is wrong with a condition, and where: every refusal names the path of the fault."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class BadCondition(Refusal):
    """The parent of all: ``path`` is where in the condition the fault lies (``all[1].such_that.value``)."""

    code = "bad_condition"
    message = _("条件 %(path)s 有误。")
    remedy = _("请对照字段目录修改后重试。")

    def __init__(self, path: str, **gaps: object) -> None:
        super().__init__(field=path or "condition", path=path or "condition", **gaps)


class NotAnObject(BadCondition):
    code = "condition_not_an_object"
    message = _("%(path)s 应是一个条件：all、any、not、has、has_none 或 field 之一。")


class UnknownKey(BadCondition):
    code = "condition_unknown_key"
    message = _("%(path)s 里没有“%(key)s”这一项。")


class UnknownField(BadCondition):
    code = "condition_unknown_field"
    message = _("%(path)s：没有“%(name)s”这个字段。")


class FieldOfAnother(BadCondition):
    code = "condition_field_of_another_record"
    message = _("%(path)s：“%(name)s”不是%(record)s的字段。")
    remedy = _("请把它放进相应的 has 条件里。")


class UnknownRecord(BadCondition):
    code = "condition_unknown_record"
    message = _("%(path)s：这里不能查“%(name)s”。")


class OperatorDoesNotFit(BadCondition):
    code = "condition_operator"
    message = _("%(path)s：“%(name)s”不能用“%(op)s”来比较。")


class ValueMissing(BadCondition):
    code = "condition_value_missing"
    message = _("%(path)s：“%(name)s”还没有填写要比较的值。")
    remedy = _("请填写数值后再查。")


class ValueDoesNotFit(BadCondition):
    code = "condition_value"
    message = _("%(path)s：“%(value)s”不能用作“%(name)s”的值。")


class TooDeep(BadCondition):
    code = "condition_too_deep"
    message = _("%(path)s：条件最多嵌套 %(most)d 层。")
    remedy = _("请把内层条件合并。")


class TooLarge(BadCondition):
    code = "condition_too_large"
    message = _("条件太多：最多 %(most)d 个。")
    remedy = _("请删去一些条件，或分成几次查询。")


class NotJson(BadCondition):
    code = "condition_not_json"
    message = _("条件不是有效的 JSON：%(detail)s。")
    remedy = _("请检查括号、引号和逗号。")
