"""The clock of the records of sales: what is due goes, nothing else, and the log says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.eventlog.models import Event
from keyuan.evidence.models import PageBody, Trace, TraceRow
from keyuan.evidence.offline.chain import GENESIS
from keyuan.evidence.pages.keeping import keeping
from keyuan.evidence.pages.rules import Keeping, kept_until
from keyuan.evidence.pages.writing import Place, Shown, append
from keyuan.journeys.keeping import drop_traces
from keyuan.policies.models import Policy, PolicyFact
from keyuan.policies.tests import factories
from keyuan.products.states import Line

pytestmark = pytest.mark.django_db
LAW = Keeping(years_short=5, years_long=10, order_days=730, visit_days=30)
SHARED = b"<html>the same for both</html>"


def trace(*, sale: UUID | None = None, policy: str = "", at: datetime, page: bytes = SHARED) -> UUID:
    """A trace of two rows, begun and last used at the moment."""
    one = Trace.objects.create(
        sale=sale, number=f"TB{uuid4().hex[:10]}" if sale else "", policy_number=policy, head=GENESIS
    )
    place = Place(sale=sale) if sale else Place(visit=one.pk)
    append(place, "shown", {"view": "x"}, shown=Shown(page))
    append(place, "sent", {"values": {}})
    Trace.objects.filter(pk=one.pk).update(started_at=at, last_at=at)
    return one.pk


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def policy(number: str, *, long_term: bool, starts: date, ends: date | None) -> Policy:
    product = factories.product(Line.LIFE, long_term=long_term)
    return factories.policy(factories.customer(), number=number, product=product, starts_on=starts, ends_on=ends)


def test_the_law_is_in_the_parameters() -> None:
    assert keeping(date(2026, 11, 23)) == LAW


@given(ended=st.dates(date(2000, 1, 1), date(2090, 1, 1)), long_term=st.booleans())
def test_the_last_day_is_never_earlier_than_the_law_says(ended: date, long_term: bool) -> None:
    years = 10 if long_term else 5
    last = kept_until(ended, long_term=long_term, keeping=LAW)
    assert last.year == ended.year + years
    assert (last.month, last.day) >= (ended.month, ended.day) or (ended.month, ended.day) == (2, 29)


@pytest.mark.parametrize(("long_term", "years"), [(False, 5), (True, 10)])
def test_a_sale_goes_the_day_after_its_last_day_and_not_before(long_term: bool, years: int) -> None:
    policy("P-1", long_term=long_term, starts=date(2020, 1, 10), ends=date(2021, 1, 10))
    gone = trace(sale=uuid4(), policy="P-1", at=at(date(2020, 1, 9)))
    last = date(2021 + years, 1, 10)
    assert drop_traces(on=last) == 0
    assert drop_traces(on=last + timedelta(days=1)) == 1
    assert not Trace.objects.filter(pk=gone).exists()
    assert not TraceRow.objects.exists()
    assert not PageBody.objects.exists()
    line = Event.objects.get(name="sale.trace_dropped")
    assert line.payload["rows"] == 2
    assert len(line.payload["head"]) == 64


def test_a_policy_that_was_given_up_counts_from_that_day(db: None) -> None:
    one = policy("P-1", long_term=True, starts=date(2010, 1, 10), ends=None)
    trace(sale=uuid4(), policy="P-1", at=at(date(2010, 1, 9)))
    assert drop_traces(on=date(2060, 1, 1)) == 0
    PolicyFact.objects.create(policy=one, customer_id=one.customer_id, kind="surrendered", on=date(2012, 5, 1))
    assert drop_traces(on=date(2022, 5, 1)) == 0
    assert drop_traces(on=date(2022, 5, 2)) == 1


def test_nothing_else_goes(db: None) -> None:
    day = date(2030, 6, 1)
    policy("P-OVER", long_term=False, starts=date(2020, 1, 10), ends=date(2021, 1, 10))
    policy("P-LONG", long_term=True, starts=date(2020, 1, 10), ends=date(2021, 1, 10))
    policy("P-RUNS", long_term=True, starts=date(2020, 1, 10), ends=None)
    due = {
        trace(sale=uuid4(), policy="P-OVER", at=at(date(2020, 1, 9))),
        trace(sale=uuid4(), at=at(day - timedelta(days=732)), page=b"<html>an order left lying</html>"),
        trace(at=at(day - timedelta(days=32))),
    }
    stays = {
        trace(sale=uuid4(), policy="P-LONG", at=at(date(2020, 1, 9))),
        trace(sale=uuid4(), policy="P-RUNS", at=at(date(2020, 1, 9))),
        trace(sale=uuid4(), policy="P-UNKNOWN", at=at(date(2000, 1, 9))),
        trace(sale=uuid4(), at=at(day - timedelta(days=729))),
        trace(at=at(day - timedelta(days=29))),
    }
    before = kept(stays)
    assert drop_traces(on=day) == len(due)
    assert set(Trace.objects.values_list("pk", flat=True)) == stays
    assert kept(stays) == before
    # The page that a trace which stays has in common with those that went is there; the other is not.
    assert PageBody.objects.count() == 1
    assert Event.objects.get(name="visits.dropped").payload == {"visits": 1, "rows": 2}
    assert drop_traces(on=day) == 0


def kept(ids: set[UUID]) -> list[Any]:
    rows = TraceRow.objects.filter(trace__in=ids).order_by("pk").values_list("pk", "n", "head", "body_id")
    return [(pk, n, bytes(head), body) for pk, n, head, body in rows]
