"""The form of a plan: sliders, choices and riders from its definition, with the values it has now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from keyuan.products.rating.entries import raw_of, values_of
from keyuan.products.rating.fields import PARTS, Field, fields

if TYPE_CHECKING:
    from keyuan.products.definition import Definition

SPANS = ("cover_term", "pay_years")
UNASKED = ("age", "age_days", "sex", "occupation_class", "census", "loading_percent")  # forms may leave them out


@dataclass(frozen=True, slots=True)
class Control:
    """One thing to adjust. ``slides``: an amount between bounds, with a slider beside its box."""

    field: Field
    id: str
    value: str

    @property
    def slides(self) -> bool:
        return self.field.kind == "amount" and self.field.least is not None and self.field.most is not None

    @property
    def checked(self) -> bool:
        return bool(self.value)


@dataclass(frozen=True, slots=True)
class Controls:
    """The controls of one part of the form."""

    label: str
    controls: tuple[Control, ...]


def controls(
    definition: Definition, raw: Mapping[str, Any], *, position: int, few: bool = False
) -> tuple[Controls, ...]:
    """The form of a plan, in parts. ``few``: only what a customer plays with."""
    told = _values(definition, raw)
    wanted = [one for one in fields(definition) if one.kind not in ("census",) and (not few or _plays(one))]
    return tuple(
        Controls(
            str(PARTS[part]),
            tuple(
                Control(one, f"plan-{position}-{place}", told.get(one.name, ""))
                for place, one in enumerate(wanted)
                if one.part == part
            ),
        )
        for part, _group in groupby(wanted, key=lambda one: one.part)
    )


def _plays(one: Field) -> bool:
    return one.part in ("cover", "paying", "extras")


def said(definition: Definition, told: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    """The risk as JSON from what the form says; what the form does not ask stays. A tick that is not sent is taken off."""
    asked = {one.name: one for one in fields(definition)}
    stays = {name: value for name, value in _values(definition, before).items() if asked[name].kind != "truth"}
    kept = {name: value for name, value in before.items() if name in UNASKED}
    return {**kept, **raw_of(definition, {**stays, **{name: told[name] for name in asked if name in told}})}


def said_few(definition: Definition, told: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    """The same for the customer's form, which asks less: the rest is taken from the plan."""
    names = {one.name for one in fields(definition) if _plays(one)}
    whole = {name: value for name, value in _values(definition, before).items() if name not in names}
    return said(definition, {**whole, **{name: told[name] for name in names if name in told}}, before)


def _values(definition: Definition, raw: Mapping[str, Any]) -> dict[str, str]:
    """What a form shows of a risk: a bare number of years as the choices write it, what was not said as rating takes it."""
    told = values_of(definition, raw)
    usual = {one.name: one.default for one in fields(definition) if one.default and one.kind != "truth"}
    if told.get("pay_years") == "single":
        usual["mode"] = "0"
    return {
        **usual,
        **{
            name: f"{value} years" if name in SPANS and value.isascii() and value.isdecimal() else value
            for name, value in told.items()
        },
    }
