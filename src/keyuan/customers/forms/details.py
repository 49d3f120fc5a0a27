"""Forms of the four parts, built from the catalogue of fields: what may be typed, checked by its standard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.accounts import queries as accounts
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.customers.custom import record_of
from keyuan.customers.drafts import CustomerDraft, EnterpriseDraft, PersonDraft
from keyuan.customers.fields import detail_fields, part_label, parts_of, sealed_fields
from keyuan.customers.masking import mask
from keyuan.customers.models import Customer, Enterprise, Person
from keyuan.customers.standards import InvalidIdentifier, email, mobile, normalise_document, uscc
from keyuan.customers.states import CustomerKind, DocumentKind, Part, Source
from keyuan.customfields.forms import by_section, value_fields
from keyuan.customfields.queries import editable
from keyuan.customfields.shapes import PREFIX, Definition

if TYPE_CHECKING:
    from keyuan.accounts.models import OrgUnit

CLEAR = "-"
STANDARDS: dict[str, Callable[[str], str]] = {
    "mobile": mobile.normalise,
    "contact_mobile": mobile.normalise,
    "email": email.normalise,
    "uscc": uscc.normalise,
}
OCCUPATION_CLASSES = [("", _("未填")), *((str(n), str(n)) for n in range(1, 7)), ("9", _("9（拒保）"))]
_YES_NO = [("", _("未填")), ("true", _("是")), ("false", _("否"))]
# What a browser may fill in by itself would be the clerk's own data.
_NO_AUTOFILL = {"autocomplete": "off"}


class DetailsForm(forms.Form):
    """The details of one kind of customer: all four parts, or one. Empty means unknown.

    A sealed field that is already filled shows nothing but its mask as the placeholder: left empty it stays as it is, a
    single ``-`` clears it. Identifiers are checked by their standards, each beside its field.
    """

    def __init__(
        self, *args: Any, kind: str, part: Part | None = None, row: Person | Enterprise | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.row = kind, row
        chosen = {one: names for one, names in parts_of(kind).items() if part in (None, one) and names}
        self.parts = chosen
        for name in (name for names in chosen.values() for name in names):
            self.fields[name] = self._field(name)
            if row is not None and name not in sealed_fields(kind):
                self.initial.setdefault(name, _as_typed(getattr(row, name)))

    def groups(self) -> Iterator[tuple[Part, str | Promise, list[BoundField]]]:
        """The fields of each part with what it is called for this kind of customer, for a fieldset."""
        for part, names in self.parts.items():
            yield part, part_label(self.kind, part), [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, standard in STANDARDS.items():
            self._check(name, standard)
        document: Any = cleaned.get("document_kind") or getattr(self.row, "document_kind", DocumentKind.RESIDENT_ID)
        self._check("id_number", lambda number: normalise_document(document, number))
        return cleaned

    def changes(self) -> dict[str, Any]:
        """What to give to change_customer: sealed fields only where something was typed."""
        changes: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if name in sealed_fields(self.kind):
                if value:
                    changes[name] = None if value == CLEAR else value
            else:
                changes[name] = value
        return changes

    def draft(self) -> PersonDraft | EnterpriseDraft:
        """What to give to register_customer."""
        details = {name: self.cleaned_data[name] for name in detail_fields(self.kind) if name in self.cleaned_data}
        sealed = sealed_fields(self.kind)
        values: dict[str, Any] = {name: (value or None) if name in sealed else value for name, value in details.items()}
        return PersonDraft(**values) if self.kind == CustomerKind.INDIVIDUAL else EnterpriseDraft(**values)

    def _check(self, name: str, standard: Callable[[str], str]) -> None:
        typed = self.cleaned_data.get(name)
        if not typed or typed == CLEAR:
            return
        try:
            self.cleaned_data[name] = standard(typed)
        except InvalidIdentifier as refusal:
            self.add_error(name, str(refusal))

    def _field(self, name: str) -> forms.Field:
        field = detail_fields(self.kind)[name]
        if name in sealed_fields(self.kind):
            return self._sealed_field(name, field)
        if name == "occupation_class":
            return forms.TypedChoiceField(
                label=field.verbose_name, choices=OCCUPATION_CLASSES, coerce=int, empty_value=None, required=False
            )
        if isinstance(field, models.BooleanField):
            return forms.TypedChoiceField(
                label=field.verbose_name, choices=_YES_NO, coerce=_true, empty_value=None, required=False
            )
        if name == "document_kind":
            return forms.ChoiceField(
                label=field.verbose_name, choices=DocumentKind.choices, initial=DocumentKind.RESIDENT_ID
            )
        built = field.formfield(required=False)
        if built is None:
            raise TypeError(f"{name} has no form field")
        if isinstance(built, forms.DateField):
            built.widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        if isinstance(built, forms.DecimalField):
            built.min_value = 0
            built.widget.attrs["min"] = "0"
        if isinstance(built.widget, forms.Textarea):
            built.widget.attrs["rows"] = "3"
        built.widget.attrs.update(_NO_AUTOFILL)
        return built

    def _sealed_field(self, name: str, field: models.Field[Any, Any]) -> forms.Field:
        known = None if self.row is None else getattr(self.row, name)
        widget = forms.TextInput(attrs={"placeholder": mask(name, known), **_NO_AUTOFILL})
        hint = _("留空表示不修改，输入一个“-”表示清除。") if known else ""
        return forms.CharField(label=field.verbose_name, max_length=500, required=False, widget=widget, help_text=hint)


def _true(text: str) -> bool:
    return text == "true"


def _as_typed(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A choice of units, by code and name."""

    def label_from_instance(self, unit: OrgUnit) -> str:
        return str(unit.code_and_label)


