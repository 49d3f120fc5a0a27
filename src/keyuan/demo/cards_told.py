"""The demo's cards and survey, with what came back: so that results have something to show."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from keyuan.agents.models import Agent
from keyuan.customers.states import Source
from keyuan.demo.company import SHOW_CITY, Company
from keyuan.demo.streams import Stream
from keyuan.engagement.models import Form, FormLink, FormVersion, Submission
from keyuan.engagement.states import FormKind
from keyuan.engagement.templates_of_forms import TEMPLATES
from keyuan.sales.models import Prospect

SURVEYED, SURVEY_DAYS = 46, 24
# How likely each score of 0 to 10 is, and what people write.
SCORES = (1, 0, 1, 1, 2, 4, 5, 10, 14, 12, 10)
WRITTEN = (
    "理赔很快，谢谢。",
    "希望电话少一点。",
    "条款看不懂，希望讲得更明白。",
    "代理人很耐心。",
    "网上办理很方便。",
    "价格有点高。",
)
ASKED = ("车险多少钱？", "孩子的教育金怎么存？", "六十岁还能买医疗险吗？", "")


def tell_cards(company: Company, *, units: Any, agents: Any, users: Any, prospects: list[Prospect]) -> int:
    """Two cards and a survey of the show city, and their submissions; returns how many submissions."""
    agent = Agent.objects.get(pk=agents[company.demo_agent])
    branch = units[company.units[company.city_units[SHOW_CITY]].parent or 0]
    manager = users[company.user_of["manager"]]
    opened = _at(company.as_of - timedelta(days=90))
    card = _form(FormKind.CARD, "zhou", agent.org_unit_id, agent, agent.user_id, opened)
    shared = _form(FormKind.CARD, "chezhan", branch, None, manager, opened)
    survey = _form(FormKind.SURVEY, "diaocha", branch, None, manager, opened)
    fair = FormLink.objects.create(form=shared.form, code="cz2026", agent=agent, label="南京车展", created_at=opened)
    rows = _cards(company, prospects, card, shared, fair) + _survey(company, survey, branch)
    return len(Submission.objects.bulk_create(rows))


def _form(kind: FormKind, slug: str, unit: int, agent: Agent | None, user_id: int | None, at: datetime) -> FormVersion:
    content = TEMPLATES[kind]
    form = Form.objects.create(
        kind=kind, slug=slug, title=content.title.zh, draft=content.as_json(), org_unit_id=unit, owner=agent,
        shared=agent is None and kind == FormKind.CARD, created_at=at, changed_at=at, created_by_id=user_id,
        published_at=at,
    )  # fmt: skip
    return FormVersion.objects.create(form=form, number=1, content=form.draft, published_at=at, published_by_id=user_id)


def _cards(
    company: Company, prospects: list[Prospect], card: FormVersion, shared: FormVersion, fair: FormLink
) -> list[Submission]:
    """What the prospects who came by a card had filled in on the day they came, while the cards were out."""
    since = company.as_of - timedelta(days=90)
    rows: list[Submission] = []
    for prospect in prospects:
        if prospect.source != Source.SELF_FILLED_CARD or prospect.owner is None or prospect.source_on < since:
            continue
        stream = Stream(company.seed, "cards", len(rows))
        by_fair = prospect.source_detail.endswith(fair.label)
        identity = {"name": prospect.name, "mobile": prospect.mobile, "interests": prospect.interests}
        asked = stream.pick(ASKED)
        rows.append(
            Submission(
                version=shared if by_fair else card,
                form=shared.form if by_fair else card.form,
                link=fair if by_fair else None,
                nonce=f"demo-card-{len(rows)}",
                submitted_at=_at(prospect.source_on),
                language="zh",
                answers={"interests": prospect.interests},
                sealed=json.dumps({"identity": identity, "texts": {"ask": asked} if asked else {}}, ensure_ascii=False),
                consented=True,
                marketing=stream.chance(0.4),
                org_unit_id=prospect.org_unit_id,
                agent=prospect.owner,
                prospect=prospect,
            )
        )
    return rows


def _survey(company: Company, survey: FormVersion, unit: int) -> list[Submission]:
    rows: list[Submission] = []
    for number in range(SURVEYED):
        stream = Stream(company.seed, "survey", number)
        scores = [score for score, weight in enumerate(SCORES) for _ in range(weight)]
        answers = {"recommend": [str(stream.pick(scores))]}
        matters = [key for key, chance in (("c1", 0.6), ("c2", 0.7), ("c3", 0.4), ("c4", 0.2)) if stream.chance(chance)]
        if matters:
            answers["matters"] = matters
        written = stream.pick(WRITTEN) if stream.chance(0.35) else ""
        day = company.as_of - timedelta(days=1 + int(SURVEY_DAYS * stream.random() ** 1.5))
        rows.append(
            Submission(
                version=survey,
                form=survey.form,
                nonce=f"demo-survey-{number}",
                submitted_at=_at(day) + timedelta(minutes=stream.between(0, 500)),
                language="zh" if stream.chance(0.9) else "en",
                answers=answers,
                sealed=json.dumps({"identity": {}, "texts": {"more": written}}, ensure_ascii=False)
                if written
                else None,
                org_unit_id=unit,
            )
        )
    return rows


def _at(day: date) -> datetime:
    return datetime.combine(day, time(2), UTC)
