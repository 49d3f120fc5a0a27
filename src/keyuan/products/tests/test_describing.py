"""A definition in words: what a person reads of each product, and what tells two lengths of time apart."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from keyuan.products import describing
from keyuan.products.definition import Definition
from keyuan.products.definition.book import shipped

DAY = date(2026, 11, 23)


def the(code: str) -> Definition:
    return next(it for it in shipped() if it.code == code)


def facts(it: Definition, language: str = "zh-hans") -> dict[str, str]:
    with translation.override(language):
        found = describing.sections(it, language, on=DAY)
        return {fact.name: fact.value for section in found for fact in section.facts}


def test_term_life_says_who_may_have_it_and_for_how_long() -> None:
    told = facts(the("TRM"))
    assert told["投保年龄"] == "18周岁至60周岁"
    assert told["职业类别"] == "1至4类"
    assert told["保额"] == "¥100,000至¥3,000,000，每¥10,000一档"
    assert told["缴费方式"] == "趸交、月交、季交、半年交、年交"
    assert told["保单贷款"] == "至多现金价值的80%，年利率5%，每次6个月"


def test_the_periods_of_the_law_carry_their_source() -> None:
    with translation.override("zh-hans"):
        found = describing.sections(the("TRM"), "zh-hans", on=DAY)
    notes = {fact.name: fact.note for section in found for fact in section.facts}
    assert "保险法 §36" in notes["宽限期"]
    assert "保险法 §37" in notes["复效期"]


def test_dividends_are_never_said_without_saying_that_they_are_not_guaranteed() -> None:
    assert facts(the("PAR"))["红利"] == "可分配盈余的70%归客户，不保证"
    assert "not guaranteed" in facts(the("PAR"), "en")["Dividends"]
    assert "红利" not in facts(the("WLF"))


def test_the_conditions_of_a_medical_cover_are_said_one_each() -> None:
    it = the("MED")
    with translation.override("zh-hans"):
        told = describing.conditions(it.coverage("general_medical"))
    assert told == [
        "免赔额¥10,000",
        "免赔额可选¥5,000、¥10,000、¥20,000",
        "报销100%",
        "未经社保结算的60%",
        "含社保目录外",
        "每年至多180天",
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("it", shipped(), ids=lambda it: it.code)
def test_every_cell_of_every_table_is_shown_under_its_head(it: Definition, language: str) -> None:
    with translation.override(language):
        tables = describing.rate_tables(it, language)
    assert len(tables) == len(it.rating.tables) + len(it.rating.factors)
    for table in tables:
        assert table.name
        assert table.use or table.rows
        assert all(len(cells) == len(table.head) for _name, cells in table.rows)


def test_english_readers_read_no_chinese_but_of_sources() -> None:
    for it in shipped():
        told = " ".join(facts(it, "en").values())
        assert not any("一" <= letter <= "鿿" for letter in told), it.code


def test_what_is_sold_online_may_be_thought_over_for_longer() -> None:
    with translation.override("zh-hans"):
        online = describing.sections(the("TRM"), "zh-hans", on=DAY, channel="online")
    told = {fact.name: fact.value for section in online for fact in section.facts}
    assert facts(the("TRM"))["犹豫期"] == "15天"
    assert told["犹豫期"] == "20天"
    assert told["宽限期"] == facts(the("TRM"))["宽限期"]
