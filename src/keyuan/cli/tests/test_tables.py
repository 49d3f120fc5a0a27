"""``keyuan tables`` says what there is, and what is wrong with a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from keyuan.cli.refusals import CannotBegin
from keyuan.cli.tables import app


def test_the_tables_are_listed_with_their_sources() -> None:
    told = json.loads(CliRunner().invoke(app, ["list", "--json"]).output)["tables"]
    (life,) = [one for one in told if one["code"] == "ky_life_male"]
    assert (life["ages"], life["expectation"], life["verified"]) == ("0-105", "76.60", False)
    assert life["source"].startswith("虚构")
    assert {one["code"]: one["expectation"] for one in told}["ky_illness_male"] is None


def test_a_file_is_checked_before_it_is_used(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text("# source: 公司报备\nage,own\n0,0.5\n1,1\n", "utf-8")
    told = json.loads(CliRunner().invoke(app, ["check", str(file), "--json"]).output)["tables"]
    assert told[0] | {"doubt": ""} == {
        "code": "own", "ages": "0-1", "expectation": "1.00", "verified": False, "source": "公司报备", "doubt": "",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["age,own\n0,1\n", "# source: x\nage,ky_life_male\n0,1\n"])
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str) -> None:
    file = tmp_path / "own.csv"
    file.write_text(text, "utf-8")
    assert isinstance(CliRunner().invoke(app, ["check", str(file)]).exception, CannotBegin)
