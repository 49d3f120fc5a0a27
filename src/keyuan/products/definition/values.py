"""The small types that a definition is made of. Pure: no Django, no clock.

Everything is strict: a number in quotes is a text, ``true`` is no number, a name that the format does not know is a fault.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError


class Model(BaseModel):
    """A part of a definition: frozen, and with no other names than those written here."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _number(value: Any) -> Any:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    raise PydanticCustomError("not_a_number", "a number is needed")


Number = Annotated[Decimal, BeforeValidator(_number), Field(allow_inf_nan=False)]
NotNegative = Annotated[Number, Field(ge=0)]
Positive = Annotated[Number, Field(gt=0)]
Yuan = Annotated[Number, Field(ge=0, decimal_places=2, le=Decimal(1_000_000_000))]
Share = Annotated[Number, Field(ge=0, le=1)]  # 1 is the whole; written 15% or 0.15
Count = Annotated[int, Field(ge=0, le=100_000)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
ProductCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,9}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Sex = Literal["male", "female"]
Mode = Literal[0, 1, 3, 6, 12]  # months between premiums; 0 is a single premium
OLDEST = 106


class Text(Model):
    """The same words in Chinese and English."""

    zh: Words
    en: Words

    def said(self, language: str) -> str:
        """The words in ``language`` ("zh-hans", "en" ...); Chinese where it is neither."""
        return self.en if language.startswith("en") else self.zh


class Sourced(Model):
    """Where a number comes from. ``verified`` is False for general knowledge, shipped as a default that says so."""

    source: Words
    verified: bool = False


class Age(Model):
    """An age at last birthday: years, or for infants days since birth. Written ``18`` or ``28 days``."""

    years: Annotated[int, Field(ge=0, le=OLDEST)] = 0
    days: Annotated[int, Field(ge=0, le=365)] = 0

    def __str__(self) -> str:
        return f"{self.days} days" if self.days else str(self.years)


def _age(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return {"years": value}
    if isinstance(value, str) and (found := re.fullmatch(r"(\d{1,3}) days?", value)):
        return {"days": int(found[1])}
    if isinstance(value, Age | dict):
        return value
    raise PydanticCustomError("not_an_age", "an age is needed")


AgeValue = Annotated[Age, BeforeValidator(_age)]


class Span(Model):
    """How long something runs: ``20 years``, ``to age 70``, ``whole life``, ``1-183 days`` or ``single`` (one payment)."""

    kind: Literal["years", "to_age", "whole", "days", "single"]
    number: Annotated[int, Field(ge=0, le=3660)] = 0  # years, age or fewest days
    most: Annotated[int, Field(ge=0, le=3660)] = 0  # most days, for ``days``

    def __str__(self) -> str:
        fixed = {
            "whole": "whole life",
            "single": "single",
            "years": f"{self.number} years",
            "to_age": f"to age {self.number}",
        }
        return fixed.get(self.kind, f"{self.number}-{self.most} days")

    def years(self, *, age: int) -> int:
        """Whole years from ``age``: for whole life to the end of the tables, for days and single premiums one."""
        if self.kind == "years":
            return self.number
        return max({"to_age": self.number - age, "whole": OLDEST - age}.get(self.kind, 1), 0)


_SPANS = (
    (re.compile(r"(\d{1,3}) years?"), "years"),
    (re.compile(r"to age (\d{1,3})"), "to_age"),
    (re.compile(r"(\d{1,4})-(\d{1,4}) days"), "days"),
    (re.compile(r"whole life"), "whole"),
    (re.compile(r"single"), "single"),
)


def span(words: str) -> Span | None:
    """``20 years`` and its kin as a Span; None where it is none of them."""
    for pattern, kind in _SPANS:
        if found := pattern.fullmatch(words):
            number, most = (*(int(part) for part in found.groups()), 0, 0)[:2]
            if (number > OLDEST and kind != "days") or (most and most < number):
                return None
            return Span(kind=kind, number=number, most=most)  # type: ignore[arg-type]
    return None


def _span(value: Any) -> Any:
    if isinstance(value, Span):
        return value
    if isinstance(value, str) and (found := span(value)):
        return found
    raise PydanticCustomError("not_a_span", "a length of time is needed")


SpanValue = Annotated[Span, BeforeValidator(_span)]