class CustomerForm(DetailsForm):
    """The details with what every customer has: name, source, unit. For registering, and for editing the basic part."""

    name = forms.CharField(label=_("名称"), max_length=120, widget=forms.TextInput(attrs=_NO_AUTOFILL))
    source = forms.ChoiceField(label=_("信息来源"), choices=Source.choices, initial=Source.VISIT)
    source_detail = forms.CharField(label=_("来源说明"), max_length=120, required=False)
    org_unit = UnitField(None, label=_("所属机构"), required=False)
    custom: tuple[Definition, ...] = ()

    def __init__(
        self,
        *args: Any,
        viewer: Viewer,
        customer: Customer | None = None,
        only_custom: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        if only_custom:
            self._add_custom(customer)
            self.parts, self.fields = {}, {name: self.fields[name] for name in self.fields if name.startswith(PREFIX)}
            return
        if self.kind == CustomerKind.INDIVIDUAL:
            self.fields["name"].label = _("姓名")
        if viewer.role == Role.AGENT:
            del self.fields["org_unit"]  # the agent's own
        else:
            self.fields["org_unit"].queryset = accounts.units(viewer=viewer)  # type: ignore[attr-defined]
            self.fields["org_unit"].required = True
        if customer is not None:
            for name in ("name", "source", "source_detail"):
                self.initial[name] = getattr(customer, name)
            self.initial["org_unit"] = customer.org_unit_id
        if kwargs.get("part") is None:
            self._add_custom(customer)

    def _add_custom(self, customer: Customer | None) -> None:
        """The custom fields that the viewer may change, below the four parts."""
        self.custom = editable(record_of(self.kind), viewer=self.viewer)
        self.fields.update(value_fields(self.custom, None if customer is None else customer.custom))

    def custom_groups(self) -> list[tuple[str, list[BoundField]]]:
        """The custom fields of each section, for a fieldset."""
        return [(section, [self[each.key] for each in fields]) for section, fields in by_section(self.custom)]

    def own_fields(self) -> list[BoundField]:
        """The fields above the four parts."""
        return [self[name] for name in ("name", "source", "source_detail", "org_unit") if name in self.fields]

    def changes(self) -> dict[str, Any]:
        changes = super().changes()
        unit = changes.pop("org_unit", None)
        return changes if unit is None else {**changes, "org_unit_id": unit.pk}

    def customer_draft(self) -> CustomerDraft:
        """What to give to register_customer; an agent's customer gets the agent's unit whatever stands here."""
        unit = self.cleaned_data.get("org_unit")
        return CustomerDraft(
            name=self.cleaned_data["name"],
            org_unit_id=0 if unit is None else unit.pk,
            details=self.draft(),
            source=self.cleaned_data["source"],
            source_detail=self.cleaned_data["source_detail"],
            custom={each.slug: self.cleaned_data.get(each.key) for each in self.custom},
        )
