"""Each measure agrees with the same count in plain Python, by any dimensions, on each basis; and only who may, counts."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from keyuan.accounts.access import NotPermitted
from keyuan.accounts.models import User
from keyuan.accounts.scope import STRANGER, Viewer, viewer_of
from keyuan.customers.queries.scope import visible
from keyuan.insight.cube.answers import answer
from keyuan.insight.cube.names import DIMENSIONS, MEASURES
from keyuan.insight.cube.questions import question
from keyuan.insight.lake.exporting import Exported
from keyuan.insight.refusals import BadPeriod, LakeEmpty, UnknownDimension, UnknownMeasure
from keyuan.insight.tests.naive import Naive

ADDED = {
    "premium_written": "written",
    "premium_earned": "earned",
    "policies": "policies",
    "customers": "customers",
    "claims": "claims",
    "claims_cost": "claims_cost",
    "payouts": "payouts",
}
COUNTS = ("policies", "customers", "claims")
RANDOM = random.Random(20261123)  # noqa: S311  the same questions every time


def told(found: Any) -> dict[tuple[str, ...], dict[str, int]]:
    """The cells of an answer as the naive count gives them: whole cents, and nothing where nothing is."""
    rows = {}
    for cell in found.cells:
        row = {}
        for name, figure in zip(found.asked.measures, cell.figures, strict=True):
            row[name] = int(figure) if name in COUNTS else int(figure * 100)
        if any(row.values()):
            rows[cell.of] = {name: value for name, value in row.items() if value}
    return rows


def naively(
    counted: dict[tuple[str, ...], dict[str, int]], names: dict[str, str]
) -> dict[tuple[str, ...], dict[str, int]]:
    rows = {cell: {name: own.get(key, 0) for name, key in names.items()} for cell, own in counted.items()}
    return {cell: {n: v for n, v in own.items() if v} for cell, own in rows.items() if any(own.values())}


def a_question() -> tuple[tuple[str, ...], date, date]:
    by = tuple(RANDOM.sample([name for name in DIMENSIONS if name != "agent"], RANDOM.randint(0, 4)))
    start = date(RANDOM.randint(2016, 2026), RANDOM.randint(1, 12), RANDOM.randint(1, 28))
    return by, start, date.fromordinal(start.toordinal() + RANDOM.choice((1, 30, 365, 800, 4000)))


def test_every_measure_agrees_with_plain_python_on_each_basis(naive: Naive, everybody: Viewer) -> None:
    whole = [(tuple(DIMENSIONS)[:2], date(2017, 1, 1), date(2030, 1, 1))]
    for basis in ("cal", "acc", "uw"):
        for by, start, end in [*whole, *(a_question() for _ in range(4))]:
            names = ADDED if basis == "uw" else {**ADDED, "expenses": "expenses"}
            asked = question(by=",".join(by), measures=",".join(names), basis=basis, period_text=f"{start}..{end}")
            counted = naively(naive.count(by, start, end, basis), names)
            assert told(answer(asked, viewer=everybody)) == counted, (basis, by, start, end)


def test_years_add_up_to_the_period_to_the_cent(book: Exported, everybody: Viewer) -> None:
    names = "premium_written,premium_earned,claims,claims_cost,payouts,commission,expenses,profit"
    for by in ("year", "quarter", "month"):
        found = answer(question(by=by, measures=names, period_text="2019-05-17..2026-02-03"), viewer=everybody)
        assert tuple(map(sum, zip(*(cell.figures for cell in found.cells), strict=True))) == found.total


def test_exposure_and_ratios_are_made_of_the_exact_sums(naive: Naive, everybody: Viewer) -> None:
    asked = question(by="line", measures=",".join(MEASURES), period_text="2025")
    counted = naive.count(("line",), date(2025, 1, 1), date(2026, 1, 1), "cal")
    for cell in answer(asked, viewer=everybody).cells:
        own = {"days": 0, "earned": 0, "claims_cost": 0, "claims": 0, **counted[cell.of]}
        has = dict(zip(asked.measures, cell.figures, strict=True))
        assert abs(has["exposure"] - Decimal(own["days"]) / 365) <= Decimal("0.005")
        if own["earned"]:
            assert abs(has["loss_ratio"] - Decimal(own["claims_cost"]) / own["earned"]) <= Decimal("0.00005")
        else:
            assert has["loss_ratio"] is None
        parts = ("claims_cost", "payouts", "commission", "expenses")
        assert has["profit"] == has["premium_earned"] - sum(has[name] for name in parts)


def test_a_condition_leaves_out_the_others(naive: Naive, everybody: Viewer) -> None:
    asked = question(
        by="sex", measures=",".join(ADDED), where=["line=motor|medical", "channel=agent"], period_text="2018..2026"
    )
    counted = naive.count(
        ("sex",),
        date(2018, 1, 1),
        date(2026, 1, 1),
        "cal",
        only=lambda of: of["line"] in ("motor", "medical") and of["channel"] == "agent",
    )
    assert told(answer(asked, viewer=everybody)) == naively(counted, ADDED)


def test_a_manager_of_a_branch_counts_only_their_own_customers(naive: Naive) -> None:
    manager = User.objects.get(username="manager")
    branch = min((held.policy.org_unit for held in naive.held), key=lambda unit: unit.path)
    manager.org_unit = branch
    manager.save()
    viewer = viewer_of(manager)
    seen = set(visible(viewer).values_list("pk", flat=True))
    assert 0 < len(seen) < len(naive.customers)
    asked = question(by="product", measures=",".join(ADDED))
    counted = naive.count(("product",), date(1900, 1, 1), naive.known_to, "cal", seen=seen)
    assert told(answer(asked, viewer=viewer)) == naively(counted, ADDED)


def test_who_may_not_see_insight_is_refused(book: Exported) -> None:
    for viewer in (
        STRANGER,
        viewer_of(User.objects.get(username="agent")),
        viewer_of(User.objects.get(username="hotline")),
    ):
        with pytest.raises(NotPermitted):
            answer(question(by="product"), viewer=viewer)


def test_a_question_that_makes_no_sense_is_refused_by_name() -> None:
    with pytest.raises(UnknownDimension):
        question(by="name")
    with pytest.raises(UnknownMeasure):
        question(measures="luck")
    for text in ("soon", "2025-13", "2026..2025", "2025Q5"):
        with pytest.raises(BadPeriod):
            question(period_text=text)


def test_without_an_export_there_is_nothing_to_count(lake: Any, everybody: Viewer) -> None:
    with pytest.raises(LakeEmpty):
        answer(question(by="product"), viewer=everybody)
