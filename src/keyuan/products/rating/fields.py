"""The fields of a risk from a definition: what a form asks, between which bounds, and from its answers the risk as JSON.

``fields`` is for every form that prices something (a quote, the sliders of a proposal): names are places in the risk
(``riders.accident``), so ``entries.raw_of`` needs nothing else. Pure but for words, which are said in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.wording import in_language
from keyuan.products.describing import mode, spans
from keyuan.products.rating.read_life import STRUCTURAL, asked_by_tables
from keyuan.products.rating.read_motor import COMPULSORY, FLOATING, MOST_CLAIMS, MOST_YEARS
from keyuan.products.rating.read_others import axis_values
from keyuan.products.rating.wording import ASKED

if TYPE_CHECKING:
    from keyuan.products.definition.coverage import Coverage
    from keyuan.products.definition.schema import Definition, Rider
    from keyuan.products.definition.values import Span

Kind = Literal["choice", "whole", "amount", "truth", "ages", "census"]
Part = Literal["who", "thing", "cover", "paying", "record", "extras"]
OLDEST = 120
USUAL_SUM = "1000000"
LINES = 6  # of a census in a form; longer ones come as a file
ONCE = _("一次交清")
CENSUS = ("people", "age", "sex", "occupation_class", "plan")
PARTS: Mapping[str, str | Promise] = {
    "who": _("被保险人"),
    "thing": _("保险标的"),
    "cover": _("保障"),
    "paying": _("缴费"),
    "record": _("出险记录"),
    "extras": _("可选责任与附加险"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose, as the risk has it and as people read it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that a risk says. ``least``, ``most`` and ``step`` bound a number (a slider's, too); ``default``: as text.

    ``amount_of``: the name of the tick that this amount belongs to; without the tick it is not said.
    ``columns``: what each line of a census says.
    """

    name: str
    label: str
    kind: Kind
    part: Part
    choices: tuple[Choice, ...] = ()
    least: Decimal | int | None = None
    most: Decimal | int | None = None
    step: Decimal | int | None = None
    default: str = ""
    unit: str = ""
    required: bool = True
    amount_of: str = ""
    columns: tuple[Field, ...] = ()


def fields(definition: Definition) -> tuple[Field, ...]:
    """Everything that a person may say about a risk of this product, in the order of a conversation."""
    found = {one.name: one for one in ENGINES[definition.rating.engine](definition)}
    return tuple(sorted(found.values(), key=lambda one: list(PARTS).index(one.part)))


def _choices(definition: Definition, values: Iterable[str | int]) -> tuple[Choice, ...]:
    language = in_language("zh", "en")
    return tuple(Choice(str(one), _word(definition, str(one), language)) for one in values)


def _word(definition: Definition, code: str, language: str) -> str:
    return str(ANSWERS[code]) if code in ANSWERS else definition.label(code, language)


ANSWERS: Mapping[str, str | Promise] = {
    "yes": _("是"),
    "no": _("否"),
    "male": _("男"),
    "female": _("女"),
    "year": _("按年"),
    "month": _("按月"),
}


def _choice(definition: Definition, name: str, part: Part, values: Iterable[str | int], default: Any = None) -> Field:
    choices = _choices(definition, values)
    usual = choices[0].value if default is None and choices else str(default)
    return Field(name=name, label=str(ASKED[name]), kind="choice", part=part, choices=choices, default=usual)


def _whole(name: str, part: Part, least: int, most: int, default: int | None = None, unit: str = "") -> Field:
    usual = "" if default is None else str(default)
    label = str(ASKED.get(name, name))
    return Field(
        name=name, label=label, kind="whole", part=part, least=least, most=most, step=1, default=usual, unit=unit
    )


def _person(definition: Definition) -> Iterator[Field]:
    insured = definition.insured
    if insured is None:
        return
    if len(insured.sexes) > 1:
        yield _choice(definition, "sex", "who", insured.sexes)
    least, most = insured.min_age.years, insured.max_age.years
    yield _whole("age", "who", least, most, min(max(30, least), most), str(_("周岁")))
    classes = insured.occupation_classes
    if len(classes) > 1 and _asks(definition, "occupation_class"):
        yield _choice(definition, "occupation_class", "who", classes)


def _asks(definition: Definition, axis: str) -> bool:
    """Whether a price depends on this; where it does not, a form has not to ask it, but underwriting may."""
    tables = definition.rating.tables.values()
    on_tables = {one.axis for table in tables for one in (table.rows, table.columns) if one is not None}
    return axis in definition.rating.factors or axis in on_tables


