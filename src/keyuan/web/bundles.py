"""One stylesheet and one script for the desk, joined from the files of the rooms: each file is a request of a first view.

The rooms keep their own files where they are. What belongs to a few pages only stays a file of those pages.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

BUNDLES = {
    "built/desk.css": (
        "web/tokens.css",
        "web/shell.css",
        "web/components.css",
        "customer360/customer360.css",
        "files/files.css",
    ),
    # Each is a module of its own: in a block, so that their names do not meet.
    "built/desk.js": ("web/js/desk.js", "lists/lists.js", "customer360/customer360.js", "files/files.js"),
}


def joined(name: str) -> str:
    """The text of a bundle."""
    texts = [Path(_found(source)).read_text(encoding="utf-8") for source in BUNDLES[name]]
    if name.endswith(".js"):
        texts = [f"{{\n{text}}}\n" for text in texts]
    return "".join(texts)


def _found(source: str) -> str:
    path = finders.find(source)
    if not isinstance(path, str):
        raise FileNotFoundError(source)
    return path


class BundleFinder(BaseFinder):
    """Hands the bundles to collectstatic and to the development server, built anew when their text has changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage: Storage = FileSystemStorage(location=settings.VAR / "bundles")

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in BUNDLES:
            return []
        built = self._built(path)
        return [built] if find_all else built

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        for name in BUNDLES:
            self._built(name)
            yield name, self.storage

    def _built(self, name: str) -> str:
        place = Path(self.storage.path(name))
        text = joined(name)
        if not place.exists() or place.read_text(encoding="utf-8") != text:
            place.parent.mkdir(parents=True, exist_ok=True)
            # Several processes may build at once, each its own half.
            half = place.with_suffix(f"{place.suffix}.{os.getpid()}")
            half.write_text(text, encoding="utf-8")
            half.replace(place)
        return str(place)
