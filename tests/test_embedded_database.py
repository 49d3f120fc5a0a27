"""The embedded PostgreSQL: where it listens, how it is set, whom it lets in."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from keyuan.settings import embedded
from keyuan.settings.database import parse

GIGABYTE = 1024**3


def values(memory: int) -> dict[str, str]:
    lines = embedded.configuration(memory).splitlines()[1:]
    return dict(line.split(" = ") for line in lines)


def test_a_small_machine_gives_little_and_a_large_one_not_everything() -> None:
    assert values(4 * GIGABYTE)["shared_buffers"] == "512MB"
    assert values(4 * GIGABYTE)["work_mem"] == "16MB"
    assert values(24 * GIGABYTE)["shared_buffers"] == "3072MB"
    assert values(512 * GIGABYTE)["shared_buffers"] == "3072MB"
    assert values(GIGABYTE // 2)["shared_buffers"] == "128MB"


@pytest.fixture
def deep_folder() -> Iterator[Path]:
    """A folder whose path has spaces and quotes and is longer than a socket's name may be."""
    base = Path(tempfile.mkdtemp(prefix="key uan's "))
    deep = base / ("long " * 12).strip() / ("path" * 15)
    deep.mkdir(parents=True)
    yield deep
    embedded.stop(deep / "postgres")
    shutil.rmtree(base)


def test_it_starts_under_a_long_path_with_spaces_and_lets_nobody_else_in(deep_folder: Path) -> None:
    data = deep_folder / "postgres"
    url = embedded.start(data)
    try:
        assert embedded.start(data) == url  # a second start finds it running
        found = embedded.address(data)
        assert found is not None
        assert not found.socket_folder.is_relative_to(deep_folder)
        assert stat.S_IMODE(found.socket_folder.stat().st_mode) == 0o700
        with psycopg.connect(url) as connection:
            shown = connection.execute("SELECT current_database(), current_setting('listen_addresses'), lower('ÀÉ')")
            assert shown.fetchone() == ("keyuan", "", "àé")
    finally:
        assert embedded.stop(data)
    assert embedded.address(data) is None
    assert not embedded.stop(data)


def test_a_pid_file_left_by_a_crash_is_no_running_server(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path}\n1\n5432\n{tmp_path}\n\n1 1\nready\n")
    assert embedded.address(tmp_path) is None


def test_a_folder_of_another_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("9.6")
    with pytest.raises(embedded.CannotStart, match=r"made by PostgreSQL 9\.6"):
        embedded.start(data)


def test_a_database_url_becomes_djangos_entry() -> None:
    entry = parse("postgresql://me:p%40ss@db.example:6432/crm?sslmode=require")
    assert (entry["NAME"], entry["USER"], entry["PASSWORD"]) == ("crm", "me", "p@ss")
    assert (entry["HOST"], entry["PORT"], entry["OPTIONS"]["sslmode"]) == ("db.example", "6432", "require")


def test_behind_a_pooler_nothing_is_told_of_prepared_statements() -> None:
    assert "prepare_threshold" in parse("postgresql://db.example/crm")["OPTIONS"]
    assert parse("postgresql://db.example/crm?prepared=no")["OPTIONS"] == {}


def test_another_database_is_refused() -> None:
    with pytest.raises(ValueError, match="must begin with postgresql://"):
        parse("mysql://localhost/crm")


def test_a_taken_port_is_told_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from keyuan.cli.refusals import CannotBegin
    from keyuan.cli.serve import refuse_taken_port

    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotBegin, match=f"Port {port} .* PORT={port + 1} make run"):
            refuse_taken_port("127.0.0.1", port)
