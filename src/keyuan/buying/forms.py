"""What the wizard asks about people, things and money. Each form gives values for orders.details; nothing is kept here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from keyuan.customers.rules import tidy_name
from keyuan.customers.standards import InvalidIdentifier, facts_of_id_number, normalise, normalise_document
from keyuan.customers.states import DocumentKind, IdentifierKind
from keyuan.identity.rules import Age, minor
from keyuan.kernel.clock import today
from keyuan.orders.states import Relation
from keyuan.products.suitability import Need

SEXES = (("", "—"), ("female", _("女")), ("male", _("男")))
OLDEST = 150
DOCUMENTS = (
    DocumentKind.RESIDENT_ID,
    DocumentKind.PASSPORT,
    DocumentKind.HK_MO_TW,
    DocumentKind.FOREIGN_RESIDENT,
)


class DayInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, **attrs: str) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class PersonForm(forms.Form):
    """Somebody by name and document; birth date and sex are asked only where the document does not tell them."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    document_kind = forms.ChoiceField(
        label=_("证件类型"), choices=[(one.value, one.label) for one in DOCUMENTS], initial=DocumentKind.RESIDENT_ID
    )
    document_number = forms.CharField(
        label=_("证件号码"), max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
    birth_date = forms.DateField(label=_("出生日期"), required=False, widget=DayInput())
    sex = forms.ChoiceField(label=_("性别"), choices=SEXES, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        number, kind = said.get("document_number"), said.get("document_kind")
        if not number or not kind:
            return said
        try:
            said["document_number"] = normalise_document(kind, number)
        except InvalidIdentifier as fault:
            raise ValidationError({"document_number": str(fault)}) from fault
        told = facts_of_id_number(said["document_number"]) if kind == DocumentKind.RESIDENT_ID else None
        if told is not None:
            said["birth_date"], said["sex"] = told.birth_date, told.sex.value
        elif not said.get("birth_date") or not said.get("sex"):
            raise ValidationError({"birth_date": _("这种证件不含出生日期和性别，请填写。")})
        born: date = said["birth_date"]
        if not 0 <= (today() - born).days <= OLDEST * 366:
            raise ValidationError({"birth_date": _("请核对出生日期。")})
        return said

    @property
    def said(self) -> dict[str, Any]:
        """As orders.details keeps it."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


class ApplicantForm(PersonForm):
    """Who applies and pays: also how to reach them."""

    mobile = forms.CharField(
        label=_("手机号码"),
        max_length=20,
        help_text=_("验证码和保单都发到这个手机。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(label=_("电子邮箱"), max_length=120, required=False)

    def clean_mobile(self) -> str:
        return _normalised(IdentifierKind.MOBILE, self.cleaned_data["mobile"])


def _normalised(kind: IdentifierKind, text: str) -> str:
    try:
        return normalise(kind, text)
    except InvalidIdentifier as fault:
        raise ValidationError(str(fault)) from fault


class InsuredForm(PersonForm):
    """Somebody insured, and who they are to the applicant. ``own_word``: adults agree by a code on their telephone (§34)."""

    mobile = forms.CharField(
        label=_("被保险人的手机号码"),
        max_length=20,
        required=False,
        help_text=_(
            "为什么要问：以身故为给付条件的长期保险，要被保险人本人同意（保险法第三十四条），我们发验证码到这个手机。"
        ),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, relations: Iterable[str] = (), own_word: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_word = own_word
        if not own_word:
            del self.fields["mobile"]
        offered = [Relation(one) for one in relations if one != Relation.SELF] or [Relation.OTHER]
        self.fields["relation"] = forms.ChoiceField(
            label=_("是投保人的"), choices=[(one.value, one.label) for one in offered]
        )

    def clean_mobile(self) -> str:
        typed = self.cleaned_data["mobile"]
        return _normalised(IdentifierKind.MOBILE, typed) if typed else ""

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        born = said.get("birth_date")
        if self.own_word and born is not None and "mobile" in said and not said["mobile"] and _adult(born):
            raise ValidationError({"mobile": _("请填写被保险人本人的手机号码。")})
        return said


def _adult(born: date) -> bool:
    return minor(born, today()) is Age.ADULT


class BeneficiaryForm(PersonForm):
    """Somebody who receives the death benefit, and which part of it."""

    relation = forms.ChoiceField(
        label=_("是被保险人的"),
        choices=[(one.value, one.label) for one in (Relation.SPOUSE, Relation.CHILD, Relation.PARENT, Relation.OTHER)],
    )
    rank = forms.TypedChoiceField(
        label=_("受益顺位"),
        coerce=int,
        initial=1,
        choices=[(1, _("第一顺位")), (2, _("第二顺位")), (3, _("第三顺位"))],
        help_text=_("前一顺位的人都不在了，才轮到后一顺位。"),
    )
    share = forms.DecimalField(label=_("份额（%）"), min_value=Decimal(1), max_value=Decimal(100), decimal_places=2)

    @property
    def said(self) -> dict[str, Any]:
        return {**super().said, "share": self.cleaned_data["share"] / 100}


class VehicleForm(forms.Form):
    """The vehicle as its licence names it."""

    plate = forms.CharField(label=_("车牌号"), max_length=12)
    vin = forms.CharField(label=_("车架号"), max_length=20, help_text=_("行驶证上的17位车辆识别代号。"))
    engine = forms.CharField(label=_("发动机号"), max_length=40, required=False)
    registered_on = forms.DateField(label=_("初次登记日期"), required=False, widget=DayInput())

    def clean_plate(self) -> str:
        return _normalised(IdentifierKind.PLATE, self.cleaned_data["plate"])

    def clean_vin(self) -> str:
        return _normalised(IdentifierKind.VIN, self.cleaned_data["vin"])

    @property
    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


class HomeForm(forms.Form):
    """Where the insured home stands."""

    address = forms.CharField(
        label=_("房屋地址"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "street-address"})
    )


class PremisesForm(forms.Form):
    """Where a company's property stands."""

    address = forms.CharField(
        label=_("财产坐落地址"),
        max_length=200,
        help_text=_("只保这个地址的财产。"),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )


class CompanyForm(forms.Form):
    """Who takes out a group or an enterprise contract."""

    name = forms.CharField(label=_("单位名称"), max_length=120)
    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=20)
    address = forms.CharField(label=_("单位地址"), max_length=200, required=False)
    contact_position = forms.CharField(label=_("经办人职务"), max_length=60)

    def clean_name(self) -> str:
        return tidy_name(self.cleaned_data["name"])

    def clean_uscc(self) -> str:
        return _normalised(IdentifierKind.USCC, self.cleaned_data["uscc"])


class MeansForm(forms.Form):
    """Why: 令2025-7 asks the insurer whether the product suits the customer's needs and purse."""

    household_income = forms.DecimalField(
        label=_("家庭一年的收入（元）"), min_value=0, max_value=Decimal(10**10), decimal_places=2
    )
    budget = forms.DecimalField(
        label=_("每年最多愿意为保险花多少（元）"), min_value=0, max_value=Decimal(10**10), decimal_places=2
    )
    paying = forms.DecimalField(
        label=_("每年已经在交的保费（元）"), min_value=0, max_value=Decimal(10**10), decimal_places=2, required=False
    )
    needs = forms.MultipleChoiceField(
        label=_("这份保险主要为了"), choices=Need.choices, required=False, widget=forms.CheckboxSelectMultiple()
    )

    @property
    def said(self) -> dict[str, Any]:
        told: Mapping[str, Any] = self.cleaned_data
        return {
            "household_income": told["household_income"],
            "budget": told["budget"],
            "paying": told["paying"] or Decimal(0),
            "needs": tuple(told["needs"]),
        }


class MemberForm(PersonForm):
    """One row of a company's list, typed."""

    occupation_class = forms.TypedChoiceField(
        label=_("职业类别"), coerce=int, choices=[(one, one) for one in range(1, 7)]
    )

    def __init__(self, *args: Any, plans: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"] = forms.ChoiceField(label=_("保障计划"), choices=list(plans))


class RegisteredForm(forms.Form):
    """What the law on money laundering has registered from a premium on."""

    nationality = forms.CharField(label=_("国籍"), max_length=40, initial=_("中国"))
    occupation = forms.CharField(label=_("职业"), max_length=60)
    address = forms.CharField(
        label=_("住所地或者工作单位地址"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    document_until = forms.DateField(
        label=_("证件有效期至"), required=False, widget=DayInput(), help_text=_("长期有效的不用填。")
    )

    def clean_document_until(self) -> date | None:
        until: date | None = self.cleaned_data["document_until"]
        if until is not None and until < today():
            raise ValidationError(_("证件已经过期，请先换领新证。"))
        return until
