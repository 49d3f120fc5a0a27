"""The page about people: which forms a product needs, and what they say together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.utils.translation import gettext as _

from keyuan.accounts.scope import system_viewer
from keyuan.buying.forms import (
    ApplicantForm,
    BeneficiaryForm,
    CompanyForm,
    HomeForm,
    InsuredForm,
    PremisesForm,
    VehicleForm,
)
from keyuan.customers import queries as customers
from keyuan.customers.names import fold
from keyuan.customers.states import IdentifierKind
from keyuan.orders.needed import pays_on_death
from keyuan.orders.states import Relation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict

    from keyuan.orders.details import Details
    from keyuan.products.definition import Definition

Asked = TypeVar("Asked", bound=forms.Form)
MOST_TRAVELLERS = 20
MOST_HEIRS = 5


@dataclass
class People:
    """The forms of the page. ``self_insured``: the applicant is (also) insured; ``named_heirs``: not the legal heirs."""

    applicant: ApplicantForm
    company: CompanyForm | None = None
    insured: list[InsuredForm] = field(default_factory=list)
    heirs: list[BeneficiaryForm] = field(default_factory=list)
    thing: forms.Form | None = None
    self_insured: bool = True
    named_heirs: bool = False
    may_be_self: bool = True
    many: bool = False
    pays_on_death: bool = False
    may_choose_holder: bool = False
    by_company: bool = False

    def all(self) -> list[forms.Form]:
        """Those that must be filled in, in the order of the page."""
        chosen = [
            self.company if self.by_company else None,
            self.thing,
            self.applicant,
            *self._insured_asked(),
            *self._heirs_asked(),
        ]
        return [one for one in chosen if one is not None]

    def _insured_asked(self) -> list[InsuredForm]:
        return self.insured if self.many or not self.self_insured else []

    def _heirs_asked(self) -> list[BeneficiaryForm]:
        return self.heirs if self.named_heirs else []

    def are_valid(self) -> bool:
        """Every form is looked at, so that every mistake is shown at once."""
        wrong = [one for one in self.all() if not one.is_valid()]
        return not wrong

    def said(self, definition: Definition) -> dict[str, Any]:
        """For orders.details."""
        told: dict[str, Any] = {"applicant": self.applicant.said, "insured": (), "beneficiaries": ()}
        if definition.insured is not None and definition.group is None:
            told["insured"] = [*self._self(), *(one.said for one in self._insured_asked())]
        if self.pays_on_death:
            told["beneficiaries"] = [one.said for one in self._heirs_asked()]
        told["company"] = self.company.cleaned_data if self.company is not None and self.by_company else None
        if isinstance(self.thing, VehicleForm):
            told["vehicle"] = self.thing.said
        elif self.thing is not None:
            told["address"] = self.thing.cleaned_data["address"]
        return told

    def _self(self) -> list[dict[str, Any]]:
        return [{**self.applicant.said, "relation": Relation.SELF.value}] if self.self_insured else []


def people(definition: Definition, details: Details, posted: QueryDict | None) -> People:
    """The forms as they were kept, or as they were posted just now."""
    relations = definition.insured.relations if definition.insured else ()
    asks_life = definition.insured is not None and definition.group is None
    many = definition.rating.engine == "travel"
    companies = "company" in definition.holders
    may_be_self = asks_life and Relation.SELF in relations
    heirs_kept = [{**one.model_dump(), "share": one.share * 100} for one in details.beneficiaries]
    others = [one.model_dump() for one in details.insured if one.relation != Relation.SELF]
    found = People(
        applicant=_form(ApplicantForm, "applicant", posted, _dumped(details.applicant)),
        company=_form(CompanyForm, "company", posted, _dumped(details.company)) if companies else None,
        may_choose_holder=companies and "person" in definition.holders,
        thing=_thing(definition, details, posted),
        may_be_self=may_be_self,
        many=many,
        pays_on_death=asks_life and pays_on_death(definition),
    )
    found.by_company = companies and (
        not found.may_choose_holder
        or (details.company is not None if posted is None else posted.get("holder") == "company")
    )
    was_self = not details.insured or any(one.relation == Relation.SELF for one in details.insured)
    found.self_insured = may_be_self and (was_self if posted is None else "self_insured" in posted)
    found.named_heirs = bool(heirs_kept) if posted is None else posted.get("heirs") == "named"
    if asks_life:
        rows = _rows(posted, "insured", len(others), least=0 if many else 1, most=MOST_TRAVELLERS if many else 1)
        found.insured = [
            _form(
                InsuredForm,
                f"insured{place}",
                posted,
                _at(others, place),
                relations=relations,
                own_word=definition.long_term and found.pays_on_death,
            )
            for place in range(rows)
        ]
    if found.pays_on_death:
        rows = _rows(posted, "heir", len(heirs_kept), least=1, most=MOST_HEIRS)
        found.heirs = [_form(BeneficiaryForm, f"heir{place}", posted, _at(heirs_kept, place)) for place in range(rows)]
    return found


def _thing(definition: Definition, details: Details, posted: QueryDict | None) -> forms.Form | None:
    if definition.object is None:
        return None
    if definition.object.kind == "vehicle":
        return _form(VehicleForm, "vehicle", posted, _dumped(details.vehicle))
    kept = {"address": details.address}
    if definition.object.kind == "premises":
        return _form(PremisesForm, "premises", posted, kept)
    return _form(HomeForm, "home", posted, kept)


def _rows(posted: QueryDict | None, name: str, kept: int, *, least: int, most: int) -> int:
    """How many rows to show: those posted, one more if asked for; else those kept."""
    if posted is None:
        return min(max(kept, least), most)
    said = posted.get(f"{name}_rows", "")
    rows = int(said) if said.isascii() and said.isdecimal() and len(said) < 4 else least
    return min(max(rows + (posted.get("more") == name), least), most)


def _form(
    kind: type[Asked], prefix: str, posted: QueryDict | None, kept: Mapping[str, Any] | None, **more: Any
) -> Asked:
    return kind(posted, prefix=prefix, initial=dict(kept or {}), **more)


def _dumped(part: Any) -> dict[str, Any]:
    return {} if part is None else part.model_dump()


def _at(those: list[dict[str, Any]], place: int) -> dict[str, Any]:
    return those[place] if place < len(those) else {}


def company_fits(forms: People) -> bool:
    """Whether a code that we know bears the name that was typed; if not, the form says so."""
    if forms.company is None or not forms.by_company:
        return True
    by = system_viewer("buying")
    code, name = forms.company.cleaned_data["uscc"], forms.company.cleaned_data["name"]
    known = [one.customer_id for one in customers.named_by(code, viewer=by) if one.kind == IdentifierKind.USCC]
    names = customers.visible(by).filter(pk__in=known).values_list("name", flat=True)
    if all(fold(one) == fold(name) for one in names):
        return True
    forms.company.add_error("name", _("与这个统一社会信用代码登记的单位名称不一致，请照营业执照填写。"))
    return False
