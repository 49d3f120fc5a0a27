"""``keyuan quote`` prices a file, and says what is wrong with one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from keyuan.cli.quote import app
from keyuan.cli.refusals import CannotBegin
from keyuan.products.rating import RiskRefused

pytestmark = pytest.mark.django_db
RISK = {"age": 35, "sex": "male", "sum": 500000, "cover_term": "20 years", "pay_years": 20}


def ran(tmp_path: Path, told: Any, *options: str) -> Any:
    file = tmp_path / "quote.json"
    file.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
    return CliRunner().invoke(app, [str(file), *options], catch_exceptions=True)


def test_a_file_is_priced_with_its_arithmetic_and_years(tmp_path: Path) -> None:
    answer = ran(tmp_path, {"product": "TRM", "risk": RISK}, "--json", "--years")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.output)
    assert (told["product"], told["version"], told["price"]["premium"]) == ("TRM", 1, "1832.91")
    assert len(told["years"]) == 20
    assert told["years"][0]["death_benefit"] == "500000.00"


def test_people_read_the_steps(tmp_path: Path) -> None:
    answer = ran(tmp_path, {"product": "TRM", "version": 1, "risk": RISK})
    assert "1832.91" in answer.output
    assert "3.6206" in answer.output


@pytest.mark.parametrize("text", ["", "[1]", '{"product": "TRM", "version": "1"}', "[" * 10000])
def test_a_file_that_is_no_quote_is_refused(tmp_path: Path, text: str) -> None:
    assert isinstance(ran(tmp_path, text).exception, CannotBegin)


def test_a_risk_is_refused_by_its_rule(tmp_path: Path) -> None:
    assert isinstance(ran(tmp_path, {"product": "TRM", "risk": {}}).exception, RiskRefused)
