"""The worked examples of docs/algorithms/rating.md are what rating reckons, step by step; every shipped product has one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from keyuan.products.definition import Definition
from keyuan.products.definition.book import shipped
from keyuan.products.rating import Price, price, risk_of

PAGE = Path(__file__).parents[5] / "docs" / "algorithms" / "rating.md"
EXAMPLE = re.compile(
    r"### (\w+) .*?\n\n```json\n(.*?)\n```\n\n\| step .*?\n\| --- .*?\n(.*?)\n\n(.*?)\n(?:\n|$)", re.DOTALL
)


@dataclass(frozen=True)
class Example:
    code: str
    risk: dict[str, Any]
    lines: tuple[tuple[str, ...], ...]
    told: str


def examples() -> list[Example]:
    found = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    return [
        Example(
            code,
            json.loads(risk),
            tuple(tuple(cell.strip() for cell in line.strip("| ").split("|")) for line in table.split("\n")),
            told,
        )
        for code, risk, table, told in found
    ]


def lines_of(told: Price) -> tuple[tuple[str, ...], ...]:
    """The steps as the page writes them."""
    return tuple((step.code, step.of or "·", f"{step.by.normalize():f}", f"{step.amount}") for step in told.steps)


def sentence(told: Price) -> str:
    """What it comes to, as the page says it."""
    return (
        f"Standard yearly premium {told.standard.amount}; instalments {len(told.instalments)} × {told.premium.amount} "
        f"= {told.yearly.amount} a year, for {told.years} years: {told.total.amount}."
    )


def shipped_version(code: str) -> Definition:
    """The newest shipped version of a product, without a database."""
    return [definition for definition in shipped() if definition.code == code][-1]


def test_every_shipped_product_has_a_worked_example() -> None:
    assert {example.code for example in examples()} == {definition.code for definition in shipped()}


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.code)
def test_the_arithmetic_of_the_page_is_the_arithmetic_of_rating(example: Example) -> None:
    definition = shipped_version(example.code)
    told = price(definition, risk_of(definition, example.risk))
    assert lines_of(told) == example.lines
    assert sentence(told) == example.told
