"""Cards and surveys: the forms in scope, what the answers come to, and what was filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Query, Router

from keyuan.api.customers import FAILURES, viewer_of
from keyuan.api.intake import LONGEST_ID
from keyuan.api.replies import reply
from keyuan.engagement import queries
from keyuan.engagement.queries import FormFilter, ResultFilter
from keyuan.engagement.queries.submissions import seen
from keyuan.engagement.states import FormKind, FormStatus
from keyuan.kernel.wording import in_language

router = Router(tags=["cards and surveys"])
FormId = Annotated[int, Path(ge=1, le=LONGEST_ID, description="The id of the card or survey.")]
First = Annotated[date | None, Query(alias="from", description="Filled in on this day or later")]
Last = Annotated[date | None, Query(alias="to", description="Filled in on this day or earlier")]
Link = Annotated[int | None, Query(ge=1, le=LONGEST_ID, description="Only by this link")]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
Size = Annotated[int, Query(ge=1, le=200)]


@dataclass(frozen=True, slots=True)
class FormRow:
    """A card or survey; ``filled`` counts what the caller may see of what came back."""

    id: int
    kind: str
    title: str
    slug: str
    status: FormStatus
    address: str
    owner: str
    branch: str
    shared: bool
    filled: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page of the forms in scope, the newest first."""

    page: int
    more: bool
    forms: Sequence[FormRow]


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """How often an answer was given (a day: how often on it), and per cent of those who answered the question."""

    label: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Promoters:
    """The net promoter score with what it is made of."""

    score: int
    promoters: int
    passives: int
    detractors: int


@dataclass(frozen=True, slots=True)
class QuestionCount:
    """A question with its answers counted; ``texts`` are the latest of those that cannot be."""

    key: str
    kind: str
    label: str
    answered: int
    answers: Sequence[AnswerCount]
    mean: float | None
    nps: Promoters | None
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class FormResults:
    """All answers together."""

    total: int
    days: Sequence[AnswerCount]
    questions: Sequence[QuestionCount]


@dataclass(frozen=True, slots=True)
class Filled:
    """What one person filled in, what is personal masked; whom it is about only where the caller may see them."""

    id: int
    at: datetime
    occasion: str
    agent: str
    wording: str
    consented: bool
    marketing: bool
    name: str
    customer_number: str
    prospect_id: int | None
    answers: dict[str, str]


@dataclass(frozen=True, slots=True)
class FilledPage:
    """A page of what came back, the newest first."""

    page: int
    more: bool
    submissions: Sequence[Filled]


@router.get("/cards", response={200: FormPage, **FAILURES}, summary="The cards that customers fill in themselves")
def cards(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=100, description="A piece of the title")] = "",
    status: Annotated[FormStatus | None, Query()] = None,
    page: PageNumber = 1,
    size: Size = 50,
) -> HttpResponse:
    """One's own cards, those of one's units and those shared with everybody."""
    return _forms(request, FormKind.CARD, q, status, page, size)


@router.get("/surveys", response={200: FormPage, **FAILURES}, summary="The market surveys")
def surveys(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=100, description="A piece of the title")] = "",
    status: Annotated[FormStatus | None, Query()] = None,
    page: PageNumber = 1,
    size: Size = 50,
) -> HttpResponse:
    """The same for surveys."""
    return _forms(request, FormKind.SURVEY, q, status, page, size)


def _forms(
    request: HttpRequest, kind: FormKind, q: str, status: FormStatus | None, page: int, size: int
) -> HttpResponse:
    viewer = viewer_of(request)
    text = "".join(sign for sign in q if sign.isprintable()).strip()
    wanted = FormFilter(text=text, kind=kind, status=status or "")
    found = list(queries.listed(wanted, viewer=viewer)[(page - 1) * size : page * size + 1])
    rows = [
        FormRow(
            id=one.row.pk,
            kind=one.row.kind,
            title=str(one.row),
            slug=one.row.slug,
            status=one.status,
            address=request.build_absolute_uri(reverse("engagement:fill", args=[one.row.slug])),
            owner="" if one.row.owner is None else one.row.owner.name,
            branch=one.row.org_unit.label,
            shared=one.row.shared,
            filled=one.filled,
            changed_at=one.row.changed_at,
        )
        for one in queries.rows_of(found[:size], viewer=viewer)
    ]
    return reply(FormPage(page, len(found) > size, rows))


@router.get("/forms/{form_id}/results", response={200: FormResults, **FAILURES}, summary="What the answers come to")
def results(
    request: HttpRequest, form_id: FormId, first: First = None, last: Last = None, link: Link = None
) -> HttpResponse:
    """Over time and question by question, of what the caller may see."""
    wanted = ResultFilter(first=first, last=last if last != date.max else None, link=link)
    found = queries.results(form_id, wanted, viewer=viewer_of(request), language=in_language("zh", "en"))
    questions = [_question(one) for one in found.questions]
    days = [AnswerCount(bar.label, bar.count, bar.percent) for bar in found.days]
    return reply(FormResults(found.total, days, questions))


def _question(one: queries.QuestionResult) -> QuestionCount:
    told = one.nps
    return QuestionCount(
        key=one.question.key,
        kind=one.question.kind,
        label=one.label,
        answered=one.answered,
        answers=[AnswerCount(bar.label, bar.count, bar.percent) for bar in one.bars],
        mean=one.mean,
        nps=None if told is None else Promoters(told.score, told.promoters, told.passives, told.detractors),
        texts=one.texts,
    )


@router.get("/forms/{form_id}/submissions", response={200: FilledPage, **FAILURES}, summary="What was filled in")
def submissions(
    request: HttpRequest,
    form_id: FormId,
    first: First = None,
    last: Last = None,
    link: Link = None,
    page: PageNumber = 1,
    size: Size = 50,
) -> HttpResponse:
    """One by one, the newest first."""
    viewer = viewer_of(request)
    queries.the_form(form_id, viewer=viewer)
    wanted = ResultFilter(first=first, last=last if last != date.max else None, link=link)
    rows = list(queries.submissions(form_id, viewer=viewer, wanted=wanted)[(page - 1) * size : page * size + 1])
    told = [
        Filled(
            id=one.id,
            at=one.at,
            occasion=one.occasion,
            agent=one.agent,
            wording=one.wording,
            consented=one.consented,
            marketing=one.marketing,
            name=one.name,
            customer_number=one.customer_number,
            prospect_id=one.prospect_id,
            answers=dict(one.answers),
        )
        for one in seen(rows[:size], viewer=viewer, language=in_language("zh", "en"))
    ]
    return reply(FilledPage(page, len(rows) > size, told))
