"""What an order needs beyond the usual pages: copies, the word of the insured, the law's limits for minors. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from keyuan.identity import rules as identity
from keyuan.kernel.money import Money
from keyuan.orders.states import Relation, Step
from keyuan.products.rating import GroupRisk, LifeRisk, PlanRisk, PropertyRisk, TravelRisk
from keyuan.products.rating.others import coverage_sum

if TYPE_CHECKING:
    from datetime import date

    from keyuan.orders.details import Details, Insured
    from keyuan.products.definition import Definition
    from keyuan.products.definition.coverage import Coverage
    from keyuan.products.rating import Risk

DEATH = frozenset({"death", "accident_death"})
THINGS = frozenset({"motor", "property"})
#: The statements that every applicant agrees to before submitting.
STATEMENTS = ("clauses", "truth", "privacy")
#: 保险法 §34 for cover of up to a year: the applicant's statement that the insured agrees to it and to its sum.
FOR_OTHERS = "insured_agrees"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that has to be sent. ``code`` says of what: authorisation, licence, id.applicant, id.insured.0, id.heir.0."""

    code: str
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Limit:
    """保险法 §33: what may be paid on the death of an insured minor; ``asked`` of this contract, ``held`` of others."""

    place: int
    name: str
    most: Money
    asked: Money
    held: Money

    @property
    def exceeded(self) -> bool:
        return self.most < self.asked + self.held


def pays_on_death(definition: Definition) -> bool:
    """Whether anything is paid because an insured person, known by name, has died."""
    return definition.group is None and any(one.kind in DEATH for one in definition.coverages)


def must_agree(details: Details, definition: Definition, *, on: date) -> tuple[int, ...]:
    """The places of the insured whose own word §34 wants before cover on their death: adults other than the applicant."""
    if not pays_on_death(definition):
        return ()
    return tuple(
        place
        for place, one in enumerate(details.insured)
        if one.relation != Relation.SELF and one.birth_date is not None and not is_minor(one, on)
    )


def agree_by_code(details: Details, definition: Definition, *, on: date) -> tuple[int, ...]:
    """Of those, the ones who say so with a code on their own telephone: for cover of more than a year."""
    return must_agree(details, definition, on=on) if definition.long_term else ()


def statements(details: Details, definition: Definition, *, on: date) -> tuple[str, ...]:
    """What the applicant confirms before submitting."""
    others = must_agree(details, definition, on=on) and not definition.long_term
    return (*STATEMENTS, FOR_OTHERS) if others else STATEMENTS


def is_minor(one: Insured, on: date) -> bool:
    return one.birth_date is not None and identity.minor(one.birth_date, on) is not identity.Age.ADULT


def registers(definition: Definition, first: Money | None, *, on: date) -> identity.AmlNeed | None:
    """The duty that a first premium paid over the net brings, as a transfer does; None below the threshold."""
    if first is None:
        return None
    need = identity.aml(first, identity.PayWay.TRANSFER, on, life=definition.line not in THINGS)
    return need or None


def copies(details: Details, definition: Definition, first: Money | None, *, on: date) -> tuple[Copy, ...]:
    """The copies wanted: a company's authorisation; from the threshold on, documents of everybody named (not legal heirs)."""
    found: list[Copy] = []
    company = details.company is not None
    if company:
        found.append(
            Copy("authorisation", _("单位盖章的授权书"), _("经办人代表单位投保，须有授权（民法典第一百六十五条）"))
        )
    need = registers(definition, first, on=on)
    if need is not None:
        source = need.threshold.source
        if company:
            found.append(Copy("licence", _("营业执照"), source))
        found += [
            Copy(f"id.{place}", _("%(name)s的有效证件") % {"name": name}, source) for place, name in _named(details)
        ]
    return tuple(found)


def _named(details: Details) -> Iterator[tuple[str, str]]:
    if details.applicant is not None:
        yield "applicant", details.applicant.name
    for place, one in enumerate(details.insured):
        if one.relation != Relation.SELF:
            yield f"insured.{place}", one.name
    for place, heir in enumerate(details.beneficiaries):
        yield f"heir.{place}", heir.name


def extra_steps(details: Details, definition: Definition, first: Money | None, *, on: date) -> frozenset[Step]:
    """The pages that this order needs and others of its product do not."""
    found = set()
    if agree_by_code(details, definition, on=on):
        found.add(Step.CONSENT)
    if copies(details, definition, first, on=on):
        found.add(Step.PAPERS)
    return frozenset(found)


def limits(
    details: Details, definition: Definition, risk: Risk, *, held: Mapping[str, Decimal], on: date
) -> tuple[Limit, ...]:
    """What §33 allows for each insured minor. ``held``: document number → what is insured on their death already, in yuan."""
    found = []
    for place, one in enumerate(details.insured):
        if one.birth_date is None or not is_minor(one, on):
            continue
        asked = death_sum(definition, risk, identity.age_on(one.birth_date, on))
        cover = identity.death_cover(one.birth_date, on, holder_is_parent=one.relation == Relation.CHILD)
        if asked and cover.most is not None:
            before = Money.rounded(held.get(one.document_number, Decimal(0)))
            found.append(Limit(place, one.name, cover.most, Money.rounded(asked), before))
    return tuple(found)


def death_sum(definition: Definition, risk: Risk, age: int) -> Decimal:
    """What is promised on death at an age besides premiums and cash value given back, in yuan."""
    return max(
        (_promised(definition, one, risk, age) for one in definition.coverages if one.kind in DEATH), default=Decimal(0)
    )


def _promised(definition: Definition, coverage: Coverage, risk: Risk, age: int) -> Decimal:
    if not coverage.main or isinstance(risk, GroupRisk | PropertyRisk):
        return Decimal(0)
    parts = [one for one in coverage.benefit.amounts if one.of == "sum_insured" and one.holds(age=age, year=1)]
    if not parts:
        return Decimal(0)
    if isinstance(risk, LifeRisk):
        return max(risk.sum * one.share for one in parts)
    if isinstance(risk, PlanRisk | TravelRisk):
        return coverage_sum(definition, coverage, risk.plan, getattr(risk, "sum", Decimal(0)))
    return Decimal(0)


def limited_by_law(definition: Definition) -> bool:
    """Whether cover beyond the law's limit is cut to it (plans for everybody) or refused (a sum that is chosen)."""
    return bool(definition.plans)
