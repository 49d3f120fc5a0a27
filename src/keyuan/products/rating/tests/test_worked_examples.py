"""The worked examples of docs/algorithms/rating.md are what rating reckons, step by step; every shipped product has one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
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


CENT = Decimal("0.01")
TOLD = re.compile(r"premium ([\d.]+); instalments (\d+) × ([\d.]+) = ([\d.]+) a year, for (\d+) years: ([\d.]+)\.")


@dataclass
class Calculator:
    """What somebody with the page and a pocket calculator has noted so far; nothing of rating is called."""

    amount_insured: Decimal
    standard: Decimal
    last: Decimal = Decimal(0)
    own: Decimal = Decimal(0)
    total: Decimal = Decimal(0)

    def expects(self, code: str, of: str, by: Decimal) -> Decimal | None:
        """What a line comes to; None where it begins with a sum that the page leaves to the product's plan."""
        rules = {
            "rate": self.amount_insured / 1000 * by,
            "base": by,
            "compulsory": by,
            "fixed": by,
            "policy_fee": self.last + by,
            "of_new_value": self.last + by,
            "rider.share": self.own * by,
            "rider": self.own + by,
            "so_far": self.total + by,
            "member": self.total + (by * Decimal(of) if code == "member" else 0),
            "seats": self.last * by,
            "instalment": self.standard * by,
        }
        found = self.last * by if code.startswith(("factor.", "table.")) else rules.get(code)
        return None if found is None else found.quantize(CENT, ROUND_HALF_UP)

    def notes(self, code: str, of: str, told: Decimal) -> None:
        if code == "instalment":
            return
        self.last = told
        if of == "·" or code in ("rider", "so_far", "member") or code.startswith("table."):
            self.own = told
        if code in ("so_far", "member"):
            self.total = told


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.code)
def test_a_pocket_calculator_comes_to_the_same_cents(example: Example) -> None:
    found = TOLD.match(example.told.removeprefix("Standard yearly "))
    assert found is not None
    standard, times, each, yearly, years, total = (Decimal(number) for number in found.groups())
    noted, parts, checked = Calculator(Decimal(str(example.risk.get("sum", 0))), standard), {}, 0
    for code, of, by, told in example.lines:
        expected = noted.expects(code, of, Decimal(by))
        if expected is not None:
            assert Decimal(told) == expected, (code, of)
            checked += 1
        noted.notes(code, of, Decimal(told))
        if code != "instalment":
            parts[of] = Decimal(told)
    adds_up = not {code for code, *_ in example.lines} & {"so_far", "member", "rider"}
    assert standard == (sum(parts.values()) if adds_up else noted.own)
    assert times * each == yearly
    assert yearly * years == total
    assert checked
