"""The needs conversation as a form: short, each answer may be left out but age and sex."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyuan.customers.states import Sex
from keyuan.products.suitability import Need
from keyuan.sales.needs.facts import MOST_CHILDREN, NeedsFacts, needs_of
from keyuan.sales.refusals import NeedsRefused

OLDEST = 106
AMOUNTS = (
    "income",
    "household_income",
    "debts",
    "savings",
    "has_death",
    "has_critical_illness",
    "has_medical",
    "has_accident",
    "has_pension",
    "has_education",
    "paying",
    "budget",
)
WISHES = (Need.MEDICAL, Need.ACCIDENT, Need.CRITICAL_ILLNESS, Need.DEATH, Need.EDUCATION, Need.PENSION, Need.SAVING)
RISKS = (
    ("", gettext_lazy("还没有评估")),
    ("1", gettext_lazy("1 保守：不能接受损失")),
    ("2", gettext_lazy("2 稳健")),
    ("3", gettext_lazy("3 平衡")),
    ("4", gettext_lazy("4 成长")),
    ("5", gettext_lazy("5 进取")),
)


class AmountField(forms.DecimalField):
    """Yuan, typed with or without commas, or in ten thousands: ``30万``."""

    def __init__(self, label: Any, **given: Any) -> None:
        box = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "placeholder": _("元")})
        super().__init__(
            label=label, required=False, min_value=0, max_value=1_000_000_000, decimal_places=2, widget=box, **given
        )

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs say int
        text = str(value or "").strip().replace(",", "").replace("，", "").removesuffix("元").strip()
        times = 10_000 if text.endswith(("万", "w", "W")) else 1
        found = super().to_python(text.rstrip("万wW").strip() if times > 1 else text)
        return None if found is None else found * times


class NeedsForm(forms.Form):
    """Family, income, debts, existing cover, budget. An empty amount is "not told"."""

    age = forms.IntegerField(label=gettext_lazy("年龄"), min_value=18, max_value=OLDEST)
    sex = forms.ChoiceField(label=gettext_lazy("性别"), choices=Sex.choices)
    occupation_class = forms.TypedChoiceField(
        label=gettext_lazy("职业类别"), coerce=int, choices=[(one, str(one)) for one in range(1, 7)], initial=1
    )
    smoker = forms.BooleanField(label=pgettext_lazy("需求", "吸烟"), required=False)
    social_insurance = forms.BooleanField(label=gettext_lazy("有社会医疗保险"), required=False, initial=True)
    partner = forms.BooleanField(label=gettext_lazy("有配偶"), required=False)
    children = forms.CharField(
        label=gettext_lazy("孩子的年龄"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("几个孩子写几个，用逗号隔开，例如 6, 10。"),
        widget=forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off"}),
    )
    parents = forms.TypedChoiceField(
        label=gettext_lazy("要赡养的老人"),
        coerce=int,
        choices=[(one, str(one)) for one in range(5)],
        initial=0,
        required=False,
        empty_value="0",
    )
    income = AmountField(gettext_lazy("本人年收入"))
    household_income = AmountField(gettext_lazy("家庭年收入"))
    debts = AmountField(gettext_lazy("房贷和其他债务"))
    savings = AmountField(gettext_lazy("可以动用的积蓄"))
    has_death = AmountField(gettext_lazy("已有寿险保额"))
    has_critical_illness = AmountField(gettext_lazy("已有重疾保额"))
    has_medical = AmountField(gettext_lazy("已有医疗险保额"))
    has_accident = AmountField(gettext_lazy("已有意外险保额"))
    has_pension = AmountField(gettext_lazy("已备养老金（每年）"))
    has_education = AmountField(gettext_lazy("已备教育金"))
    paying = AmountField(gettext_lazy("现在每年交的保险费"))
    budget = AmountField(gettext_lazy("愿意每年花多少"))
    risk_grade = forms.ChoiceField(label=gettext_lazy("风险承受能力"), choices=RISKS, required=False)
    wishes = forms.MultipleChoiceField(
        label=gettext_lazy("最在意什么"),
        required=False,
        choices=[(need.value, need.label) for need in WISHES],
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_children(self) -> list[int]:
        text = self.cleaned_data["children"]
        for sign in "，、;；/":
            text = text.replace(sign, " ")
        parts = text.replace(",", " ").split()
        if len(parts) > MOST_CHILDREN or not all(one.isascii() and one.isdecimal() and len(one) < 4 for one in parts):
            raise ValidationError(_("请写年龄，用逗号隔开，例如 6, 10。"))
        return [int(one) for one in parts]

    def facts(self) -> NeedsFacts | None:
        """What was told; None, with the fault beside its field, where it cannot be right."""
        told = {name: value for name, value in self.cleaned_data.items() if value is not None and value != ""}
        if "risk_grade" in told:
            told["risk_grade"] = int(told["risk_grade"])
        try:
            return needs_of(told)
        except NeedsRefused as refused:
            for field in refused.faults:
                name = field.partition(".")[0]
                self.add_error(name if name in self.fields else None, _("请检查这一项。"))
            return None


def told_before(needs: NeedsFacts) -> dict[str, Any]:
    """What a form begins with when the conversation is taken up again."""
    told = needs.model_dump()
    shown = {name: f"{told[name]:f}" if told[name] else "" for name in AMOUNTS}
    children = ", ".join(map(str, needs.children))
    return {**told, **shown, "children": children, "risk_grade": str(needs.risk_grade or "")}
