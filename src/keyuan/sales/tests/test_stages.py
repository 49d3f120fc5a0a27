"""The stage in Python and in SQL are one; the table of moves is what the actions obey."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyuan.accounts.scope import Viewer
from keyuan.agents.models import Agent
from keyuan.sales import queries
from keyuan.sales.models import Prospect
from keyuan.sales.queries import ProspectFilter
from keyuan.sales.queries.one import facts_of
from keyuan.sales.rules import ProspectFacts, may, moves_at, stage
from keyuan.sales.states import MOVES, Move, Stage
from keyuan.sales.tests.conftest import Record

DAY = date(2026, 6, 1)
maybe_day = st.none() | st.just(DAY)


@given(facts=st.builds(ProspectFacts, maybe_day, maybe_day, maybe_day, maybe_day, maybe_day))
def test_won_is_won_and_lost_is_lost_whatever_else_is_written(facts: ProspectFacts) -> None:
    found = stage(facts)
    if facts.won_on:
        assert found == Stage.WON
    elif facts.lost_on:
        assert found == Stage.LOST
    else:
        assert found not in (Stage.WON, Stage.LOST)


def test_every_move_says_where_it_may_be_made() -> None:
    assert set(MOVES) == set(Move)
    assert moves_at(Stage.WON) == ()
    assert moves_at(Stage.LOST) == (Move.REOPEN,)
    assert not may(Move.QUALIFY, Stage.PROPOSAL)


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(st.tuples(maybe_day, maybe_day, maybe_day, maybe_day), min_size=1, max_size=6))
def test_the_list_counts_and_filters_by_the_stage_that_the_rules_say(
    days: list[tuple[date | None, ...]], manager: Viewer, agent: Agent
) -> None:
    Prospect.objects.all().delete()
    for place, (contacted, qualified, proposed, lost) in enumerate(days):
        Prospect.objects.create(
            name=f"客{place}", source="visit", source_on=DAY, org_unit=agent.org_unit, owner=agent,
            contacted_on=contacted, qualified_on=qualified, proposed_on=proposed, lost_on=lost,
        )  # fmt: skip
    said: dict[str, set[int]] = {}
    for one in Prospect.objects.all():
        said.setdefault(stage(facts_of(one)).value, set()).add(one.pk)
    counts = queries.stage_counts(ProspectFilter(), viewer=manager, on=DAY)
    assert counts == {code: len(ids) for code, ids in said.items()}
    for code in Stage.values:
        found = queries.listed(ProspectFilter(stage=code), viewer=manager, on=DAY)
        assert {one.pk for one in found} == said.get(code, set())
    board = {
        column.stage.value: {row.id for row in column.rows}
        for column in queries.board(ProspectFilter(), viewer=manager, on=DAY)
    }
    assert {code: ids for code, ids in board.items() if ids} == said


@pytest.mark.django_db
def test_the_board_shows_the_nearest_step_first(record: Record, manager: Viewer) -> None:
    record("后", next_step="回电", next_step_on=date(2026, 8, 1))
    record("无")
    record("先", next_step="回电", next_step_on=date(2026, 7, 1))
    column = next(one for one in queries.board(ProspectFilter(), viewer=manager, on=DAY) if one.stage == Stage.NEW)
    assert [row.name for row in column.rows] == ["先", "后", "无"]
