"""What the answers to a form come to: over time and question by question, counted by the database."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from keyuan.engagement.content import Content, Question
from keyuan.engagement.models import FormVersion, Submission
from keyuan.engagement.queries.forms import the_form
from keyuan.engagement.queries.scope import ResultFilter, chosen
from keyuan.engagement.queries.submissions import told_answers
from keyuan.engagement.rules.counting import Nps, mean, nps, share
from keyuan.engagement.states import COUNTED, PERSONAL, QuestionKind
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.products.states import Line

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

TEXTS_SHOWN, TEXTS_READ, DAYS_SHOWN, MOST_EXPORTED = 20, 200, 400, 200_000
_COUNT = """
SELECT asked.key, told.code, count(*), max(asked.n) FROM (
    SELECT submission.id, pair.key, pair.value, count(*) OVER (PARTITION BY pair.key) AS n
    FROM ({submissions}) AS submission CROSS JOIN LATERAL jsonb_each(submission.answers) AS pair
) AS asked CROSS JOIN LATERAL jsonb_array_elements_text(asked.value) AS told (code)
GROUP BY asked.key, told.code
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """How often an answer was given, and per cent of those who answered the question."""

    label: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question with its answers counted; ``texts`` are the latest of those that cannot be."""

    question: Question
    label: str
    answered: int
    bars: tuple[Bar, ...]
    nps: Nps | None
    mean: float | None
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """All answers together. ``days`` has every day from the first to the last answer, empty ones included."""

    total: int
    days: tuple[Bar, ...]
    questions: tuple[QuestionResult, ...]


def results(form_id: int, wanted: ResultFilter, *, viewer: Viewer, language: str = "zh") -> Results:
    """What the answers come to, in four queries; raises FormNotFound."""
    the_form(form_id, viewer=viewer)
    found = chosen(form_id, wanted, viewer=viewer)
    by_day = dict(
        found.annotate(day=TruncDate("submitted_at", tzinfo=COMPANY_ZONE))
        .values_list("day")
        .annotate(n=Count("pk"))
        .order_by("day")
    )
    counts, answered = _counts(found)
    contents = [
        Content.of(raw)
        for raw in FormVersion.objects.filter(form_id=form_id).order_by("-number").values_list("content", flat=True)
    ]
    questions = {question.key: question for content in reversed(contents) for question in content.questions}
    ordered = dict.fromkeys(question.key for content in contents for question in content.questions)
    texts = _texts(found, {key for key, question in questions.items() if question.kind == QuestionKind.TEXT})
    return Results(
        sum(by_day.values()),
        _days(by_day),
        tuple(
            _result(questions[key], counts[key], answered.get(key, 0), texts.get(key, ()), language)
            for key in ordered
            if questions[key].kind in COUNTED or questions[key].kind not in PERSONAL
        ),
    )  # fmt: skip


def _counts(found: QuerySet[Submission]) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """How often each code was given, and how many answered, by question."""
    inner, values = found.order_by().values("id", "answers").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(submissions=inner), values)
        rows = cursor.fetchall()
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    answered: dict[str, int] = {}
    for key, code, count, n in rows:
        counts[key][code], answered[key] = count, n
    return counts, answered


def _texts(found: QuerySet[Submission], keys: set[str]) -> dict[str, tuple[str, ...]]:
    told: dict[str, list[str]] = defaultdict(list)
    if keys:
        for row in found.exclude(sealed__isnull=True).order_by("-submitted_at")[:TEXTS_READ]:
            for key, text in texts_of(row).items():
                if key in keys and len(told[key]) < TEXTS_SHOWN:
                    told[key].append(text)
    return {key: tuple(texts) for key, texts in told.items()}


def texts_of(row: Submission) -> dict[str, str]:
    """The free texts of a submission, by key."""
    opened: dict[str, Any] = json.loads(row.sealed) if row.sealed else {}
    return dict(opened.get("texts", {}))


def _days(by_day: dict[date, int]) -> tuple[Bar, ...]:
    if not by_day:
        return ()
    first, last = min(by_day), max(by_day)
    first = max(first, last - timedelta(days=DAYS_SHOWN))
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(Bar(day.isoformat(), by_day.get(day, 0), 0) for day in days)


def _result(
    question: Question, counts: dict[str, int], answered: int, texts: tuple[str, ...], language: str
) -> QuestionResult:
    label = question.label.said_in(language)
    if question.kind == QuestionKind.TEXT:
        return QuestionResult(question, label, len(texts), (), None, None, texts)
    bars = tuple(
        Bar(words, counts.get(code, 0), share(counts.get(code, 0), answered))
        for code, words in _codes(question, counts, language)
    )
    if question.kind != QuestionKind.SCALE:
        return QuestionResult(question, label, answered, bars, None, None, ())
    scores = {int(code): count for code, count in counts.items() if code.isdecimal()}
    return QuestionResult(question, label, answered, bars, nps(scores) if question.is_nps else None, mean(scores), ())


def _codes(question: Question, counts: dict[str, int], language: str) -> list[tuple[str, str]]:
    """The answers in the order in which they are asked, with their words; days in order of time."""
    if question.kind == QuestionKind.SCALE:
        return [(str(score), str(score)) for score in range(question.low, question.high + 1)]
    if question.kind == QuestionKind.INTERESTS:
        return [(line.value, str(line.label)) for line in Line]
    if question.kind == QuestionKind.DATE:
        return [(code, code) for code in sorted(counts)]
    known = [(choice.key, choice.words.said_in(language)) for choice in question.choices]
    # Choices that an older version had and the newest has not still count.
    return known + [(code, code) for code in sorted(set(counts) - {code for code, _words in known})]


def exported(form_id: int, wanted: ResultFilter, *, viewer: Viewer, language: str = "zh") -> Iterator[tuple[Any, ...]]:
    """A head and a row a submission: when, by what, every answer in words, what is personal masked."""
    the_form(form_id, viewer=viewer)
    versions = {
        row.pk: row for row in FormVersion.objects.filter(form_id=form_id).select_related("form").order_by("number")
    }
    contents = {pk: Content.of(row.content) for pk, row in versions.items()}
    labels = {q.key: q.label.said_in(language) for content in contents.values() for q in content.questions}
    yield tuple(labels.values())
    found = chosen(form_id, wanted, viewer=viewer).select_related("link", "agent").order_by("id")[:MOST_EXPORTED]
    for row in found.iterator(chunk_size=2000):
        told = told_answers(row, contents[row.version_id], language)
        yield (
            row.submitted_at.astimezone(COMPANY_ZONE).replace(tzinfo=None),
            "" if row.link is None else row.link.label,
            "" if row.agent is None else row.agent.name,
            versions[row.version_id].wording,
            *(told.get(key, "") for key in labels),
        )
