"""Spark gives the numbers that DuckDB gives. One test: Spark takes seconds to begin."""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import pytest

from keyuan.accounts.scope import Viewer
from keyuan.insight.cube.answers import answer
from keyuan.insight.cube.names import MEASURES
from keyuan.insight.cube.questions import question
from keyuan.insight.lake.exporting import Exported

MISSING = find_spec("pyspark") is None or shutil.which("java") is None


@pytest.mark.skipif(MISSING, reason="Spark needs pyspark (keyuan[spark]) and Java 17")
def test_both_engines_give_equal_numbers(book: Exported, everybody: Viewer) -> None:
    asked = question(by="year,line,sex,age_band", measures=",".join(MEASURES), period_text="2022-03-05..2025-06-30")
    one, other = (answer(asked, viewer=everybody, on_engine=name) for name in ("duckdb", "spark://local"))
    assert len(one.cells) > 50
    assert one.cells == other.cells
    assert one.total == other.total
