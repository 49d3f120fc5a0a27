"""What the room refuses, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class FieldNotFound(Refusal):
    code = "custom_field_not_found"
    status = 404
    message = _("没有这个自定义字段。")
    remedy = _("请回到字段列表核对。")


class SlugMalformed(Refusal):
    code = "custom_slug_malformed"
    message = _("代码“%(slug)s”不符合要求：以小写字母开头，只用小写字母、数字和单个下划线，最多40个字符。")
    remedy = _("例如 policy_source 或 risk_level。")


class SlugTaken(Refusal):
    code = "custom_slug_taken"
    status = 409
    message = _("代码“%(slug)s”已被字段“%(name)s”使用。")
    remedy = _("请换一个代码；已停用的字段可以恢复使用。")


class SlugOfOtherType(Refusal):
    """A column of an import or a condition may name both kinds of customer: then the slug means one thing."""

    code = "custom_slug_of_other_type"
    status = 409
    message = _("代码“%(slug)s”在%(record)s中是“%(type)s”，个人与企业的同名字段必须是同一类型。")
    remedy = _("请选同一类型，或换一个代码。")


class NameMissing(Refusal):
    code = "custom_name_missing"
    message = _("请填写字段的中文名称。")


class ChoicesMissing(Refusal):
    code = "custom_choices_missing"
    message = _("单选和多选字段至少要有一个可用的选项。")
    remedy = _("请填写选项的代码和名称。")


class ChoiceMalformed(Refusal):
    code = "custom_choice_malformed"
    message = _("选项“%(choice)s”的代码或名称不符合要求。")
    remedy = _("代码用小写字母、数字和下划线，不能重复；名称不能为空。")


class ChoicesVanished(Refusal):
    """Stored values name their codes: a code can be retired, never taken away."""

    code = "custom_choices_vanished"
    message = _("选项%(codes)s不能删除，已有的资料可能正在使用。")
    remedy = _("请把不再使用的选项标为停用。")


class TooManyFields(Refusal):
    code = "too_many_custom_fields"
    message = _("一种记录最多定义%(most)s个字段。")
    remedy = _("请先停用不再需要的字段，或与实施人员商量。")


class CustomValuesRefused(Refusal):
    """Values that their fields do not take. ``faults`` are (``custom.slug``, sentence), each of them."""

    code = "custom_values_refused"
    message = _("自定义字段有误：%(faults)s")
    remedy = _("请按字段的类型和选项填写。")

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        self.faults = tuple(faults)
        told = " ".join(sentence for _key, sentence in self.faults)
        super().__init__(field=self.faults[0][0], faults=told)

    def as_dict(self) -> dict[str, Any]:
        told = [{"field": key, "message": sentence} for key, sentence in self.faults]
        return {**super().as_dict(), "faults": told}


class FieldNotYours(Refusal):
    code = "custom_field_not_yours"
    status = 403
    message = _("您的角色不能修改“%(name)s”。")
    remedy = _("如工作需要，请联系管理员。")
