"""The desk's one stylesheet and one script hold what the rooms wrote, and are handed out like any file."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import get_finder

from keyuan.web.bundles import BUNDLES


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_holds_every_file_of_it_in_order(name: str) -> None:
    text = Path(str(finders.find(name))).read_text(encoding="utf-8")
    places = [text.index(Path(str(finders.find(source))).read_text(encoding="utf-8")) for source in BUNDLES[name]]
    assert places == sorted(places)


def test_a_bundle_follows_its_files() -> None:
    built = Path(str(finders.find("built/desk.css")))
    whole = built.read_text(encoding="utf-8")
    built.write_text("older", encoding="utf-8")
    assert Path(str(finders.find("built/desk.css"))).read_text(encoding="utf-8") == whole


def test_the_bundles_are_collected() -> None:
    finder = get_finder("keyuan.web.bundles.BundleFinder")
    assert [name for name, _ in finder.list([])] == list(BUNDLES)


def test_other_files_are_not_looked_for() -> None:
    assert get_finder("keyuan.web.bundles.BundleFinder").find("web/shell.css") == []
