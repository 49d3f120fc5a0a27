"""Models on disk: a folder per version with JSON and LightGBM's text. Loading runs no code of the file: no pickle anywhere.

``var/models/NAME/VERSION/``: ``model.json`` (what it is, its encodings and coefficients, the digests of its other files),
``trees-*.txt``, ``card.json`` and ``card.md``. A version is the first half of the digest of all it holds, so that the same
training gives the same version.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keyuan.insight.learning.models import Blend

FORMAT = 2
NAME = re.compile(r"[a-z][a-z0-9_-]{0,40}\Z")
TREES = re.compile(r"trees-\d+-\d+\.txt\Z")


class UnusableModel(ValueError):
    """The folder holds no model that can be trusted: something is missing, changed or of another format."""


def keep(
    folder: Path, name: str, model: Blend, *, told: Mapping[str, Any], taught_on: str, in_use: bool = True
) -> Path:
    """Write a version and, unless it is not to be ``in_use``, make it the newest one.

    ``told`` is what the model's user needs (its inputs, say). ``taught_on`` (a day, ISO) orders the versions. Returns the
    folder of the version.
    """
    if not NAME.match(name):
        raise ValueError(name)
    described, texts = model.as_dict()
    body = {
        "format": FORMAT,
        "name": name,
        "told": dict(told),
        "model": described,
        "files": {file: _digest(text) for file, text in sorted(texts.items())},
    }
    text = json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True)
    version = folder / name / f"{taught_on}-{_digest(text)[:16]}"
    version.mkdir(parents=True, exist_ok=True)
    for file, trees in texts.items():
        (version / file).write_text(trees, encoding="utf-8", newline="\n")
    (version / "model.json").write_text(text, encoding="utf-8", newline="\n")
    if in_use:
        (folder / name / "newest").write_text(version.name + "\n", encoding="utf-8")
    return version


def newest(folder: Path, name: str) -> Path:
    """The folder of the version that is in use; raises UnusableModel."""
    pointer = folder / name / "newest"
    if not NAME.match(name) or not pointer.is_file():
        raise UnusableModel(f"no model {name}")
    version = pointer.read_text(encoding="utf-8").strip()
    if not re.fullmatch(r"[0-9a-f-]{8,60}", version):
        raise UnusableModel(f"no version {version}")
    return folder / name / version


def load(version: Path) -> tuple[Blend, dict[str, Any]]:
    """The model and what was told with it; raises UnusableModel if a file is missing or is not the one that was kept."""
    try:
        body = json.loads((version / "model.json").read_text(encoding="utf-8"))
        if body["format"] != FORMAT:
            raise UnusableModel(f"format {body['format']}")
        texts = {file: _trees(version, file, digest) for file, digest in body["files"].items()}
        return Blend.from_dict(body["model"], texts), dict(body["told"])
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise UnusableModel(f"{version.name}: {error}") from error


def _trees(version: Path, file: str, digest: str) -> str:
    if not TREES.match(file):
        raise UnusableModel(f"{file} is no file of a model")
    text = (version / file).read_text(encoding="utf-8")
    if _digest(text) != digest:
        raise UnusableModel(f"{file} was changed")
    return text


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
