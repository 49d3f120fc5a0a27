"""What was filled in, question by question: in one spelling, or with what is wrong in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.customers.refusals import NameMissing
from keyuan.customers.rules import LONGEST_LIFE_YEARS, tidy_name
from keyuan.customers.standards import InvalidIdentifier, normalise
from keyuan.customers.states import IdentifierKind
from keyuan.engagement.content import Content, Question
from keyuan.engagement.states import COUNTED, PERSONAL, QuestionKind
from keyuan.products.states import Line

LONGEST_ANSWER = 2000
Sentence = str | Promise


class NotAnAnswer(ValueError):
    """What was filled in is no answer to the question; ``sentence`` says why, for the person who filled it in."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        super().__init__(str(sentence))


@dataclass(slots=True)
class Answers:
    """``identity`` by kind of question (name, mobile …), ``counted`` by key as lists of codes, ``texts`` by key."""

    identity: dict[str, Any] = field(default_factory=dict)
    counted: dict[str, list[str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    faults: dict[str, Sentence] = field(default_factory=dict)


def answers_of(content: Content, typed: Mapping[str, Sequence[str]], *, on: date) -> Answers:
    """Every answer checked; ``faults`` says by key what has to be corrected, nothing else is thrown away."""
    found = Answers()
    for question in content.questions:
        given = [text.strip() for text in typed.get(question.key, ()) if text.strip()]
        if not given:
            if question.required:
                found.faults[question.key] = _("这一项要填写。")
            continue
        try:
            value = _READERS[question.kind](question, given, on)
        except NotAnAnswer as wrong:
            found.faults[question.key] = wrong.sentence
            continue
        _put(found, question, value)
    return found


def _put(found: Answers, question: Question, value: Any) -> None:
    if question.kind in PERSONAL:
        found.identity[question.kind.value] = value
    if question.kind in COUNTED:
        found.counted[question.key] = value if isinstance(value, list) else [str(value)]
    elif question.kind not in PERSONAL:
        found.texts[question.key] = value


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable() or sign == "\n").strip()[:LONGEST_ANSWER]


def _text(question: Question, given: Sequence[str], on: date) -> str:
    return _printable(given[0])


def _name(question: Question, given: Sequence[str], on: date) -> str:
    try:
        return tidy_name(_printable(given[0]))[:120]
    except NameMissing as missing:
        raise NotAnAnswer(_("这一项要填写。")) from missing


def _identifier(kind: IdentifierKind) -> Callable[[Question, Sequence[str], date], str]:
    def read(question: Question, given: Sequence[str], on: date) -> str:
        try:
            return normalise(kind, given[0][:200])
        except InvalidIdentifier as refusal:
            raise NotAnAnswer(str(refusal)) from refusal

    return read


def _day(question: Question, given: Sequence[str], on: date) -> date:
    try:
        return date.fromisoformat(given[0])
    except ValueError as error:
        raise NotAnAnswer(_("请按 2026-01-31 的样子填写日期。")) from error


def _birthday(question: Question, given: Sequence[str], on: date) -> date:
    born = _day(question, given, on)
    if not (on.year - LONGEST_LIFE_YEARS <= born.year and born <= on):
        raise NotAnAnswer(_("生日不可能晚于今天或早于130年前。"))
    return born


def _interests(question: Question, given: Sequence[str], on: date) -> list[str]:
    if not set(given) <= set(Line.values):
        raise NotAnAnswer(_("请从选项中选择。"))
    return [line.value for line in Line if line.value in given]


def _multi(question: Question, given: Sequence[str], on: date) -> list[str]:
    allowed = [choice.key for choice in question.choices]
    if not set(given) <= set(allowed):
        raise NotAnAnswer(_("请从选项中选择。"))
    return [key for key in allowed if key in given]


def _choice(question: Question, given: Sequence[str], on: date) -> list[str]:
    return _multi(question, given[:1], on)


def _scale(question: Question, given: Sequence[str], on: date) -> str:
    text = given[0]
    if not (text.isascii() and text.isdecimal() and len(text) <= 2 and question.low <= int(text) <= question.high):
        raise NotAnAnswer(_("请从选项中选择。"))
    return str(int(text))


_READERS: dict[QuestionKind, Callable[[Question, Sequence[str], date], Any]] = {
    QuestionKind.NAME: _name,
    QuestionKind.MOBILE: _identifier(IdentifierKind.MOBILE),
    QuestionKind.EMAIL: _identifier(IdentifierKind.EMAIL),
    QuestionKind.BIRTHDAY: _birthday,
    QuestionKind.ADDRESS: _text,
    QuestionKind.INTERESTS: _interests,
    QuestionKind.TEXT: _text,
    QuestionKind.CHOICE: _choice,
    QuestionKind.MULTI: _multi,
    QuestionKind.SCALE: _scale,
    QuestionKind.DATE: _day,
}
