"""What a form says by the names of its fields, to the risk as JSON and back. Nothing is checked here: ``risk_of`` does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from keyuan.products.rating.fields import LINES, Field, fields

if TYPE_CHECKING:
    from keyuan.products.definition.schema import Definition


def defaults(definition: Definition) -> dict[str, str]:
    """What a form begins with."""
    told = {one.name: one.default for one in fields(definition) if one.default}
    if definition.group is not None:
        (census,) = (one for one in fields(definition) if one.kind == "census")
        told |= {f"census.0.{one.name}": one.default for one in census.columns}
        told["census.0.people"] = str(max(definition.group.min_people, 10))
    return told


def raw_of(definition: Definition, told: Mapping[str, str]) -> dict[str, Any]:
    """The risk as JSON from what a form says."""
    raw: dict[str, Any] = {}
    for one in fields(definition):
        said = told.get(one.name, "").strip()
        if one.kind == "census":
            raw[one.name] = list(_lines(one, told))
        elif one.kind == "ages":
            raw[one.name] = [age for age in _parted(said) if age]
        elif one.kind == "truth":
            _put(raw, one.name, bool(said), has_default=bool(one.default))
        elif one.amount_of and not told.get(one.amount_of):
            continue
        elif said:
            _put(raw, one.amount_of or one.name, _number(said) if one.kind in ("amount", "whole") else said)
    return raw


def _parted(said: str) -> list[str]:
    for sign in ",，、;；/":
        said = said.replace(sign, " ")
    return said.split()


def _number(said: str) -> str:
    """What people write for a number, without the commas between its thousands."""
    return said.replace(",", "").replace("，", "").replace(" ", "")


def _put(raw: dict[str, Any], name: str, value: Any, *, has_default: bool = False) -> None:
    inside, _dot, code = name.partition(".")
    if not code:
        if value is not False or has_default:
            raw[inside] = value
    elif value is False:
        return
    elif inside == "optional":
        raw.setdefault(inside, []).append(code)
    else:
        raw.setdefault(inside, {})[code] = value


def _lines(field: Field, told: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for place in range(LINES):
        line = {one.name: told.get(f"{field.name}.{place}.{one.name}", "").strip() for one in field.columns}
        if line.get("people"):
            yield {name: _number(value) for name, value in line.items() if value}


def values_of(definition: Definition, raw: Mapping[str, Any]) -> dict[str, str]:
    """The other way round: what a form says when it shows this risk."""
    told: dict[str, str] = {}
    for one in fields(definition):
        inside, _dot, code = one.name.partition(".")
        value = raw.get(inside)
        if one.kind == "census" and isinstance(value, list):
            for place, line in enumerate(value[:LINES]):
                told |= {f"census.{place}.{name}": str(said) for name, said in line.items()}
        elif one.kind == "ages" and isinstance(value, list):
            told[one.name] = ", ".join(str(age) for age in value)
        elif code and isinstance(value, Mapping):
            told |= _within(one, value, code)
        elif code and isinstance(value, list):
            told |= {one.name: "on"} if code in value else {}
        elif one.kind == "truth":
            told |= {one.name: "on"} if (value is None and one.default) or value else {}
        elif value is not None and not code:
            told[one.name] = str(value)
    return told


def _within(one: Field, value: Mapping[str, Any], code: str) -> dict[str, str]:
    """A rider or coverage of a risk: chosen or not, and for which sum."""
    said = value.get(code.removesuffix(".sum") if one.amount_of else code)
    if said is None:
        return {}
    if one.kind == "truth":
        return {one.name: "on"}
    return {} if said is True else {one.name: str(said)}
