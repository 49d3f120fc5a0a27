"""The web server never starts without the styles and scripts of its pages."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core import management

from keyuan.cli.first_use import collect_static
from keyuan.cli.refusals import NoFrontEndFiles


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> list[str]:
    """The commands of Django that were called, with nothing collected so far."""
    names: list[str] = []
    settings.STATIC_ROOT = tmp_path
    monkeypatch.setattr(management, "call_command", lambda name, **options: names.append(name))
    return names


def test_without_the_files_from_npm_it_says_how_to_fetch_them(
    called: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finders, "find", lambda path: None)
    with pytest.raises(NoFrontEndFiles) as refused:
        collect_static()
    assert "make front-end" in refused.value.what_to_do
    assert called == []


def test_what_was_fetched_is_collected_once_and_again_after_a_change(
    called: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(finders, "find", lambda path: str(tmp_path / path))
    collect_static()
    assert called == ["collectstatic"]
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err
    (tmp_path / "staticfiles.json").write_text("{}")
    collect_static()
    assert called == ["collectstatic"]
    os.utime(tmp_path / "staticfiles.json", (0, 0))  # as old as if a newer version had been installed since
    collect_static()
    assert called == ["collectstatic", "collectstatic"]
