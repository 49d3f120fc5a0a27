"""Documents as PDF: a Typst template of a room, filled with data. The font comes with the project, so every machine
sets the same pages; no template fetches anything.

A template reads ``json(bytes(sys.inputs.data))``. What is written into it is data and never code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

FOLDER = Path(__file__).with_name("fonts")
FAMILY = "Noto Sans S Chinese"


class FontMissing(RuntimeError):
    """The font is not there: the front-end files were not fetched (``make front-end``)."""


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """The project's own font, read once a process; raises FontMissing."""
    if not list(FOLDER.glob("*.otf")):
        raise FontMissing(f"no font in {FOLDER.name}; make front-end brings it")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FOLDER)])


def typeset(template: Path, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The PDF of a template with this data; ``at`` is when it says it was made, so that the same is made twice alike."""
    told = {"data": json.dumps(data, ensure_ascii=False), "family": FAMILY}
    compiler = typst.Compiler(str(template), root=str(template.parent), font_paths=fonts(), sys_inputs=told)
    made = compiler.compile(format="pdf", timestamp=int(at.timestamp()))
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made
