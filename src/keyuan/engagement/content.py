"""What a form says and asks, as values: words in two languages, questions, consent. Stored as JSON, version by version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keyuan.engagement.states import IDENTIFYING, QuestionKind

LOWEST, HIGHEST = 0, 10


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and, if somebody wrote it, in English."""

    zh: str = ""
    en: str = ""

    def said_in(self, language: str) -> str:
        """The text in the reader's language; Chinese where there is no English."""
        return self.en if language.startswith("en") and self.en else self.zh

    def as_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}

    @classmethod
    def of(cls, raw: Mapping[str, Any] | None) -> Words:
        raw = raw or {}
        return cls(str(raw.get("zh", "")), str(raw.get("en", "")))


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers to choose from; ``key`` stays while the words are improved."""

    key: str
    words: Words


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``key`` is what answers are stored under; ``low`` and ``high`` bound a scale."""

    key: str
    kind: QuestionKind
    label: Words
    help: Words = Words()
    required: bool = False
    choices: tuple[Choice, ...] = ()
    low: int = LOWEST
    high: int = HIGHEST

    @property
    def is_nps(self) -> bool:
        """A scale from 0 to 10: promoters give 9 or 10, detractors 6 or less."""
        return self.kind == QuestionKind.SCALE and (self.low, self.high) == (LOWEST, HIGHEST)

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "key": self.key,
            "kind": self.kind.value,
            "label": self.label.as_json(),
            "help": self.help.as_json(),
            "required": self.required,
        }
        if self.choices:
            told["choices"] = [{"key": one.key, **one.words.as_json()} for one in self.choices]
        if self.kind == QuestionKind.SCALE:
            told |= {"low": self.low, "high": self.high}
        return told

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Question:
        return cls(
            key=str(raw["key"]),
            kind=QuestionKind(raw["kind"]),
            label=Words.of(raw.get("label")),
            help=Words.of(raw.get("help")),
            required=bool(raw.get("required")),
            choices=tuple(Choice(str(one["key"]), Words.of(one)) for one in raw.get("choices", ())),
            low=int(raw.get("low", LOWEST)),
            high=int(raw.get("high", HIGHEST)),
        )


@dataclass(frozen=True, slots=True)
class Content:
    """A whole form. ``consent`` is what the filler must agree to, ``marketing`` what they may agree to besides."""

    title: Words = Words()
    intro: Words = Words()
    thanks: Words = Words()
    questions: tuple[Question, ...] = ()
    consent: Words = Words()
    marketing: Words = Words()
    ask_sum: bool = False

    @property
    def is_personal(self) -> bool:
        """Whether anything is asked that tells who answers."""
        return any(question.kind in IDENTIFYING for question in self.questions)

    def question(self, key: str) -> Question | None:
        return next((question for question in self.questions if question.key == key), None)

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title.as_json(),
            "intro": self.intro.as_json(),
            "thanks": self.thanks.as_json(),
            "questions": [question.as_json() for question in self.questions],
            "consent": self.consent.as_json(),
            "marketing": self.marketing.as_json(),
            "ask_sum": self.ask_sum,
        }

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Content:
        return cls(
            title=Words.of(raw.get("title")),
            intro=Words.of(raw.get("intro")),
            thanks=Words.of(raw.get("thanks")),
            questions=tuple(Question.of(one) for one in raw.get("questions", ())),
            consent=Words.of(raw.get("consent")),
            marketing=Words.of(raw.get("marketing")),
            ask_sum=bool(raw.get("ask_sum")),
        )
