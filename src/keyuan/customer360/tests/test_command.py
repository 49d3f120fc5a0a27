"""``keyuan find`` finds what the box finds, ``keyuan query`` whom a condition finds, both as whoever is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from keyuan.cli import app
from keyuan.cli.refusals import CannotBegin
from keyuan.customer360.tests.world import PLATE, World
from keyuan.kernel.refusals import Refusal

run = CliRunner().invoke


def test_the_command_finds_the_whole_company_and_says_it_in_json(world: World) -> None:
    told = json.loads(run(app, ["find", PLATE, "--json"]).stdout)
    assert [hit["number"] for hit in told["hits"]] == [world.customer.number]


def test_the_command_sees_what_the_named_account_sees(world: World) -> None:
    assert world.other.number not in run(app, ["find", "陈静", "--as", world.owner.username]).stdout
    assert world.customer.number in run(app, ["find", "王伟", "--as", world.owner.username]).stdout


@pytest.mark.django_db
def test_nobody_is_nobody_and_it_says_where_the_names_are() -> None:
    answer = run(app, ["find", "王伟", "--as", "nobody"])
    assert answer.exit_code == 1
    refused = answer.exception
    assert isinstance(refused, Refusal)
    assert str(refused) == "没有用户名为“nobody”的账户。"
    assert "用户与机构" in refused.what_to_do


MOTOR = '{"all": [{"has": "policy", "such_that": {"field": "policy.line", "op": "in", "value": ["motor"]}}]}'


@pytest.fixture
def asked(tmp_path: Path) -> str:
    """A file with the condition: whoever has a motor policy."""
    (tmp_path / "motor.json").write_text(MOTOR, encoding="utf-8")
    return str(tmp_path / "motor.json")


def test_a_condition_in_a_file_is_answered_in_json(world: World, asked: str) -> None:
    told = json.loads(run(app, ["query", asked, "--json", "--column", "name"]).stdout)
    assert (told["count"], told["page"], told["pages"]) == (1, 1, 1)
    assert [(row["number"], row["name"]) for row in told["rows"]] == [(world.customer.number, "王伟")]
    assert told["condition"] == json.loads(MOTOR)


def test_the_count_alone_is_a_number(world: World, asked: str) -> None:
    assert run(app, ["query", asked, "--count"]).stdout == "1\n"


def test_a_condition_is_answered_as_the_named_account_sees_it(world: World, asked: str) -> None:
    everybody = '{"all": [{"field": "customer.name", "op": "contains", "value": "陈"}]}'
    whole = run(app, ["query", "-", "--count"], input=everybody).stdout
    own = run(app, ["query", "-", "--count", "--as", world.owner.username], input=everybody).stdout
    assert (int(whole) > 0, own) == (True, "0\n")
    assert run(app, ["query", asked, "--count", "--as", world.owner.username]).stdout == "1\n"


def test_a_faulty_condition_and_a_missing_file_are_refused_by_name(world: World, tmp_path: Path) -> None:
    faulty = run(
        app, ["query", "-", "--json"], input='{"all": [{"field": "customer.shoe_size", "op": "eq", "value": 1}]}'
    )
    assert isinstance(faulty.exception, Refusal)
    assert "customer.shoe_size" in str(faulty.exception)
    missing = run(app, ["query", str(tmp_path / "none.json")])
    assert isinstance(missing.exception, CannotBegin)
    assert "none.json" in missing.exception.sentence
