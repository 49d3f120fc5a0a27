"""A command that asks the database begins at once: what only other commands need is not loaded for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

#: Half a second and more each, and the rooms that would bring them along.
HEAVY = (
    "polars", "numpy", "pyarrow", "pandas", "duckdb", "ibis", "lightgbm", "sklearn", "openpyxl", "xlsxwriter", "pypinyin",
    "phonenumbers", "icalendar", "asn1crypto", "pyhanko", "typst", "zen", "ninja", "django.test", "jinja2",
    "keyuan.web.urls", "keyuan.journeys.insure", "keyuan.intake.reading", "keyuan.duplicates.finding", "keyuan.demo.book",
)  # fmt: skip
FIND = f"""
import json, sys
from keyuan.cli import main
sys.argv = ["keyuan", "find", "13812345678", "--json"]
try:
    main()
except SystemExit as end:
    assert not end.code
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""


def test_finding_by_mobile_loads_nothing_that_it_does_not_need(whole_database: str, tmp_path: Path) -> None:
    own = {"DATABASE_URL": whole_database, "KEYUAN_VAR": str(tmp_path), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", FIND], env={**os.environ, **own}, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    found, loaded = done.stdout.splitlines()
    assert json.loads(found)["hits"] == []
    assert json.loads(loaded) == []
