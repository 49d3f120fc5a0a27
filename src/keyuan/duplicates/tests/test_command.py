"""``keyuan duplicates`` searches and shows; ``--no-search`` only shows, ``--as`` shows what an account sees."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from keyuan.accounts.roles import Role
from keyuan.cli import app
from keyuan.duplicates.models import Duplicate, DuplicateSearch
from keyuan.kernel.refusals import Refusal

run = CliRunner().invoke


@pytest.fixture
def pair(book):
    return book.twice()


def told(*more):
    answer = run(app, ["duplicates", "--json", *more])
    assert answer.exit_code == 0, answer.exception
    return json.loads(answer.stdout)


def test_the_search_and_the_pairs_as_one_json_document(pair):
    document = told()
    assert {name: document["search"][name] for name in ("customers", "found", "new")} == {
        "customers": 2, "found": 1, "new": 1,
    }  # fmt: skip
    (shown,) = document["pairs"]
    assert [shown[side]["number"] for side in ("customer", "other")] == [one.number for one in pair]
    assert "手机号只差一位或两位颠倒" in shown["reasons"]
    assert "13812345678" not in json.dumps(document)


def test_without_a_search_nothing_is_searched_and_what_waits_is_shown(pair):
    assert told("--no-search") == {"waiting": 0, "pairs": []}
    assert not DuplicateSearch.objects.exists()
    told()
    assert told("--no-search")["waiting"] == 1
    assert DuplicateSearch.objects.count() == 1


def test_the_limit_leaves_the_count(pair):
    assert told("--limit", "0")["pairs"] == []
    assert told("--no-search", "--limit", "0")["waiting"] == 1


def test_an_account_is_shown_what_it_sees(pair, org, user_as):
    told()
    stranger = user_as(Role.MANAGER, unit=org.other_branch, username="stranger")
    mine = user_as(Role.MANAGER, unit=org.branch, username="mine")
    assert told("--no-search", "--as", stranger.username)["waiting"] == 0
    assert told("--no-search", "--as", mine.username)["waiting"] == 1


def test_for_people_it_is_a_line_for_each_pair(pair):
    text = run(app, ["duplicates"]).stdout
    assert "1 对待审核" in text or "1 pairs wait" in text
    assert pair[0].number in text
    assert pair[1].number in text


@pytest.mark.django_db
def test_nobody_is_told_by_name():
    answer = run(app, ["duplicates", "--no-search", "--as", "nobody"])
    assert isinstance(answer.exception, Refusal)
    assert Duplicate.objects.count() == 0