def _spans(name: str, part: Part, offered: Iterable[Span], default: int = 0) -> Iterator[Field]:
    choices = tuple(Choice(str(one), spans([one])) for one in offered)
    if len(choices) > 1:
        usual = choices[min(default, len(choices) - 1)].value
        yield Field(name=name, label=str(ASKED[name]), kind="choice", part=part, choices=choices, default=usual)


def _modes(definition: Definition) -> Iterator[Field]:
    offered = definition.terms.payment.modes
    if len(offered) > 1:
        usual = 12 if 12 in offered else offered[0]
        choices = tuple(Choice(str(one), mode(one) if one or definition.long_term else str(ONCE)) for one in offered)
        label = str(ASKED["mode"])
        yield Field(name="mode", label=label, kind="choice", part="paying", choices=choices, default=str(usual))


def _sum(definition: Definition) -> Iterator[Field]:
    bounds = definition.sum_insured
    if bounds is None:
        return
    label = str(ASKED.get(bounds.meaning, ASKED["sum"]))
    yield Field(
        name="sum", label=label, kind="amount", part="cover", least=bounds.min, most=bounds.max, step=bounds.step,
        default=f"{bounds.default:f}", unit=str(_("元")),
    )  # fmt: skip


def _plans(definition: Definition) -> Iterator[Field]:
    if definition.plans:
        yield _choice(definition, "plan", "cover", [plan.code for plan in definition.plans])


def _answers(definition: Definition) -> Iterator[Field]:
    """What factors and tables ask besides what every risk says of itself."""
    for name, choices in definition.rating.factors.items():
        if name not in STRUCTURAL:
            neutral = next((one for one, factor in choices.items() if factor == 1), next(iter(choices)))
            part: Part = "record" if name == "fatal" else "who"
            label = str(ASKED.get(name, definition.label(name, in_language("zh", "en"))))
            told = _choices(definition, choices)
            yield Field(name=name, label=label, kind="choice", part=part, choices=told, default=str(neutral))
    for name in asked_by_tables(definition):
        label = str(ASKED.get(name, definition.label(name, in_language("zh", "en"))))
        part = "thing" if definition.object else "extras" if name == "holder_age" else "who"
        yield Field(
            name=name, label=label, kind="whole", part=part, least=0, most=_largest(definition, name), step=1,
            required=False,
        )  # fmt: skip


def _largest(definition: Definition, name: str) -> int:
    """A bound for a number that a table asks for: years of people or things, else the table's last step and more."""
    if name.endswith("age"):
        known = definition.object
        return known.oldest_years if known and known.oldest_years is not None else OLDEST
    return 1000


def _riders(definition: Definition) -> Iterator[Field]:
    for one in definition.riders:
        yield from _extra(definition, f"riders.{one.code}", one)


def _extra(definition: Definition, name: str, one: Rider) -> Iterator[Field]:
    label = one.name.said(in_language("zh", "en"))
    yield Field(name=name, label=label, kind="truth", part="extras", required=False)
    told = one.sum
    if told is None or told.same_as_main:
        return
    usual = f"{told.default:f}" if told.default is not None and told.share_of_main is None else ""
    text = str(_("%(name)s的保额")) % {"name": label}
    yield Field(
        name=f"{name}.sum", label=text, kind="amount", part="extras", least=told.min or 0, most=told.max, step=1,
        default=usual, unit=str(_("元")), required=False, amount_of=name,
    )  # fmt: skip


