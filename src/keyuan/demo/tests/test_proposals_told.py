"""The demo's agent has proposals to show: priced by the shipped book, some sent, some opened."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from keyuan.accounts.models import User
from keyuan.accounts.scope import viewer_of
from keyuan.demo.book import load
from keyuan.eventlog.models import Event
from keyuan.sales import queries

NEXT_DAY = datetime(2026, 11, 23, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


def test_the_agent_of_the_demo_has_proposals_sent_and_opened() -> None:
    load(customers=300, seed=1, as_of=date(2026, 11, 22))
    agent = viewer_of(User.objects.get(username="agent"))
    rows = list(queries.proposals_listed(viewer=agent))
    assert rows
    for row in rows:
        seen = queries.proposal(row.pk, viewer=agent)
        assert [str(plan.price.premium.amount) for plan in seen.plans] == [one["price"]["premium"] for one in row.plans]
    made = Event.objects.filter(name="proposal.made")
    assert made.count() == len(rows)
    assert not made.filter(occurred_at__gt=NEXT_DAY).exists()
