"""Where customers come from, and who brought whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from tests.fixtures.organisation import Organisation

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.customers.actions import relate
from keyuan.customers.refusals import CustomerNotFound
from keyuan.sales import actions, queries
from keyuan.sales.tests.conftest import Record, Register


def test_a_source_is_judged_by_its_own(record: Record, by_agent: Viewer, manager: Viewer) -> None:
    first = record("甲", source="web", source_on=date(2026, 3, 1), source_detail="官网")
    record("乙", source="web", source_on=date(2026, 3, 31), source_detail="搜索广告")
    record("丙", source="web", source_on=date(2026, 4, 1))
    lost = record("丁", source="agency", source_on=date(2026, 3, 5))
    actions.convert_prospect(first.pk, by=by_agent)
    actions.lose_prospect(lost.pk, reason="price", by=by_agent)
    figures = queries.source_figures(viewer=manager, first=date(2026, 3, 1), last=date(2026, 3, 31))
    told = {one.code: (one.prospects, one.won, one.lost, one.open, one.conversion) for one in figures}
    assert told == {"web": (2, 1, 0, 1, 50), "agency": (1, 0, 1, 0, 0)}
    details = queries.source_figures(viewer=manager, source="web")
    assert {one.detail: one.prospects for one in details} == {"官网": 1, "搜索广告": 1, "": 1}


def test_customers_count_on_the_day_they_were_registered(register: Register, manager: Viewer) -> None:
    register("甲", source="visit")
    assert {one.code: one.customers for one in queries.source_figures(viewer=manager)} == {"visit": 1}
    assert queries.source_figures(viewer=manager, last=date(2020, 1, 1)) == []


def test_other_branches_and_strangers_count_nobody(
    record: Record, register: Register, viewer_as: Callable[..., Viewer], org: Organisation
) -> None:
    record("甲", source="web")
    register("乙")
    for nobody in (
        viewer_as(Role.MANAGER, unit=org.other_branch),
        viewer_as(Role.AGENT, unit=org.sales_office),
        STRANGER,
    ):
        assert queries.source_figures(viewer=nobody) == []


def test_the_tree_tells_up_and_down_with_prospects(register: Register, record: Record, manager: Viewer) -> None:
    a = register("甲")
    b = register("乙", referrer=a.pk)
    c = register("丙", referrer=b.pk)
    register("丁", referrer=a.pk)
    record("戊", by=manager, referrer_id=b.pk)
    tree = queries.referral_tree(a.pk, viewer=manager)
    assert tree.above == ()
    assert [(one.name, [leaf.name for leaf in one.below]) for one in tree.below] == [("乙", ["丙", "戊"]), ("丁", [])]
    assert (tree.customers, tree.prospects) == (3, 1)
    assert [one.name for one in queries.referral_tree(c.pk, viewer=manager).above] == ["乙", "甲"]


def test_a_circle_of_referrals_is_walked_once(register: Register, manager: Viewer, system: Viewer) -> None:
    a, b, c = register("甲"), register("乙"), register("丙")
    for one, other in ((a, b), (b, c), (c, a)):
        relate(one.pk, other_id=other.pk, kind="referred", by=system)
    tree = queries.referral_tree(a.pk, viewer=manager)
    assert tree.customers == 2
    assert [one.name for one in tree.above] == ["丙", "乙"]


def test_the_walk_ends_at_its_depth(register: Register, manager: Viewer) -> None:
    last = register("0")
    first = last
    for number in range(1, 9):
        last = register(str(number), referrer=last.pk)
    assert queries.referral_tree(first.pk, viewer=manager).customers == 6
    assert queries.referral_tree(first.pk, viewer=manager, deepest=2).customers == 2


def test_who_is_out_of_sight_is_not_named_beyond_the_first_step(
    register: Register, manager: Viewer, org: Organisation, system: Viewer
) -> None:
    a = register("甲")
    b = register("乙远", unit=org.other_branch, referrer=a.pk)
    register("丙远", unit=org.other_branch, referrer=b.pk)
    (first,) = queries.referral_tree(a.pk, viewer=manager).below
    assert (first.name, first.number) == ("乙远", "")
    assert (first.below[0].name, first.below[0].number) == ("", "")
    for nobody in (STRANGER,):
        with pytest.raises(CustomerNotFound):
            queries.referral_tree(a.pk, viewer=nobody)
