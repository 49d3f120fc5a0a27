"""``keyuan find`` finds what the box finds, as whoever is named."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from keyuan.cli import app
from keyuan.customer360.tests.world import PLATE, World

run = CliRunner().invoke


def test_the_command_finds_the_whole_company_and_says_it_in_json(world: World) -> None:
    told = json.loads(run(app, ["find", PLATE, "--json"]).stdout)
    assert [hit["number"] for hit in told["hits"]] == [world.customer.number]


def test_the_command_sees_what_the_named_account_sees(world: World) -> None:
    assert world.other.number not in run(app, ["find", "陈静", "--as", world.owner.username]).stdout
    assert world.customer.number in run(app, ["find", "王伟", "--as", world.owner.username]).stdout


@pytest.mark.django_db
def test_nobody_is_nobody() -> None:
    assert run(app, ["find", "王伟", "--as", "nobody"]).exit_code == 1
