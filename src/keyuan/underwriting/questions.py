"""What is asked: typed questions and facts, questionnaires by version, occupations. Pure; read once from ``book/``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

BOOK = Path(__file__).parent / "book"
UNREADABLE = object()


class Words(BaseModel):
    """A text in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    zh: str
    en: str

    def said(self, language: str) -> str:
        """The text in a language; Chinese unless it is English."""
        return self.en if language.startswith("en") else self.zh

    def both(self) -> dict[str, str]:
        """As it is kept with a decision."""
        return {"zh": self.zh, "en": self.en}


YES, NO = Words(zh="是", en="Yes"), Words(zh="否", en="No")


class Choice(Words):
    """One answer of several."""

    code: str


class Question(Words):
    """One thing asked. ``when``: asked only where the other answers are these. ``optional``: may be left out."""

    type: Literal["yes_no", "number", "choice"]
    min: Annotated[float, Field(strict=False)] | None = None
    max: Annotated[float, Field(strict=False)] | None = None
    whole: bool = False
    optional: bool = False
    unit: Words | None = None
    choices: Annotated[tuple[Choice, ...], Field(strict=False)] = ()
    when: Mapping[str, bool | str] = {}

    def read(self, raw: Any) -> Any:
        """The answer as a bool, a number or the code of a choice; UNREADABLE if it is none of what may be answered."""
        if self.type == "yes_no":
            return raw if isinstance(raw, bool) else UNREADABLE
        if self.type == "choice":
            return raw if isinstance(raw, str) and any(raw == one.code for one in self.choices) else UNREADABLE
        return self._number(raw)

    def _number(self, raw: Any) -> Any:
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            return UNREADABLE
        # Not a number is neither above nor below: it fails both.
        fits = (self.min is None or raw >= self.min) and (self.max is None or raw <= self.max)
        return raw if fits and not (self.whole and raw != int(raw)) else UNREADABLE

    def answer(self, value: Any) -> Words:
        """The answer in words."""
        if isinstance(value, bool):
            return YES if value else NO
        for one in self.choices:
            if one.code == value:
                return one
        shown = "—" if value is None else f"{value:,}" if isinstance(value, int | float) else str(value)
        return Words(zh=f"{shown}{self.unit.zh}", en=f"{shown} {self.unit.en}".strip()) if self.unit else _same(shown)


class Questionnaire(BaseModel):
    """A declaration in force from a day: which facts and which questions."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    code: str
    version: int
    effective_from: date
    name: Words
    facts: tuple[str, ...]
    questions: tuple[str, ...]


class Occupation(Words):
    """An occupation and its class: 1 the safest, 7 declined."""

    code: str
    occupation_class: Annotated[int, Field(alias="class", ge=1, le=7)]


class Catalogue(BaseModel):
    """Everything that can be asked, said of an answer, or excluded."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    facts: dict[str, Question]
    derived: dict[str, Words]
    exclusions: dict[str, Words]
    questions: dict[str, Question]
    questionnaires: tuple[Questionnaire, ...]

    def label(self, place: str) -> Words:
        """What a place of the facts is called: ``bmi``, ``age``, ``answers.smoker``; the place itself where unknown."""
        return self._question(place) or self.derived.get(place) or _same(place)

    def answer(self, place: str, value: Any) -> Words:
        """The value at a place in words."""
        question = self._question(place)
        if question is not None:
            return question.answer(value)
        return _same("—" if value is None else f"{value:,}" if isinstance(value, int | float) else str(value))

    def _question(self, place: str) -> Question | None:
        name = place.removeprefix("answers.")
        return self.questions.get(name) if place != name else self.facts.get(name)

    def knows(self, place: str) -> bool:
        """Whether rules may ask for this place."""
        return self._question(place) is not None or place in self.derived


def _same(text: str) -> Words:
    return Words(zh=text, en=text)


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue."""
    return Catalogue.model_validate(yaml.safe_load((BOOK / "questions.yaml").read_text(encoding="utf-8")))


@cache
def occupations() -> Mapping[str, Occupation]:
    """The occupations by code."""
    rows = yaml.safe_load((BOOK / "occupations.yaml").read_text(encoding="utf-8"))["occupations"]
    return {row["code"]: Occupation.model_validate(row) for row in rows}


def questionnaire(code: str, *, version: int | None = None, on: date | None = None) -> Questionnaire | None:
    """The questionnaire of this code: a version, or the newest one in force on the day; None if there is none."""
    found = [
        one
        for one in catalogue().questionnaires
        if one.code == code and (version is None or one.version == version) and (on is None or one.effective_from <= on)
    ]
    return max(found, key=lambda one: one.version, default=None)
