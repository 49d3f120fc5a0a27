"""The reading of a definition: what is refused, on which line, and why; and that no text upsets it."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

import keyuan.demo as demo_room
from keyuan.products.definition import BadDefinition, Fault, load
from keyuan.products.definition.book import SHIPPED, load_all, shipped
from keyuan.products.definition.schema import Line as SchemaLine
from keyuan.products.definition.text import read
from keyuan.products.states import Line

TERM = (SHIPPED / "term_life.yaml").read_text(encoding="utf-8")


def faults(text: str | bytes) -> list[tuple[int, str, str]]:
    """(line, path, reason) of each fault, in Chinese."""
    with translation.override("zh-hans"), pytest.raises(BadDefinition) as bad:
        load(text, file="t.yaml")
    return [(fault.line, fault.path, fault.reason) for fault in bad.value.faults]


def line_of(words: str, text: str = TERM) -> int:
    return text[: text.index(words)].count("\n") + 1


def changed(old: str, new: str) -> str:
    assert TERM.count(old) >= 1, old
    return TERM.replace(old, new, 1)


def test_the_shipped_term_life_is_read_whole() -> None:
    term = load(TERM, file="term_life.yaml")
    assert (term.code, term.version, term.effective_from) == ("TRM", 1, date(2026, 1, 1))
    assert term.coverage("death").benefit.amounts[0].share == 1
    assert term.rating.interest == Decimal("0.02")
    assert [str(span) for span in term.terms.cover][::6] == ["10 years", "to age 70"]
    assert term.rating.tables["accident_death"].cell(3) == Decimal("1.00")
    assert term.rating.tables["waiver"].cell(39) == Decimal("0.024")


def test_lines_of_the_format_are_the_lines_of_business() -> None:
    assert set(get_args(SchemaLine)) == set(Line.values)


@pytest.mark.parametrize(
    ("old", "new", "path", "reason"),
    [
        ("code: TRM", "code: trm", "code", "“trm”不是合格的代码"),
        ("version: 1", "version: one", "version", "这里要填整数，现在是“one”"),
        ("version: 1", "version: 1.5", "version", "这里要填整数，现在是“1.5”"),
        ("version: 1", 'version: "1"', "version", "这里要填整数，现在是“1”"),
        ("version: 1", "version: 01", "version", "数字不以 0 开头"),
        ("2026-01-01", "2026-02-30", "effective_from", "日历上没有这一天"),
        ("2026-01-01", "soon", "effective_from", "这里要填日期"),
        ("long_term: true", "long_term: yes", "long_term", "这里要填 true 或 false，现在是“yes”"),
        ("line: life", "line: lifes", "line", "“lifes”不在可选值之内"),
        ("line: life", "lines: life", "lines", "没有 lines 这一项"),
        ("max_age: 60", "max_age: 60 weeks", "insured.max_age", "不是年龄"),
        ("max_age: 60", "max_age: 17", "insured.max_age", "最高年龄 17 低于最低年龄 18"),
        ("share: 100%", "share: -5%", "coverages[0].benefit.amounts[0].share", "太小，至少是 0"),
        ("share: 100%", "share: lots", "coverages[0].benefit.amounts[0].share", "这里要填数字，现在是“lots”"),
        ("cover: [10 years", "cover: [ten years", "terms.cover[0]", "不是期限"),
        ("max: 3000000", "max: 5000", "sum_insured.max", "低于最低保额"),
        ("step: 10000", "step: 70000", "sum_insured.step", "到不了默认"),
        ("modes: [0, 1", "modes: [2, 1", "terms.payment.modes[0]", "不在可选值之内"),
        ("coverages: [premium_waiver]", "coverages: [waver]", "riders[0].coverages[0]", "没有代码为 waver"),
        ("requires: [death]", "requires: [life]", "riders[0].requires[0]", "没有代码为 life"),
        ("questionnaire: life", "questionnaire: lives", "questionnaire", "没有代码为 lives 的告知问卷"),
        ("coverages: [accident_death, death]", "coverages: [acc]", "documents[0].coverages[0]", "没有代码为 acc"),
        ("parameter: grace.days", "parameter: grace", "clocks.grace_days.parameter", "没有名为 grace 的参数"),
        ("use: ky_life_male", "use: cl9", "rating.tables.mortality_male.use", "没有代码为 cl9 的公共表"),
        (
            "0.75, 1.00, 1.50]",
            "0.75, 1.00]",
            "rating.tables.accident_death.cells",
            "有3格，应有4格",
        ),
        ("cells: [0.60, 0.75", "cells: [0.60, ~", "rating.tables.accident_death.cells[1]", "“2”一格是空的"),
        (
            "values: [1, 2, 3, 4]",
            "values: [1, 2, 3, 5]",
            "rating.tables.accident_death.columns.values",
            "缺少 occupation_class 为 4",
        ),
        ("occupation_class: {1: 1, ", "occupation_class: {", "rating.factors.occupation_class", "缺少 1 一项"),
        ("interest: 2%", "interest: 200%", "rating.interest", "太大，最多是 0.2"),
        ("  interest: 2%\n", "", "rating", "寿险要写预定利率"),
        ("    mortality_female: {use: ky_life_female}\n", "", "rating.tables", "缺少费率表 mortality_female"),
        ("3: 0.265, ", "", "rating.mode_factors", "缴费方式 3 没有系数"),
    ],
)
def test_a_fault_is_told_with_its_place_and_reason(old: str, new: str, path: str, reason: str) -> None:
    found = faults(changed(old, new))
    assert any(place == path and reason in said for _line, place, said in found), found


def test_every_fault_is_told_at_once_with_its_line() -> None:
    text = changed("version: 1", "version: x").replace("max_age: 60", "max_age: old").replace("line: life", "line: lif")
    assert [(line, path) for line, path, _reason in faults(text)] == [
        (line_of("version: 1"), "version"),
        (line_of("line: life"), "line"),
        (line_of("max_age: 60"), "insured.max_age"),
    ]


def test_a_missing_part_is_told_on_the_line_of_what_lacks_it() -> None:
    text = changed("  kind: none\n", "  until_age: 60\n")
    assert faults(text) == [(line_of("renewal:"), "renewal.kind", "缺少 kind。")]


def test_riders_that_need_each_other_are_refused_and_the_circle_is_named() -> None:
    text = changed("    requires: [death]\n    max_age: 50", "    requires: [accident]\n    max_age: 50").replace(
        "    coverages: [accident_death]\n    requires: [death]",
        "    coverages: [accident_death]\n    requires: [waiver]",
    )
    assert faults(text) == [
        (
            line_of("requires: [accident]", text),
            "riders[0].requires",
            "附加险互相依赖，成了一个圈：waiver → accident → waiver。",
        )
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "定义是空的"),
        ("- a\n- b\n", 1, "定义是空的"),
        ("code: TRM\ncode: TRM\n", 2, "这个键写了两次"),
        ("code: TRM\n\tversion: 1\n", 2, "制表符"),
        ("code: TRM\nname: [a, b\nline: x", 3, "不是可读的 YAML"),
        ("code: A\n---\ncode: B\n", 2, "一个文件只写一个定义"),
        ("a: &x 1\nb: 2\n", 1, "锚点和引用"),
        ("a: 1\nb: *x\n", 2, "锚点和引用"),
        ("a: 1\nb: !!python/object:os.system x\n", 2, "标签"),
        ("a: 1\nb: \x07\n", 2, "控制字符（U+0007）"),
        ("a: 1\n? [x]\n: 2\n", 2, "键必须是一个词"),
        ("a: 1\nb: " + "[" * 50 + "]" * 50, 2, "嵌套太深"),
        ("a: 1\nb: " + "9" * 30, 2, "数字太长"),
        (b"a: 1\nb: \xd6\xd0\n", 2, "不是 UTF-8"),
        ("x" * 200_001, 1, "超过200000个字符"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_on_its_line(text: str | bytes, line: int, reason: str) -> None:
    first = faults(text)[0]
    assert first[0] == line
    assert reason in first[2]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    assert load("\ufeff" + TERM.replace("\n", "\r\n"), file="t.yaml") == load(TERM, file="t.yaml")


def test_plain_words_mean_what_they_say() -> None:
    tree = read("a: no\nb: on\nc: 12:30\nd: 1.50\ne: 12.5%\nf: 2026-01-01\ng: ~\nh: '15%'\n1: x\n", file="t.yaml")
    assert tree.root == {
        "a": "no",
        "b": "on",
        "c": "12:30",
        "d": Decimal("1.50"),
        "e": Decimal("0.125"),
        "f": date(2026, 1, 1),
        "g": None,
        "h": "15%",
        1: "x",
    }


LATER = TERM.replace("version: 1", "version: 2").replace("2026-01-01", "2026-07-01")


def across(*texts: str) -> list[tuple[str, int, str]]:
    with translation.override("zh-hans"), pytest.raises(BadDefinition) as bad:
        load_all((f"{number}.yaml", text) for number, text in enumerate(texts, 1))
    return [(fault.file, fault.line, fault.reason) for fault in bad.value.faults]


def test_a_later_version_ends_an_open_one() -> None:
    assert [it.version for it in load_all([("1.yaml", TERM), ("2.yaml", LATER)])] == [1, 2]


def test_overlapping_dates_are_refused_with_the_file_and_line_of_the_later_version() -> None:
    closed = TERM.replace("2026-01-01", "2026-01-01\neffective_until: 2026-08-01")
    assert across(closed, LATER) == [("2.yaml", 5, "TRM 第1版要到 2026-08-01 才终止，日期重叠。")]
    assert across(TERM, LATER.replace("2026-07-01", "2026-01-01")) == [
        ("2.yaml", 5, "TRM 第1版也从 2026-01-01 起生效，日期重叠。")
    ]


def test_two_versions_of_one_number_or_in_the_wrong_order_are_refused() -> None:
    assert across(TERM, LATER.replace("version: 2", "version: 1")) == [("2.yaml", 4, "TRM 的第1版已经有了。")]
    assert across(TERM, LATER.replace("2026-07-01", "2025-07-01"))[0][:2] == ("1.yaml", 4)


def test_faults_are_english_for_english_readers() -> None:
    with translation.override("en"), pytest.raises(BadDefinition) as bad:
        load(changed("version: 1", "version: x"), file="t.yaml")
    with translation.override("en"):
        assert str(bad.value.faults[0]) == "t.yaml:4: version: This must be a whole number; it is “x”."


def test_the_shipped_book_is_whole() -> None:
    codes = ["ACC", "ANN", "CIL", "EDU", "ENT", "GRP", "HOM", "MED", "MOT", "PAR", "TRM", "TRV", "WLF"]
    assert [definition.code for definition in shipped()] == codes


def test_the_shipped_book_says_of_each_product_what_the_demo_says() -> None:
    demo = tomllib.loads((Path(demo_room.__file__).parent / "data" / "products.toml").read_text(encoding="utf-8"))
    told = {one["code"]: one for one in demo["product"]}
    for it in shipped():
        one = told[it.code]
        assert (it.name.zh, it.name.en) == (one["name"], one["name_en"])
        assert (it.line, it.long_term) == (one["line"], one["long_term"])


MOTOR = (SHIPPED / "motor.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "path", "reason"),
    [
        (
            "        motorcycle: [80, 120, 400]",
            "        moped: [80, 120, 400]",
            "rating.tables.compulsory_displacement.cells",
            "缺少“motorcycle”一行",
        ),
        ("values: [motorcycle]}", "values: [moped]}", "rating.tables", "车辆种类 motorcycle 没有交强险保险费"),
        ("  taxi: {zh", "  cab: {zh", "object.classes", "代码 taxi 没有名称"),
        ("use: {private: 1, ", "use: {", "rating.factors.use", "系数 use 缺少 private 一项"),
        (
            "match: from, values: [0, 2, 5, 10]",
            "match: from, values: [0, 5, 2, 10]",
            "rating.tables.compulsory_tonnes.columns.values",
            "从小到大",
        ),
    ],
)
def test_a_rate_table_that_lacks_something_is_refused(old: str, new: str, path: str, reason: str) -> None:
    assert MOTOR.count(old) == 1
    found = faults(MOTOR.replace(old, new))
    assert any(place == path and reason in said for _line, place, said in found), found


def refused_or_read(text: str | bytes) -> None:
    found: tuple[Fault, ...] = ()
    try:
        load(text, file="t.yaml")
    except BadDefinition as bad:
        found = bad.faults or pytest.fail("refused without a fault")
    assert all(fault.line >= 1 and fault.reason and str(fault) for fault in found)


@given(st.one_of(st.text(), st.binary()))
@settings(max_examples=200, deadline=None)
def test_no_text_upsets_the_reader(text: str | bytes) -> None:
    refused_or_read(text)


LINES = TERM.split("\n")
WORDS = st.one_of(
    st.sampled_from(
        ["{", "]", "*a", "&a", "!x", "|", "~", "-", "true", "1e9", "9" * 19, "%", "\t", "0.1%", "{}", "[]"]
    ),
    st.text(max_size=8),
)


@given(st.integers(0, len(LINES) - 1), st.integers(0, 60), WORDS, st.sampled_from(["value", "line", "insert", "drop"]))
@settings(max_examples=60, deadline=None)
def test_no_change_of_a_good_text_upsets_the_reader(number: int, place: int, word: str, how: str) -> None:
    lines = list(LINES)
    line = lines[number]
    if how == "value":
        lines[number] = line.partition(":")[0] + ": " + word
    elif how == "line":
        lines[number] = word
    elif how == "insert":
        lines[number] = line[:place] + word + line[place:]
    else:
        del lines[number]
    refused_or_read("\n".join(lines))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_table_of_the_docs_is_what_the_definitions_say(language: str) -> None:
    from tools.products_table import FILES, written

    assert written(language) == FILES[language].read_text(encoding="utf-8")
