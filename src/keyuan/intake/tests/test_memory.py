"""Memory does not grow with the file: a child process reads and builds a large book and tells its peak."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LIMIT_MB = 500
CHILD = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "keyuan.settings.test"
import django
django.setup()
from pathlib import Path
from keyuan.intake.actions import _scanned
from keyuan.intake.build import build, plans
from keyuan.intake.mapping_file import read_mapping
from keyuan.intake.mappings import mapping_text
from keyuan.intake.reading import batches, parts_of
mapping = read_mapping(mapping_text("keyuan_book"))
parts, _files = _scanned(parts_of(Path(sys.argv[1]), mapping))
planned = plans(mapping, parts[0].source)
rows = 0
for batch in batches(parts[0], size=25_000):
    made, problems = build(batch.frame, parts[0].source, planned, secret=b"test")
    rows += made[0].frame.height
# The kernel's own mark of this program: getrusage would still count the process that it was forked from.
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(rows, int(status["VmHWM"].split()[0]) // 1024)
"""


def _peak(book: Path) -> tuple[int, int]:
    answer = subprocess.run([sys.executable, "-c", CHILD, str(book)], capture_output=True, text=True, check=True)
    rows, peak = answer.stdout.split()[-2:]
    return int(rows), int(peak)


@pytest.mark.parametrize("rows", [300_000])
def test_a_large_file_needs_no_more_memory_than_the_limit(tmp_path: Path, rows: int) -> None:
    text = "例行联系" * 40
    with (tmp_path / "contacts.csv").open("w") as file:
        file.write("联系编号,客户编号,联系日期,渠道,内容\n")
        file.writelines(f"{place},C{place // 10},2024-05-01,call,{text}\n" for place in range(rows))
    # The file itself is larger than a third of what may be used.
    assert (tmp_path / "contacts.csv").stat().st_size > 140 << 20
    assert (built := _peak(tmp_path))[0] == rows
    assert built[1] <= LIMIT_MB
