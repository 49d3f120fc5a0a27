"""Definitions as they are shipped."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from keyuan.products.definition import Definition, load

BOOK = Path(__file__).parents[2] / "book"


@cache
def shipped(name: str) -> Definition:
    """The definition in ``products/book/NAME.yaml``."""
    path = BOOK / f"{name}.yaml"
    return load(path.read_text(encoding="utf-8"), file=path.name)


@pytest.fixture
def term_life() -> Definition:
    return shipped("term_life")
