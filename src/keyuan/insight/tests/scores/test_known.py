"""What was known on a day: nothing that came later, and the same in the database as in the book that was drawn."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pyarrow.compute as pc
import pytest
from polars.testing import assert_frame_equal

from keyuan.demo.book import load
from keyuan.demo.tests.conftest import AS_OF, draw
from keyuan.insight.scores import ground
from keyuan.insight.scores.known import features
from keyuan.insight.tests.scores.book import ground_of, without_what_came_after
from keyuan.insight.tests.scores.conftest import Known


@pytest.mark.parametrize("back", [90, 360, 1170])
def test_nothing_that_came_after_the_day_changes_a_feature(known: Known, back: int) -> None:
    day = known.ground.until - timedelta(days=back)
    whole = features(known.ground, [day])
    cut = features(without_what_came_after(known.ground, day), [day])
    assert whole.height > 500
    assert_frame_equal(whole, cut)


def test_income_that_was_changed_later_is_told_as_it_was(known: Known) -> None:
    day = known.ground.until - timedelta(days=200)
    before = features(known.ground, [day])
    some = before.filter(pl.col("pressure") > 0.5)["customer"][0]
    tables = dict(known.ground.tables)
    people = tables["customers"]
    dearer = pc.if_else(pc.equal(people["customer"], some), 9e6, people["income"])
    tables["customers"] = people.set_column(people.schema.get_field_index("income"), "income", dearer)
    changed = ground.Ground(tables, known.ground.until)
    assert not features(changed, [day]).equals(before)
    was = people.filter(pc.equal(people["customer"], some))["income"][0].as_py()
    line = [{"customer": some, "on_day": day + timedelta(days=5), "field": "annual_income", "before": was}]
    tables["incomes"] = ground.SCHEMAS["incomes"].empty_table().from_pylist(line, schema=ground.SCHEMAS["incomes"])
    assert_frame_equal(features(ground.Ground(tables, known.ground.until), [day]), before)


def test_who_has_said_no_or_is_suspended_or_gone_is_no_longer_asked_about(known: Known) -> None:
    day = known.ground.until
    rows = features(known.ground, [day], labels=True)
    assert rows["left_on"].drop_nulls().filter(rows["left_on"].drop_nulls() <= day).is_empty()
    told = known.ground.tables["facts"].to_pylist()
    over = {one["policy"] for one in told if one["kind"] in ("surrendered", "lapsed", "matured", "claim_terminated")}
    assert over
    assert over.isdisjoint(rows["policy"].to_list())


@pytest.mark.django_db
def test_the_tables_of_the_database_tell_the_same_as_the_book_that_was_loaded() -> None:
    load(customers=60, seed=3, as_of=AS_OF)
    until = AS_OF - timedelta(days=1)
    read = ground.read(since=date(2016, 1, 1), until=until)
    drawn = ground_of(draw(seed=3, customers=60))
    for name in ("policies", "terms", "facts", "claims", "served", "moments"):
        assert read.tables[name].num_rows == drawn.tables[name].num_rows, name
    columns = ["product", "channel", "due_on", "yearly", "tenure", "pressure", "dearer", "orphan", "contact_days", "refused",
               "claims", "late", "complaints", "own", "family", "lost"]  # fmt: skip
    ours, theirs = (features(one, [until]).select(columns).sort(columns) for one in (read, drawn))
    assert ours.height > 20
    assert_frame_equal(ours, theirs)


@pytest.mark.django_db
def test_of_a_large_book_the_same_customers_are_taken_in_every_table() -> None:
    load(customers=60, seed=3, as_of=AS_OF)
    some = ground.read(since=date(2016, 1, 1), until=AS_OF, one_in=3)
    chosen = set(some.tables["customers"]["customer"].to_pylist())
    assert 8 <= len(chosen) <= 35
    for name in ("policies", "claims", "served", "moments"):
        assert set(some.tables[name]["customer"].to_pylist()) <= chosen
