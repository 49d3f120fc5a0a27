"""What was filled in, one by one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from keyuan.customers import queries as customers
from keyuan.customers.masking import mask
from keyuan.engagement.content import Content, Question
from keyuan.engagement.models import Submission
from keyuan.engagement.queries.scope import ResultFilter, chosen
from keyuan.engagement.states import PERSONAL, WITH_CHOICES, QuestionKind
from keyuan.products.states import Line
from keyuan.sales import queries as sales

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer

MASKED_AS = {"mobile": "mobile", "email": "email", "address": "home_address"}
MOST = 20


@dataclass(frozen=True, slots=True)
class SubmissionSeen:
    """A submission as the desk shows it: secrets masked; ``customer_number`` and ``prospect_id`` only if in scope."""

    id: int
    form_id: int
    title: str
    at: datetime
    occasion: str
    agent: str
    wording: str
    consented: bool
    marketing: bool
    answers: tuple[tuple[str, str], ...]
    name: str
    customer_number: str
    prospect_id: int | None


def submissions(form_id: int, *, viewer: Viewer, wanted: ResultFilter | None = None) -> QuerySet[Submission]:
    """What came back by a form, newest first."""
    found = chosen(form_id, wanted or ResultFilter(), viewer=viewer)
    return found.select_related("version__form", "link", "agent", "customer").order_by("-submitted_at", "-id")


def filled_by_prospect(prospect_id: int, *, viewer: Viewer, language: str = "zh") -> list[SubmissionSeen]:
    """What a prospect filled in; raises ProspectNotFound."""
    sales.the_prospect(prospect_id, viewer=viewer)
    found = Submission.objects.filter(prospect_id=prospect_id)
    return seen(_joined(found), viewer=viewer, language=language)


def filled_by_customer(customer_id: int, *, viewer: Viewer, language: str = "zh") -> list[SubmissionSeen]:
    """What a customer filled in, before and since they became one; raises CustomerNotFound."""
    customers.must_be_visible(customer_id, viewer=viewer)
    own = Submission.objects.filter(customer_id=customer_id)
    before = Submission.objects.filter(prospect__customer_id=customer_id)
    return seen(_joined(own | before), viewer=viewer, language=language)


def _joined(found: QuerySet[Submission]) -> QuerySet[Submission]:
    return found.select_related("version__form", "link", "agent", "customer").order_by("-submitted_at", "-id")[:MOST]


def seen(found: Iterable[Submission], *, viewer: Viewer, language: str) -> list[SubmissionSeen]:
    """Submissions as the desk shows them; two queries for the scope, whatever their number."""
    rows = list(found)
    customer_ids = {row.customer_id for row in rows if row.customer_id}
    prospect_ids = {row.prospect_id for row in rows if row.prospect_id}
    open_customers = set(customers.visible(viewer).filter(pk__in=customer_ids).values_list("pk", flat=True))
    open_prospects = set(sales.visible(viewer).filter(pk__in=prospect_ids).values_list("pk", flat=True))
    return [_seen(row, open_customers, open_prospects, language) for row in rows]


def _seen(row: Submission, customer_ids: set[int], prospect_ids: set[int], language: str) -> SubmissionSeen:
    content = Content.of(row.version.content)
    told = told_answers(row, content, language)
    names = [question.key for question in content.questions if question.kind == QuestionKind.NAME]
    return SubmissionSeen(
        id=row.pk,
        form_id=row.form_id,
        title=content.title.said_in(language),
        at=row.submitted_at,
        occasion="" if row.link is None else row.link.label,
        agent="" if row.agent is None else row.agent.name,
        wording=row.version.wording,
        consented=row.consented,
        marketing=row.marketing,
        answers=tuple((question.label.said_in(language), told[question.key]) for question in content.questions
                      if question.key in told and question.key not in names),
        name=told.get(names[0], "") if names else "",
        customer_number=row.customer.number if row.customer is not None and row.customer_id in customer_ids else "",
        prospect_id=row.prospect_id if row.prospect_id in prospect_ids else None,
    )  # fmt: skip


def told_answers(row: Submission, content: Content, language: str) -> dict[str, str]:
    """Every answer as words, by the key of its question; what is personal masked."""
    opened: dict[str, Any] = json.loads(row.sealed) if row.sealed else {}
    identity, texts = opened.get("identity", {}), opened.get("texts", {})
    told = {}
    for question in content.questions:
        text = _told(question, row.answers.get(question.key), identity, texts, language)
        if text:
            told[question.key] = text
    return told


def _told(
    question: Question, codes: list[str] | None, identity: dict[str, Any], texts: dict[str, str], language: str
) -> str:
    if question.kind == QuestionKind.INTERESTS:
        return _("、").join(str(Line(code).label) for code in codes or () if code in Line.values)
    if question.kind in PERSONAL:
        value = str(identity.get(question.kind.value, ""))
        return mask(MASKED_AS.get(question.kind.value, ""), value)
    if question.kind in WITH_CHOICES:
        words = {choice.key: choice.words.said_in(language) for choice in question.choices}
        return _("、").join(words.get(code, code) for code in codes or ())
    return texts.get(question.key, "") or "".join(codes or ())
