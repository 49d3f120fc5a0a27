"""Shared tables are whole and say where they come from. The table here is invented."""

from __future__ import annotations

from decimal import Decimal

import pytest

from keyuan.products.tables import AgeTable, TableFault, UnknownTable, read, table, tables

INVENTED = """
source = "虚拟"
verified = false
doubt = "只供测试"
first_age = 18
[[table]]
code = "invented"
title = { zh = "虚拟表", en = "An invented table" }
values = ["0.1", "0.25", "1"]
"""


@pytest.fixture
def invented() -> AgeTable:
    (found,) = read(INVENTED, file="invented.toml")
    return found


def test_a_table_has_its_ages_its_source_and_its_doubts(invented: AgeTable) -> None:
    assert (invented.ages, invented.source, invented.verified, invented.doubt) == (
        range(18, 21),
        "虚拟",
        False,
        "只供测试",
    )
    assert invented.since(19) == (Decimal("0.25"), Decimal(1))


def test_an_age_or_a_table_that_is_not_there_is_refused_by_name(invented: AgeTable) -> None:
    with pytest.raises(ValueError, match="no age 21"):
        invented.since(21)
    assert "cl7_2010_2013" not in tables()
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
