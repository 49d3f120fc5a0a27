"""Form fields for the values of custom fields, and the form of a definition itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import zip_longest
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.roles import Permission
from keyuan.customfields import rules
from keyuan.customfields.actions import FieldDraft
from keyuan.customfields.shapes import Choice, Definition
from keyuan.customfields.states import WITH_CHOICES, FieldType, RecordKind
from keyuan.kernel.refusals import Refusal

_NO_AUTOFILL = {"autocomplete": "off"}
_YES_NO = [("", _("未填")), ("true", _("是")), ("false", _("否"))]


def value_fields(
    definitions: Iterable[Definition], values: Mapping[str, Any] | None = None
) -> Iterator[tuple[str, forms.Field]]:
    """``custom.slug`` and a form field for each. ``values`` None: the record is new, and required fields are required."""
    for definition in definitions:
        held = None if values is None else values.get(definition.slug)
        field = _FIELDS.get(definition.type, _text)(definition, held)
        field.label = definition.label
        field.help_text = field.help_text or definition.help_text
        field.required = definition.required and (values is None or held is not None)
        field.initial = _initial(definition, held)
        yield definition.key, field


def by_section(definitions: Iterable[Definition]) -> list[tuple[str, list[Definition]]]:
    """The fields under the headings of their sections, in the order in which a section first comes up."""
    grouped: dict[str, list[Definition]] = {}
    for definition in definitions:
        grouped.setdefault(definition.section_label, []).append(definition)
    return list(grouped.items())


def _initial(definition: Definition, held: Any) -> Any:
    if held is None:
        return None
    if definition.type == FieldType.YES_NO:
        return "true" if held else "false"
    return rules.exact(held) if definition.type in (FieldType.NUMBER, FieldType.MONEY) else held


def _text(_definition: Definition, held: Any) -> forms.Field:
    long = len(str(held or "")) > 60
    widget = forms.Textarea(attrs={"rows": 3, **_NO_AUTOFILL}) if long else forms.TextInput(attrs=_NO_AUTOFILL)
    return forms.CharField(max_length=rules.LONGEST_TEXT, widget=widget)


def _number(_definition: Definition, _held: Any) -> forms.Field:
    widget = forms.NumberInput(attrs={"step": "any", **_NO_AUTOFILL})
    return forms.DecimalField(max_digits=rules.SIGNIFICANT_DIGITS, widget=widget)


def _money(_definition: Definition, _held: Any) -> forms.Field:
    widget = forms.NumberInput(attrs={"step": "0.01", **_NO_AUTOFILL})
    return forms.DecimalField(max_digits=rules.SIGNIFICANT_DIGITS, decimal_places=2, widget=widget)


def _date(_definition: Definition, _held: Any) -> forms.Field:
    return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


def _yes_no(_definition: Definition, _held: Any) -> forms.Field:
    return forms.ChoiceField(choices=_YES_NO)


def _choices_for(definition: Definition, held: Any) -> list[tuple[str, str]]:
    """What may be chosen; a retired choice only where the record has it."""
    has = held if isinstance(held, list) else [held]
    return [(each.code, each.label) for each in definition.choices if not each.retired or each.code in has]


def _choice(definition: Definition, held: Any) -> forms.Field:
    return forms.ChoiceField(choices=[("", _("未填")), *_choices_for(definition, held)])


def _multi_choice(definition: Definition, held: Any) -> forms.Field:
    return forms.MultipleChoiceField(choices=_choices_for(definition, held), widget=forms.CheckboxSelectMultiple)


_FIELDS: dict[FieldType, Any] = {
    FieldType.NUMBER: _number,
    FieldType.MONEY: _money,
    FieldType.DATE: _date,
    FieldType.YES_NO: _yes_no,
    FieldType.CHOICE: _choice,
    FieldType.MULTI_CHOICE: _multi_choice,
}


# Who may see or change a field: permissions that roles of the desk have, the widest first.
SEEN_BY = (
    Permission.SEE_CUSTOMERS,
    Permission.EDIT_CUSTOMERS,
    Permission.UNMASK,
    Permission.SERVE_POLICIES,
    Permission.HANDLE_CLAIMS,
    Permission.CONTACT_CUSTOMERS,
    Permission.SEE_LOG,
)
SPARE_CHOICES = 3


class DefinitionForm(forms.Form):
    """A definition. Code and type are asked for once; the choices are rows of their own (``choices``)."""

    name = forms.CharField(label=_("中文名称"), max_length=40)
    name_en = forms.CharField(label=_("英文名称"), max_length=60, required=False)
    slug = forms.CharField(
        label=_("代码"),
        max_length=rules.LONGEST_SLUG,
        help_text=_("小写字母、数字和下划线，例如 risk_level。建好以后不能修改：导入、导出和接口都用它。"),
    )
    type = forms.ChoiceField(label=_("类型"), choices=FieldType.choices, help_text=_("建好以后不能修改。"))
    required = forms.BooleanField(label=_("录入时必填"), required=False)
    section = forms.CharField(label=_("分组"), max_length=40, required=False, help_text=_("同一分组的字段显示在一起。"))
    section_en = forms.CharField(label=_("英文分组"), max_length=60, required=False)
    help = forms.CharField(label=_("填写说明"), max_length=200, required=False)
    help_en = forms.CharField(label=_("英文填写说明"), max_length=200, required=False)
    see = forms.ChoiceField(label=_("谁可以查看"))
    edit = forms.ChoiceField(label=_("谁可以修改"))

    def __init__(self, *args: Any, record: RecordKind, definition: Definition | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        who = [(each.value, _("有“%(permission)s”权限的人") % {"permission": each.label}) for each in SEEN_BY]
        for name in ("see", "edit"):
            self.fields[name].choices = who  # type: ignore[attr-defined]
        served = Permission.SERVE_POLICIES if record == RecordKind.POLICY else Permission.EDIT_CUSTOMERS
        self.initial.update(see=Permission.SEE_CUSTOMERS.value, edit=served.value, type=FieldType.TEXT.value)
        if definition is not None:
            del self.fields["slug"], self.fields["type"]
            for name in self.fields:
                self.initial[name] = getattr(definition, name)

    @property
    def takes_choices(self) -> bool:
        told = self.data.get("type", "") if self.definition is None else self.definition.type
        return told in WITH_CHOICES

    @property
    def choices(self) -> list[dict[str, Any]]:
        """The rows of the choices as they were typed or as they stand, and some empty ones."""
        if self.is_bound:
            rows = [asdict(choice) for choice in self._typed()]
        else:
            rows = [] if self.definition is None else [asdict(choice) for choice in self.definition.choices]
        fixed = {choice.code for choice in self.definition.choices} if self.definition else set()
        told = [{**row, "fixed": row["code"] in fixed} for row in rows]
        return told + [{"code": "", "name": "", "name_en": "", "retired": False, "fixed": False}] * SPARE_CHOICES

    def _typed(self) -> list[Choice]:
        data: Any = self.data  # a QueryDict
        listed = (data.getlist(f"choice_{name}") for name in ("code", "name", "name_en", "retired"))
        rows = zip_longest(*listed, fillvalue="")
        return [
            Choice(code.strip(), name.strip(), english.strip(), retired == "1")
            for code, name, english, retired in rows
            if code.strip() or name.strip()
        ]

    def draft(self) -> FieldDraft:
        """What to give to define_field or change_field."""
        told = {name: self.cleaned_data[name] for name in self.fields if name not in ("slug", "type", "see", "edit")}
        return FieldDraft(
            **told,
            choices=tuple(self._typed()) if self.takes_choices else (),
            see=Permission(self.cleaned_data["see"]),
            edit=Permission(self.cleaned_data["edit"]),
        )

    def tell(self, refusal: Refusal) -> None:
        """A refusal beside its field."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, f"{refusal}{refusal.what_to_do}")
