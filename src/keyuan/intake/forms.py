"""Forms of the intake room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.intake.mappings import shipped
from keyuan.intake.suggest import missing, targets
from keyuan.intake.vocabulary import RecordKind, fields_of
from keyuan.products.states import Line


class UploadForm(forms.Form):
    """A file, and how it is to be read."""

    file = forms.FileField(label=_("文件"), help_text=_("CSV（可 .gz）、XLSX 或 Parquet；UTF-8 或 GB18030。"))
    mapping = forms.ChoiceField(label=_("映射"), required=False)
    own = forms.FileField(label=_("映射文件（YAML）"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mapping = self.fields["mapping"]
        assert isinstance(mapping, forms.ChoiceField)  # noqa: S101  declared above
        mapping.choices = [("", _("识别列名，由我确认")), *((name, name) for name in shipped())]


class MappingForm(forms.Form):
    """Which column is what. One select for every column, named by its place."""

    book = forms.CharField(label=_("账册名称"), max_length=80, help_text=_("再次导入同名账册时，相同的记录不会重复。"))
    product = forms.CharField(label=_("默认产品代码"), max_length=30, required=False)
    line = forms.ChoiceField(label=_("默认险种"), choices=Line.choices, required=False)
    currency = forms.CharField(label=_("币种"), max_length=3, initial="CNY")

    def __init__(self, *args: Any, header: list[str], guess: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.header = header
        choices = [("", _("不导入")), *targets()]
        for place, name in enumerate(header):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=name,
                choices=choices,
                required=False,
                initial=guess.get(name, ""),
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    @property
    def general(self) -> list[forms.BoundField]:
        return [self[name] for name in ("book", "product", "line", "currency")]

    @property
    def columns(self) -> list[forms.BoundField]:
        return [self[f"column_{place}"] for place in range(len(self.header))]

    @property
    def assigned(self) -> dict[str, str]:
        """Column → kind.field, of a valid form."""
        told = {name: self.cleaned_data[f"column_{place}"] for place, name in enumerate(self.header)}
        return {name: target for name, target in told.items() if target}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = [target for name, target in cleaned.items() if name.startswith("column_") and target]
        for target in sorted({target for target in chosen if chosen.count(target) > 1}):
            self.add_error(None, _("“%(target)s”选了不止一次。") % {"target": label_of(target)})
        for target in missing(chosen):
            self.add_error(None, _("还缺少：%(target)s。") % {"target": label_of(target)})
        if "policy.number" in chosen and "policy.product" not in chosen and not cleaned.get("product"):
            self.add_error("product", _("没有产品代码列时，请写明默认产品代码。"))
        return cleaned


def label_of(target: str) -> str:
    """A target as people read it."""
    kind, _dot, name = target.partition(".")
    found = fields_of(RecordKind(kind)).get(name)
    return f"{RecordKind(kind).label} · {found.label if found else name}"
