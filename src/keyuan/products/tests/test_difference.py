"""What changed from one version to the next, in words."""

from __future__ import annotations

from typing import get_args

from django.utils import translation
from pydantic import BaseModel

from keyuan.products import difference
from keyuan.products.definition import Definition, load
from keyuan.products.definition.book import SHIPPED, shipped
from keyuan.products.definition.rating import Axis
from keyuan.products.definition.values import Age, Span
from keyuan.products.wording import WORDS

TERM = (SHIPPED / "term_life.yaml").read_text(encoding="utf-8")


def told(old: str, new: str, language: str = "zh-hans") -> list[tuple[str, str | None, str | None]]:
    before, after = load(TERM, file="a"), load(TERM.replace(old, new), file="b")
    with translation.override(language):
        labels = difference.names(language, before, after)
        return [(one.where(labels), one.before, one.after) for one in difference.changes(before, after)]


def test_a_change_is_told_with_its_place_in_words() -> None:
    assert told("interest: 2%", "interest: 1.5%") == [("费率 › 利率", "2%", "1.5%")]
    assert told("min: 100000", "min: 200000") == [("保额 › 最低", "¥100,000", "¥200,000")]
    assert told("rate: 5%", "rate: 4.5%", "en") == [("Policy loan › Rate", "5%", "4.5%")]


def test_a_cell_of_a_table_is_told_by_its_column() -> None:
    assert told("cells: [0.60, 0.75,", "cells: [0.60, 0.80,") == [
        ("费率 › 费率表 › 意外身故额外给付 › 2", "0.75", "0.80")
    ]


def test_what_is_new_and_what_is_gone_are_told() -> None:
    assert told("    max_age: 50\n", "") == [("附加险 › 附加豁免保险费 › 最高年龄", "50周岁", None)]
    assert told("20 years, 30 years, to age 60", "20 years, to age 60") == [
        (
            "期间 › 保障期间",
            "10年、15年、20年、30年、至60岁、至65岁、至70岁",
            "10年、15年、20年、至60岁、至65岁、至70岁",
        )
    ]


def test_a_comment_changes_the_text_but_not_the_product() -> None:
    changed = TERM.replace("# 千元保额的年费率", "# 别的说明")
    assert difference.changes(load(TERM, file="a"), load(changed, file="b")) == ()
    assert [line.kind for line in difference.text_lines(TERM, changed, around=0)] == ["gap", "gone", "new"]


def test_every_name_of_the_format_has_words() -> None:
    found, waiting = set(), [Definition]
    while waiting:
        part = waiting.pop()
        found |= set(part.model_fields)
        waiting += [inner for inner in _models(part) if inner not in (Age, Span, Axis)]
    assert found - set(WORDS) - {"code"} == set()


def _models(part: type[BaseModel]) -> list[type[BaseModel]]:
    kinds = [field.annotation for field in part.model_fields.values()]
    found = []
    while kinds:
        kind = kinds.pop()
        kinds += list(get_args(kind))
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found.append(kind)
    return found


def test_no_product_differs_from_itself_and_any_two_can_be_compared() -> None:
    for it in shipped():
        assert difference.changes(it, it) == ()
    assert difference.changes(shipped()[0], shipped()[1])
