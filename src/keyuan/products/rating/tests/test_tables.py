"""The shared tables are whole, plausible, and say where they come from."""

from __future__ import annotations

from decimal import Decimal

import pytest

from keyuan.products.rating.present_values import living
from keyuan.products.tables import TableFault, UnknownTable, read, table, tables

LIFE = {f"cl{number}_2010_2013" for number in range(1, 7)}
ILLNESS = {f"ci25_2006_2010_{part}_{sex}" for part in ("incidence", "share_of_deaths") for sex in ("male", "female")}


def test_every_table_has_the_ages_0_to_105_a_source_and_its_doubts() -> None:
    assert set(tables()) == LIFE | ILLNESS
    for found in tables().values():
        assert found.ages == range(106)
        assert found.source
        assert found.verified or found.doubt
        assert found.title["zh"]
        assert found.title["en"]


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, "76.42"), (2, "81.71"), (3, "80.35"), (4, "85.44"), (5, "83.13"), (6, "88.13")],
)
def test_the_expectation_of_life_is_the_published_one(number: int, expected: str) -> None:
    alive = living(table(f"cl{number}_2010_2013").values)
    assert (sum(alive[1:]) + Decimal("0.5")).quantize(Decimal("0.01")) == Decimal(expected)


@pytest.mark.parametrize("code", sorted(LIFE))
def test_nobody_outlives_a_life_table_and_rates_rise_from_the_prime_of_life_on(code: str) -> None:
    values = table(code).values
    assert values[105] == 1
    assert list(values[30:]) == sorted(values[30:])


def test_the_slip_of_the_source_at_105_is_not_repeated() -> None:
    for sex in ("male", "female"):
        shares = table(f"ci25_2006_2010_share_of_deaths_{sex}")
        assert shares.values[105] == shares.values[104]


def test_an_age_or_a_table_that_is_not_there_is_refused_by_name() -> None:
    assert table("cl1_2010_2013").since(104) == (Decimal("0.568497"), Decimal("1.000000"))
    with pytest.raises(ValueError, match="no age 106"):
        table("cl1_2010_2013").since(106)
    with pytest.raises(UnknownTable):
        table("cl7_2010_2013")


@pytest.mark.parametrize(
    "text",
    [
        "first_age = 0",
        "[",
        'first_age = 0\nsource = ""\nverified = false\ndoubt = ""\n[[table]]\ncode = "a"\ntitle = {}\nvalues = ["1.5"]',
    ],
)
def test_a_file_that_cannot_be_right_is_refused(text: str) -> None:
    with pytest.raises(TableFault, match=r"a\.toml"):
        list(read(text, file="a.toml"))