def _life(definition: Definition) -> Iterator[Field]:
    yield from _person(definition)
    yield from _sum(definition)
    yield from _spans("cover_term", "cover", definition.terms.cover, len(definition.terms.cover) // 2)
    payout = definition.terms.payout
    if payout is not None:
        ages = sorted({age for one in payout.ages.values() for age in one})
        yield _choice(definition, "payout_age", "cover", ages, 60 if 60 in ages else None)
        if len(payout.every) > 1:
            yield _choice(definition, "payout_every", "cover", payout.every)
        if len(payout.guaranteed_years) > 1:
            yield _choice(definition, "guaranteed_years", "cover", payout.guaranteed_years)
    years = definition.terms.payment.years
    yield from _spans("pay_years", "paying", years, len(years) // 2)
    yield from _modes(definition)
    yield from _answers(definition)
    yield from _riders(definition)


def _plan(definition: Definition) -> Iterator[Field]:
    yield from _person(definition)
    yield from _plans(definition)
    yield from _sum(definition)
    yield from _optional(definition)
    yield from _modes(definition)
    yield from _answers(definition)
    yield from _riders(definition)


def _optional(definition: Definition) -> Iterator[Field]:
    for one in definition.coverages:
        if one.optional:
            label = one.name.said(in_language("zh", "en"))
            yield Field(name=f"optional.{one.code}", label=label, kind="truth", part="extras", required=False)


def _travel(definition: Definition) -> Iterator[Field]:
    days = [one for one in definition.terms.cover if one.kind == "days"]
    least = min((one.number for one in days), default=1)
    most = max((one.most for one in days), default=366)
    yield _choice(definition, "region", "cover", axis_values(definition, "region", "base"))
    yield _whole("days", "cover", least, most, min(7, most), str(_("天")))
    yield from _plans(definition)
    yield Field(name="ages", label=str(ASKED["ages"]), kind="ages", part="who", default="30")
    yield from _optional(definition)
    yield from _modes(definition)
    yield from _answers(definition)
    yield from _riders(definition)


def _motor(definition: Definition) -> Iterator[Field]:
    known = definition.object
    if known is not None:
        yield _choice(definition, "vehicle_class", "thing", known.classes)
        if len(known.uses) > 1:
            yield _choice(definition, "use", "thing", known.uses)
        yield _whole("vehicle_age", "thing", 0, known.oldest_years or MOST_YEARS, 0, str(_("年")))
    yield _whole("size", "thing", 1, 3000, 5)
    if regions := axis_values(definition, "region", FLOATING, "region"):
        yield _choice(definition, "region", "thing", regions)
    label = str(ASKED["new_value"])
    yield Field(
        name="new_value", label=label, kind="amount", part="thing", least=0, most=10_000_000, step=1000,
        default="150000", unit=str(_("元")),
    )  # fmt: skip
    yield Field(name=COMPULSORY, label=str(ASKED[COMPULSORY]), kind="truth", part="cover", default="on", required=False)
    for one in definition.coverages:
        if one.main and one.code != COMPULSORY:
            yield _limit(one)
    for name in ("compulsory_clean_years", "compulsory_accidents", "clean_years", "claims"):
        yield _whole(name, "record", 0, MOST_YEARS if name.endswith("years") else MOST_CLAIMS, 0)
    yield from _modes(definition)
    yield from _answers(definition)
    yield from _riders(definition)


def _limit(one: Coverage) -> Field:
    """A coverage with limits to choose from, or one that is there or not."""
    label, limits = one.name.said(in_language("zh", "en")), one.limits.choices if one.limits else ()
    if not limits:
        return Field(name=f"sums.{one.code}", label=label, kind="truth", part="cover", default="on", required=False)
    none = Choice("", str(_("不投保")))
    choices = (none, *(Choice(f"{limit:f}", f"{limit:,.0f}") for limit in limits))
    usual = choices[len(choices) // 2].value
    return Field(
        name=f"sums.{one.code}", label=label, kind="choice", part="cover", choices=choices, default=usual,
        required=False, unit=str(_("元")),
    )  # fmt: skip


def _property(definition: Definition) -> Iterator[Field]:
    known = definition.object
    if known is not None:
        yield _choice(definition, "structure", "thing", known.classes)
        if len(known.uses) > 1:
            yield _choice(definition, "use", "thing", known.uses)
    if regions := axis_values(definition, "region", "rate", "region"):
        yield _choice(definition, "region", "thing", regions)
    for one in definition.coverages:
        if one.main:
            yield _amount(definition, one)
    yield from _modes(definition)
    yield from _answers(definition)
    yield from _riders(definition)


def _amount(definition: Definition, one: Coverage) -> Field:
    bounds = definition.sum_insured
    usual = f"{bounds.default:f}" if bounds else USUAL_SUM
    return Field(
        name=f"sums.{one.code}", label=one.name.said(in_language("zh", "en")), kind="amount", part="cover", least=0,
        most=bounds.max if bounds else None, step=10_000, default="" if one.optional else usual, unit=str(_("元")),
        required=not one.optional,
    )  # fmt: skip


def _group(definition: Definition) -> Iterator[Field]:
    columns = (
        _whole("people", "who", 1, 100_000),
        *_person(definition),
        *_plans(definition),
    )
    columns = tuple(one for one in columns if one.name in CENSUS)
    yield Field(name="census", label=str(ASKED["census"]), kind="census", part="who", columns=columns)
    yield from _modes(definition)
    yield from _answers(definition)
    yield from _riders(definition)


ENGINES = {
    "life": _life,
    "accident": _plan,
    "medical": _plan,
    "travel": _travel,
    "motor": _motor,
    "property": _property,
    "group": _group,
}
