"""What each type takes, what it refuses, and that nothing is lost on the way into JSON and out again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.accounts.roles import Permission
from keyuan.customfields import rules
from keyuan.customfields.refusals import CustomValuesRefused
from keyuan.customfields.shapes import Choice, Definition
from keyuan.customfields.states import FieldType, RecordKind

LEVELS = (Choice("low", "低", "Low"), Choice("high", "高", "High"), Choice("gone", "旧", "Old", retired=True))


def field(type: FieldType, slug: str = "x", **rest: Any) -> Definition:
    whole: dict[str, Any] = {
        "id": 1, "record": RecordKind.PERSON, "slug": slug, "name": "字段", "name_en": "Field", "type": type,
        "choices": LEVELS, "required": False, "help": "", "help_en": "", "section": "", "section_en": "", "order": 1,
        "see": Permission.SEE_CUSTOMERS, "edit": Permission.EDIT_CUSTOMERS, "retired": False,
    }  # fmt: skip
    return Definition(**{**whole, **rest})


def stored(type: FieldType, value: Any, **rest: Any) -> Any:
    return rules.cleaned([field(type)], {"x": value}, **rest)["x"]


@pytest.mark.parametrize(
    ("type", "given", "expected"),
    [
        (FieldType.TEXT, "  抖音直播 ", "抖音直播"),
        (FieldType.TEXT, "", None),
        (FieldType.NUMBER, "1,234.50", 1234.5),
        (FieldType.NUMBER, Decimal("7"), 7),
        (FieldType.NUMBER, 0, 0),
        (FieldType.MONEY, "¥12,000.30", 12000.3),
        (FieldType.DATE, date(2026, 11, 22), "2026-11-22"),
        (FieldType.DATE, "2026-11-22", "2026-11-22"),
        (FieldType.YES_NO, "是", True),
        (FieldType.YES_NO, False, False),
        (FieldType.YES_NO, None, None),
        (FieldType.CHOICE, "高", "high"),
        (FieldType.CHOICE, "HIGH", "high"),
        (FieldType.MULTI_CHOICE, ["high", "low", "high"], ["low", "high"]),
        (FieldType.MULTI_CHOICE, "高、低", ["low", "high"]),
        (FieldType.MULTI_CHOICE, [], None),
    ],
)
def test_a_value_is_stored_in_one_form(type: FieldType, given: Any, expected: Any) -> None:
    assert stored(type, given) == expected
    assert json.loads(json.dumps(expected)) == expected


@pytest.mark.parametrize(
    ("type", "given", "sentence"),
    [
        (FieldType.TEXT, "x" * 501, "“字段”：最多500个字符。"),
        (FieldType.TEXT, ["x"], "“字段”：应是文本。"),
        (FieldType.NUMBER, "许多", "“字段”：“许多”不是数字。"),
        (FieldType.NUMBER, True, "“字段”：应是数字。"),
        (FieldType.NUMBER, "NaN", "“字段”：“NaN”不是数字。"),
        (FieldType.NUMBER, "1234567890123456", "“字段”：“1234567890123456”超出范围：最多15位有效数字。"),
        (FieldType.MONEY, "0.005", "“字段”：“0.005”不足一分。"),
        (FieldType.DATE, "2026-02-30", "“字段”：“2026-02-30”不是有效日期，例如 2026-01-31。"),
        (FieldType.YES_NO, "也许", "“字段”：“也许”应是“是”或“否”。"),
        (FieldType.CHOICE, "中", "“字段”：“中”不在选项中（低、高）。"),
        (FieldType.CHOICE, "gone", "“字段”：选项“旧”已停用。"),
        (FieldType.MULTI_CHOICE, {"high": 1}, "“字段”：应是选项的列表。"),
    ],
)
def test_a_value_of_another_kind_is_refused_with_a_sentence(type: FieldType, given: Any, sentence: str) -> None:
    with pytest.raises(CustomValuesRefused) as refused:
        stored(type, given)
    assert refused.value.faults == (("custom.x", sentence),)


def test_every_fault_is_named_at_once() -> None:
    fields = [field(FieldType.NUMBER, "a", name="甲"), field(FieldType.DATE, "b", name="乙")]
    with pytest.raises(CustomValuesRefused) as refused:
        rules.cleaned(fields, {"a": "x", "b": "y", "c": 1})
    assert [key for key, _ in refused.value.faults] == ["custom.a", "custom.b", "custom.c"]
    assert [fault["field"] for fault in refused.value.as_dict()["faults"]] == ["custom.a", "custom.b", "custom.c"]


def test_a_required_field_is_asked_for_at_entry_and_cannot_be_emptied_later() -> None:
    must = field(FieldType.TEXT, required=True)
    with pytest.raises(CustomValuesRefused):
        rules.cleaned([must], {}, entry=True)
    with pytest.raises(CustomValuesRefused):
        rules.cleaned([must], {"x": ""}, before={"x": "有"})
    assert rules.cleaned([must], {}) == {}
    assert rules.cleaned([must], {"x": ""}, before={}) == {"x": None}


def test_a_retired_choice_may_stay_where_it_is_and_a_retired_field_takes_nothing() -> None:
    assert stored(FieldType.CHOICE, "gone", before={"x": "gone"}) == "gone"
    assert stored(FieldType.MULTI_CHOICE, ["gone", "low"], before={"x": ["gone"]}) == ["low", "gone"]
    with pytest.raises(CustomValuesRefused):
        rules.cleaned([field(FieldType.TEXT, retired=True)], {"x": "a"})


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_an_amount_is_the_same_amount_after_json(amount: Decimal) -> None:
    kept = json.loads(json.dumps(stored(FieldType.MONEY, amount)))
    assert rules.exact(kept) == amount


def test_a_value_reads_as_people_write_it() -> None:
    told = [(FieldType.MONEY, 12000.3, "¥12,000.30"), (FieldType.NUMBER, 1234567, "1,234,567")]
    told += [(FieldType.YES_NO, False, "否"), (FieldType.CHOICE, "gone", "旧"), (FieldType.TEXT, None, "")]
    told += [(FieldType.MULTI_CHOICE, ["low", "high"], "低、高"), (FieldType.DATE, "2026-11-22", "2026-11-22")]
    assert [rules.shown(field(type), value) for type, value, _ in told] == [text for _, _, text in told]


def test_only_what_differs_is_a_change() -> None:
    before = {"a": 1, "b": "x"}
    assert rules.differing(before, {"a": 1, "b": None, "c": "y", "d": None}) == {"b": ("x", None), "c": (None, "y")}
    assert rules.merged(before, {"b": None, "c": "y"}) == {"a": 1, "c": "y"}


@pytest.mark.parametrize(("slug", "fits"), [
    ("risk_level", True), ("a", True), ("a1", True), ("1a", False), ("Risk", False), ("a__b", False), ("a_", False),
    ("a" * 41, False), ("", False), ("a-b", False), ("a\n", False),
])  # fmt: skip
def test_a_code_is_one_word_of_small_letters(slug: str, fits: bool) -> None:
    assert rules.is_slug(slug) is fits


def test_a_choice_label_follows_the_reader() -> None:
    assert replace(field(FieldType.CHOICE)).choice_label("high") == "高"
