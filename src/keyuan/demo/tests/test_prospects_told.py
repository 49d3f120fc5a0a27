"""The demo's prospects, cards and survey: the same seed tells the same, and everything about them holds together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from keyuan.demo.book import load
from keyuan.engagement.content import Content
from keyuan.engagement.models import FormVersion, Submission
from keyuan.engagement.rules.answering import answers_of
from keyuan.engagement.rules.checking import faults
from keyuan.eventlog.models import Event
from keyuan.sales.models import Prospect
from keyuan.sales.queries.one import facts_of
from keyuan.sales.rules import stage

DAY = date(2026, 11, 22)


def told() -> list[Any]:
    """What a book tells, without keys that depend on what was in the database before."""
    prospects = [
        (one.name, one.mobile, one.source, one.source_detail, one.source_on, stage(facts_of(one)), one.next_step_on,
         one.owner and one.owner.code, one.customer and one.customer.name)
        for one in Prospect.objects.select_related("owner", "customer").order_by("id")
    ]  # fmt: skip
    return [*prospects, *Submission.objects.order_by("id").values_list("nonce", "submitted_at", "answers", "marketing")]


def in_any_order(answers: dict[str, list[str]]) -> dict[str, list[str]]:
    """Several ticks on one question: the form lists them as it offers them, a person gives them as they come to mind."""
    return {question: sorted(chosen) for question, chosen in answers.items()}


@pytest.mark.django_db
def test_the_same_seed_tells_the_same_prospects_and_answers() -> None:
    with transaction.atomic():
        report = load(customers=150, seed=3, as_of=DAY)
        first = told()
        transaction.set_rollback(True)
    assert report.rows["sales.prospect"] == 12
    assert told() == []
    load(customers=150, seed=3, as_of=DAY)
    assert told() == first


@pytest.mark.django_db(transaction=True)
def test_prospects_and_submissions_hold_together() -> None:
    load(customers=400, seed=1, as_of=DAY)
    prospects = list(Prospect.objects.select_related("owner", "customer"))
    assert len({stage(facts_of(one)) for one in prospects}) >= 4
    assert len({one.mobile_digest for one in prospects}) == len(prospects)
    for one in prospects:
        days = [day for day in (one.source_on, one.contacted_on, one.qualified_on, one.proposed_on, one.won_on) if day]
        assert days == sorted(days) or one.won_on is not None
        assert all(day < DAY for day in days)
        assert one.owner is None or one.owner.org_unit_id == one.org_unit_id
    assert Event.objects.filter(subject_type="prospect", name="prospect.recorded").count() == len(prospects)
    for version in FormVersion.objects.select_related("form"):
        content = Content.of(version.content)
        assert faults(content, version.form.kind) == ()
        for row in version.submissions.all():
            again = answers_of(content, {**row.answers, "name": ["王"], "mobile": ["13800138000"]}, on=DAY)
            assert (in_any_order(again.counted), again.faults) == (in_any_order(row.answers), {})
