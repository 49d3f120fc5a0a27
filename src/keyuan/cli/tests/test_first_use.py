"""Each command on a machine where nothing was made yet: it makes what it needs, or says in one sentence what to do."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from keyuan.cli.tests.conftest import Keyuan, command_line

BOOK = "客户编号,姓名,手机\n1,王伟,13812345678\n"
MAPPING = """\
book: first_use
title: 第一次
create: [branches]
files:
  - match: "*.csv"
    records:
      - record: customer
        key: 客户编号
        fields:
          name: 姓名
          mobile: 手机
"""
SILENT = "postgresql://nobody@127.0.0.1:1/none"


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.mark.parametrize("command", [("find", "苏E12345"), ("worker",), ("keys", "status"), ("serve",)])
def test_what_only_reads_says_which_command_makes_the_tables(keyuan: Keyuan, command: tuple[str, ...]) -> None:
    done = keyuan(*command, PORT=free_port())
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("The database has no tables of Keyuan yet")
    assert "keyuan demo" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_same_is_told_in_chinese_and_in_json(keyuan: Keyuan) -> None:
    chinese = keyuan("find", "王伟", LC_ALL="zh_CN.UTF-8")
    assert chinese.stderr.startswith("数据库里还没有客缘的表")
    told = keyuan("find", "王伟", "--json")
    assert told.returncode == 1
    assert json.loads(told.stdout)["error"]["code"] == "tables_not_up_to_date"


def test_the_demo_makes_the_tables_and_the_second_time_changes_nothing(keyuan: Keyuan) -> None:
    made = keyuan("demo", "--customers", 40, "--seed", 3, "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["customers"] == 40
    assert made.stderr == "Tables ...\nThe shipped product definitions are in.\n"
    again = keyuan("demo", "--customers", 40)
    assert again.returncode == 0
    assert "Tables" not in again.stderr
    assert "nothing was changed" in again.stdout


def test_an_import_makes_the_tables_that_are_missing_and_says_nothing_beside_its_json(
    older_database: str, tmp_path: Path
) -> None:
    keyuan = command_line(older_database, tmp_path)
    assert json.loads(keyuan("find", "ww", "--json").stdout)["error"]["code"] == "tables_not_up_to_date"
    (tmp_path / "customers.csv").write_text(BOOK, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAPPING, encoding="utf-8")
    call = ("import", tmp_path / "customers.csv", "--mapping", tmp_path / "map.yaml")
    done = keyuan(*call, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["records"]["customer"]["new"] == 1
    assert done.stderr == "Tables ...\n"
    found = keyuan("find", "ww", "--json")
    assert [hit["name"] for hit in json.loads(found.stdout)["hits"]] == ["王伟"]
    with_rejects = keyuan(*call, "--rejects", tmp_path / "nowhere" / "rejects.csv", "--json")
    assert json.loads(with_rejects.stdout)["error"]["code"] == "cannot_write_there"


def test_a_refused_import_is_a_sentence_and_json_and_leaves_no_table(keyuan: Keyuan, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text(BOOK, encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(MAPPING.replace("name: 姓名", "nam: 姓名"), encoding="utf-8")
    (tmp_path / "gbk.yaml").write_bytes(MAPPING.encode("gb18030"))
    for book, mapping, code in (
        ("missing.csv", "keyuan_book", "no_such_book"),
        ("customers.csv", "no_such_thing", "no_such_mapping"),
        ("customers.csv", str(tmp_path / "bad.yaml"), "bad_mapping"),
        ("customers.csv", str(tmp_path / "gbk.yaml"), "unreadable_mapping"),
    ):
        told = keyuan("import", tmp_path / book, "--mapping", mapping, "--json")
        assert (told.returncode, told.stderr) == (1, ""), code
        assert json.loads(told.stdout)["error"]["code"] == code
    spoken = keyuan("import", tmp_path / "customers.csv", "--mapping", tmp_path / "bad.yaml")
    assert (spoken.returncode, spoken.stdout) == (1, "")
    assert "Traceback" not in spoken.stderr
    assert "Line 10" in spoken.stderr
    assert json.loads(keyuan("find", "王伟", "--json").stdout)["error"]["code"] == "tables_not_up_to_date"


def test_a_database_that_is_not_there_is_one_sentence(keyuan: Keyuan) -> None:
    silent = keyuan("find", "王伟", DATABASE_URL=SILENT)
    assert silent.returncode == 1
    assert silent.stderr.startswith("The database does not answer: ")
    wrong = keyuan("demo", "--json", DATABASE_URL="mysql://localhost/crm")
    assert json.loads(wrong.stdout)["error"]["code"] == "bad_database_url"
    assert wrong.returncode == 1


def test_keys_that_are_none_and_a_day_without_a_book_are_one_sentence(keyuan: Keyuan) -> None:
    keys = keyuan("find", "王伟", KEYUAN_KEYS="not a ring")
    assert (keys.returncode, keys.stderr.count("\n")) == (1, 1)
    assert keys.stderr.startswith("KEYUAN_KEYS is not a key ring.")
    day = keyuan("demo", "--as-of", "0001-01-01", "--json")
    assert day.returncode == 1
    assert json.loads(day.stdout)["error"]["code"] == "no_book_for_that_day"
