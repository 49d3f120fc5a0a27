"""What keeps a form from being published, each fault with the question it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.engagement.content import Content, Question
from keyuan.engagement.states import PERSONAL, WITH_CHOICES, FormKind, QuestionKind

WIDEST_SCALE = 11


@dataclass(frozen=True, slots=True)
class Fault:
    """``place`` is a question's key or the name of a text; ``sentence`` says what is wrong and what to do."""

    place: str
    sentence: str | Promise


def faults(content: Content, kind: str) -> tuple[Fault, ...]:
    """Everything that is wrong with a form, in the order of the page; empty when it may be published."""
    return tuple(_faults(content, kind))


def _faults(content: Content, kind: str) -> Iterator[Fault]:
    if not content.title.zh:
        yield Fault("title", _("请写标题。"))
    if not content.questions:
        yield Fault("questions", _("至少要有一个问题。"))
    kinds = Counter(question.kind for question in content.questions)
    for question in content.questions:
        yield from _of_question(question, kinds)
    if kind == FormKind.CARD and not kinds[QuestionKind.NAME]:
        yield Fault("questions", _("客户卡片要问姓名。"))
    if kind == FormKind.CARD and not (kinds[QuestionKind.MOBILE] or kinds[QuestionKind.EMAIL]):
        yield Fault("questions", _("客户卡片要问手机号或电子邮箱，否则无法联系。"))
    if content.is_personal and not content.consent.zh:
        yield Fault("consent", _("问到个人信息时，要写明用途并征得同意。"))


def _of_question(question: Question, kinds: Counter[QuestionKind]) -> Iterator[Fault]:
    if not question.label.zh:
        yield Fault(question.key, _("请写出问题。"))
    if question.kind in PERSONAL and kinds[question.kind] > 1:
        yield Fault(question.key, _("这一项只能问一次。"))
    if question.kind in WITH_CHOICES:
        texts = [one.words.zh for one in question.choices]
        if len(texts) < 2:
            yield Fault(question.key, _("至少要有两个选项。"))
        if len(set(texts)) < len(texts):
            yield Fault(question.key, _("有相同的选项。"))
    if question.kind == QuestionKind.SCALE and not 2 <= question.high - question.low + 1 <= WIDEST_SCALE:
        yield Fault(question.key, _("打分的上限要高于下限，最多十一档。"))
