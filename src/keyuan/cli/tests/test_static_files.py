"""The web server never starts without the styles and scripts of its pages."""

from __future__ import annotations

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


def test_what_was_fetched_is_collected_once(
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
