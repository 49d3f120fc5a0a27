"""Who is insured on a day, what a new list changes, what a part of a year costs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.policies.members.rules import Known, Spell, Wanted, compare, on_risk, premium_on, pro_rata
from keyuan.policies.states import ListMode

YEAR = (date(2026, 1, 1), date(2027, 1, 1))
DAY = date(2026, 6, 1)
days = st.dates(date(2025, 12, 1), date(2027, 2, 1))


@st.composite
def spells(draw: Any) -> Spell:
    joined = draw(days)
    length = draw(st.none() | st.integers(1, 400))
    left = None if length is None else joined + timedelta(days=length)
    return Spell(joined, left, draw(st.none() | st.decimals(0, 9999, places=2)))


def test_a_member_is_insured_on_the_day_they_join_and_not_on_the_day_they_leave() -> None:
    spell = Spell(date(2026, 3, 1), date(2026, 9, 1), Decimal(1))
    assert not on_risk(spell, date(2026, 2, 28))
    assert on_risk(spell, date(2026, 3, 1))
    assert on_risk(spell, date(2026, 8, 31))
    assert not on_risk(spell, date(2026, 9, 1))


@given(st.lists(spells(), max_size=30), days)
def test_the_count_of_a_day_is_that_of_the_day_before_plus_who_joined_less_who_left(
    held: list[Spell], on: date
) -> None:
    before, _ = premium_on(held, on - timedelta(days=1))
    joined = sum(one.joined_on == on for one in held)
    left = sum(one.left_on == on for one in held)
    assert premium_on(held, on)[0] == before + joined - left


@given(st.decimals(0, 99999, places=2), days, days, days)
def test_the_parts_of_a_year_add_up_to_the_whole_within_a_cent_each(
    premium: Decimal, one: date, two: date, three: date
) -> None:
    first, middle, last = sorted((one, two, three))
    parts = pro_rata(premium, starts_on=first, ends_on=middle, year=YEAR)
    parts += pro_rata(premium, starts_on=middle, ends_on=last, year=YEAR)
    assert abs(parts - pro_rata(premium, starts_on=first, ends_on=last, year=YEAR)) <= Decimal("0.01")
    assert pro_rata(premium, starts_on=YEAR[0], ends_on=YEAR[1], year=YEAR) == premium.quantize(Decimal("0.01"))


def known(serial: int, *, left_on: date | None = None, joined_on: date = YEAR[0], **values: Any) -> Known:
    held = {"plan": "A", "premium": Decimal(1), "sum_insured": None, "occupation_class": None} | {
        "name": f"员工{serial}", "mobile": None, "staff_number": "",
    }  # fmt: skip
    return Known(id=serial, digest=bytes([serial]), values=held | values, joined_on=joined_on, left_on=left_on)


def wanted(serial: int, *, left_on: date | None = None, joined_on: date | None = None, **values: Any) -> Wanted:
    said = {"name": f"员工{serial}", "plan": "A", "premium": Decimal(1), **values}
    return Wanted(row=serial + 1, digest=bytes([serial]), values=said, joined_on=joined_on, left_on=left_on)


def changes(rows: list[Wanted], there: list[Known], mode: str = ListMode.FULL) -> Any:
    return compare(rows, there, mode=mode, effective_on=DAY, term=YEAR)


def test_a_full_list_joins_the_new_keeps_the_same_and_names_who_is_missing() -> None:
    found = changes([wanted(1), wanted(2)], [known(1), known(3), known(4, left_on=date(2026, 5, 1))])
    assert [row.row for row in found.joins] == [3]
    assert found.same == 1
    assert [one.id for one in found.missing] == [3]
    assert not found.rejects


def test_a_list_of_additions_misses_nobody() -> None:
    assert changes([wanted(2)], [known(1)], ListMode.ADDITIONS).missing == []


def test_other_terms_are_a_move_and_another_name_a_correction() -> None:
    found = changes([wanted(1, plan="B"), wanted(2, name="改名")], [known(1), known(2)])
    assert [last.id for _row, last in found.moves] == [1]
    assert [last.id for _row, last in found.corrections] == [2]


def test_what_the_list_does_not_say_stays() -> None:
    row = Wanted(row=2, digest=bytes([1]), values={"name": "员工1"})
    assert changes([row], [known(1, mobile="13800000000")]).same == 1


def test_a_leaver_leaves_once() -> None:
    leaves = wanted(1, left_on=date(2026, 7, 1))
    assert [last.id for _row, last in changes([leaves], [known(1)]).leaves] == [1]
    assert changes([leaves], [known(1, left_on=date(2026, 7, 1))]).same == 1
    codes = [
        changes([leaves], there).rejects[0][2]
        for there in ([], [known(1, left_on=date(2026, 6, 30))], [known(1, joined_on=date(2026, 7, 1))])
    ]
    assert codes == ["leaver_unknown", "left_already", "leaves_before_joining"]


def test_who_left_may_come_back_but_not_before_they_left() -> None:
    gone = known(1, left_on=date(2026, 5, 1))
    assert len(changes([wanted(1)], [gone]).joins) == 1
    early = changes([wanted(1, joined_on=date(2026, 4, 1))], [gone])
    assert [one[2] for one in early.rejects] == ["joins_before_leaving"]


@pytest.mark.parametrize("on", [date(2025, 12, 31), date(2027, 1, 1)])
def test_nobody_joins_outside_the_term(on: date) -> None:
    found = changes([wanted(1, joined_on=on)], [])
    assert [one[2] for one in found.rejects] == ["outside_the_term"]
    assert found.nothing
