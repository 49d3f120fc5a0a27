"""Prices on sample risks, under one version and the one before: what a change does to what people pay.

The samples follow from the definition: what a form would begin with, and a few values of what matters most to its engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from django.utils.translation import gettext as _

from keyuan.products.definition import Definition
from keyuan.products.describing import yuan
from keyuan.products.rating import Price, RiskRefused, price, risk_of
from keyuan.products.rating.entries import defaults, raw_of
from keyuan.products.rating.fields import Field, fields
from keyuan.products.rating.wording import step_label

Told = Mapping[str, str]
#: What the samples of an engine differ in; each gives at most so many values.
VARIED: Mapping[str, Mapping[str, int]] = {
    "life": {"sex": 2, "age": 3},
    "accident": {"age": 3, "occupation_class": 2},
    "medical": {"age": 4, "social": 2},
    "travel": {"days": 3, "plan": 2},
    "motor": {"vehicle_class": 3, "clean_years": 2},
    "property": {"structure": 3, "region": 2},
    "group": {"census.0.people": 2, "census.0.age": 2, "census.0.occupation_class": 2},
}
USUAL = {"days": (3, 7, 30), "clean_years": (0, 3), "census.0.people": (10, 200)}
NOT_PRICED = frozenset({"no_rate", "no_premium", "too_much"})  # faults of the definition, not of the risk


@dataclass(frozen=True, slots=True)
class Priced:
    """What one version says of a risk: a price, or why it has none."""

    definition: Definition
    price: Price | None
    refusal: RiskRefused | None = None

    @property
    def steps(self) -> list[tuple[str, Decimal, Decimal]]:
        """The arithmetic: each step in words, what it is multiplied with or added, and what it comes to."""
        told = self.price.steps if self.price else ()
        return [(step_label(step, self.definition), step.by, step.amount) for step in told]

    @property
    def unpriced(self) -> bool:
        """Whether the definition itself has no price here: a cell or an equation fails, not the risk."""
        return self.refusal is not None and any(fault.rule in NOT_PRICED for fault in self.refusal.faults)


@dataclass(frozen=True, slots=True)
class Sample:
    """One risk under the version before (None where there is none) and under this one."""

    label: str
    before: Priced | None
    after: Priced

    @property
    def percent(self) -> Decimal | None:
        """How much dearer, in per cent to one place; None where one of them has no price."""
        if self.before is None or self.before.price is None or self.after.price is None:
            return None
        old, new = self.before.price.yearly.amount, self.after.price.yearly.amount
        return None if not old else ((new - old) * 100 / old).quantize(Decimal("0.1"))


def samples(after: Definition, before: Definition | None) -> tuple[Sample, ...]:
    """Some risks priced under both versions."""
    base = defaults(after)
    known = dict(_named(after))
    return tuple(
        Sample(
            label=" · ".join(_shown(known[name], value) for name, value in told.items()),
            before=None if before is None else priced(before, base | told),
            after=priced(after, base | told),
        )
        for told in _points(after, known)
    )


def telling(found: Sequence[Sample]) -> Sample:
    """The sample that changes most, whose arithmetic shows why; the first where none changes."""
    return max(found, key=lambda one: abs(one.percent or Decimal(0)))


def basis(it: Definition) -> str:
    """What all samples have in common: the cover and the way of paying that a form begins with."""
    usual, varied = defaults(it), VARIED[it.rating.engine]
    common = [
        one for one in fields(it) if one.part in ("cover", "paying") and one.name in usual and one.name not in varied
    ]
    return " · ".join(_shown(one, usual[one.name]) for one in common if one.kind != "truth" and not one.amount_of)


def priced(it: Definition, told: Told) -> Priced:
    """The price of what a form says under a version."""
    try:
        return Priced(it, price(it, risk_of(it, raw_of(it, told))))
    except RiskRefused as refusal:
        return Priced(it, None, refusal)


def _points(it: Definition, known: Mapping[str, Field]) -> Iterator[dict[str, str]]:
    varied = [(name, most) for name, most in VARIED[it.rating.engine].items() if name in known]
    for values in product(*(_values(known[name], name, most) for name, most in varied)):
        yield dict(zip((name for name, _most in varied), values, strict=True))


def _values(one: Field, name: str, most: int) -> list[str]:
    """First and last of what can be chosen; the quarters of a range; or what people usually say."""
    if one.choices:
        codes = [choice.value for choice in one.choices]
        return codes if len(codes) <= most else [*codes[: most - 1], codes[-1]]
    least, greatest = int(one.least or 0), int(one.most or 0)
    if name in USUAL:
        return [str(value) for value in USUAL[name][:most] if least <= value <= greatest]
    return [str(least + (greatest - least) * place // (most + 1)) for place in range(1, most + 1)]


def _named(it: Definition) -> Iterator[tuple[str, Field]]:
    for one in fields(it):
        yield one.name, one
        yield from ((f"{one.name}.0.{column.name}", column) for column in one.columns)


def _shown(one: Field, value: str) -> str:
    said = next((choice.label for choice in one.choices if choice.value == value), value)
    if one.kind == "amount":
        said = yuan(Decimal(value))
    return _("%(name)s %(value)s") % {"name": one.label, "value": said}
