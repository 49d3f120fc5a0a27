"""``keyuan find`` finds what the box finds, as whoever is named."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from keyuan.cli import app
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
