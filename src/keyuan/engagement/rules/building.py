"""From what the builder sends to a form and back: the same form, whatever is in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields

from keyuan.engagement.content import HIGHEST, LOWEST, Choice, Content, Question, Words
from keyuan.engagement.states import WITH_CHOICES, QuestionKind

TEXTS = ("title", "intro", "thanks", "consent", "marketing")
LONGEST_LINE, LONGEST_TEXT, MOST_QUESTIONS, MOST_CHOICES = 200, 4000, 60, 60
Typed = Mapping[str, Sequence[str]]


def typed_content(typed: Typed, *, before: Content) -> Content:
    """The form as typed. ``question`` names the questions in their order; ``before`` lends choices their keys."""
    words = {name: _words(typed, name, LONGEST_TEXT) for name in TEXTS}
    keys = dict.fromkeys(key for key in typed.get("question", ()) if key.isalnum() and len(key) <= 20)
    questions = (_question(key, typed, before.question(key)) for key in list(keys)[:MOST_QUESTIONS])
    return Content(
        **words,
        questions=tuple(question for question in questions if question is not None),
        ask_sum=_one(typed, "ask_sum") == "1",
    )


def as_typed(content: Content) -> dict[str, list[str]]:
    """What the builder's page sends for a form that nobody touched."""
    typed: dict[str, list[str]] = {"question": [question.key for question in content.questions]}
    for field in fields(content):
        if field.name in TEXTS:
            _put(typed, field.name, getattr(content, field.name))
    if content.ask_sum:
        typed["ask_sum"] = ["1"]
    for question in content.questions:
        prefix = f"{question.key}-"
        typed[f"{prefix}kind"] = [question.kind.value]
        _put(typed, f"{prefix}label", question.label)
        _put(typed, f"{prefix}help", question.help)
        if question.required:
            typed[f"{prefix}required"] = ["1"]
        if question.kind in WITH_CHOICES:
            _put(typed, f"{prefix}choices", choice_lines(question.choices))
        if question.kind == QuestionKind.SCALE:
            typed |= {f"{prefix}low": [str(question.low)], f"{prefix}high": [str(question.high)]}
    return typed


def choice_lines(choices: Iterable[Choice]) -> Words:
    """Choices as two texts, a line each; the English lines stand beside the Chinese ones."""
    rows = list(choices)
    return Words("\n".join(one.words.zh for one in rows), "\n".join(one.words.en for one in rows))


def _put(typed: dict[str, list[str]], name: str, words: Words) -> None:
    typed[f"{name}_zh"], typed[f"{name}_en"] = [words.zh], [words.en]


def _one(typed: Typed, name: str) -> str:
    given = typed.get(name) or [""]
    return given[-1]


def _tidy(text: str, longest: int) -> str:
    """Without control characters, with one kind of line break, without blank ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign.isprintable() or sign == "\n").strip()[:longest].strip()


def _words(typed: Typed, name: str, longest: int = LONGEST_LINE) -> Words:
    return Words(_tidy(_one(typed, f"{name}_zh"), longest), _tidy(_one(typed, f"{name}_en"), longest))


def _question(key: str, typed: Typed, before: Question | None) -> Question | None:
    kind = _one(typed, f"{key}-kind")
    if kind not in QuestionKind.values:
        return None
    known = before.choices if before is not None else ()
    scale = kind == QuestionKind.SCALE
    return Question(
        key=key,
        kind=QuestionKind(kind),
        label=_words(typed, f"{key}-label"),
        help=_words(typed, f"{key}-help", LONGEST_TEXT),
        required=_one(typed, f"{key}-required") == "1",
        choices=_choices(typed, key, known) if kind in WITH_CHOICES else (),
        low=_number(_one(typed, f"{key}-low"), LOWEST) if scale else LOWEST,
        high=_number(_one(typed, f"{key}-high"), HIGHEST) if scale else HIGHEST,
    )


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 2 else otherwise


def _lines(text: str) -> list[str]:
    return [_tidy(line, LONGEST_LINE) for line in text.replace("\r\n", "\n").split("\n")]


def _choices(typed: Typed, key: str, known: Sequence[Choice]) -> tuple[Choice, ...]:
    """A choice keeps its key while its Chinese words stay; one whose words changed in its place keeps it as well."""
    chinese = _lines(_one(typed, f"{key}-choices_zh"))
    english = _lines(_one(typed, f"{key}-choices_en"))
    rows = [Words(text, english[place] if place < len(english) else "") for place, text in enumerate(chinese) if text][
        :MOST_CHOICES
    ]
    by_text = {one.words.zh: one.key for one in known}
    told = {words.zh for words in rows}
    taken: set[str] = set()
    made = []
    for place, words in enumerate(rows):
        renamed = known[place] if len(rows) == len(known) and known[place].words.zh not in told else None
        wanted = by_text.get(words.zh) or (renamed.key if renamed is not None else "")
        if not wanted or wanted in taken:
            wanted = _fresh(taken | {one.key for one in known})
        taken.add(wanted)
        made.append(Choice(wanted, words))
    return tuple(made)


def _fresh(taken: set[str]) -> str:
    number = 1
    while f"c{number}" in taken:
        number += 1
    return f"c{number}"
