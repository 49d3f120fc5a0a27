"""The pages as they were shown and each operation: a chain of rows whose head stands in the log at every step of the sale."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from keyuan.evidence.offline.chain import GENESIS, Row, canonical, faults, follow
from keyuan.evidence.offline.evidence import Evidence
from keyuan.evidence.offline.parts import PAGES, part_of
from keyuan.evidence.offline.report import Part, Said

FORM: Final = "keyuan.pages.v1"
ROWS: Final = "pages/rows.json"
SHOWN: Final = "pages/shown/"
FILES: Final = "pages/files/"
TRACED: Final = "sale.traced"
DROPPED: Final = "sale.trace_dropped"


def rows_bytes(rows: list[dict[str, Any]]) -> bytes:
    """The rows as the member that holds them."""
    return canonical({"form": FORM, "rows": rows})


def check(evidence: Evidence) -> None:
    """The chain leads to every head that the log tells of, every page is the one that was shown, and none is left over."""
    part = evidence.report.part(*part_of(PAGES))
    anchors = [(line["payload"].get("rows"), line["payload"].get("head")) for line in evidence.named(TRACED)]
    if not any(name.startswith(PAGES) for name in evidence.members):
        part.absent, part.told = True, Said("not in this file", "不在本文件中")
        if dropped := evidence.named(DROPPED):
            day = dropped[-1]["at"][:10]
            part.told = Said(f"destroyed on {day}, when their time was over", f"保存期满，已于 {day} 销毁")
        elif anchors:
            part.fail("the log tells of pages that are missing", "日志记有展示过的页面，但文件中没有")
        return
    told = _rows(evidence)
    if told is None:
        part.fail("the rows cannot be read", "操作记录无法读取")
        return
    rows = list(_chained(evidence, told))
    _anchored(part, rows, anchors)
    files = {name.removeprefix(FILES): raw for name, raw in evidence.members.items() if name.startswith(FILES)}
    head = rows[-1].head if rows else GENESIS
    for fault in faults(rows, head=head, length=len(rows), kept=files):
        part.fail(fault.what, CHINESE.get(fault.part, "第 {n} 行不符").format(n=fault.n))
    _nothing_left_over(evidence, part, rows)
    shown = sum(row.page is not None for row in rows)
    part.told = Said(f"{len(rows)} rows, {shown} pages", f"{len(rows)} 行记录，{shown} 个页面")


CHINESE: Final = {
    "row": "第 {n} 行记录不符",
    "page": "第 {n} 行的页面不是当时展示的页面",
    "dress": "第 {n} 行页面的样式或图片不符",
    "length": "记录的行数不符",
    "head": "记录链的末端不符",
}


def _rows(evidence: Evidence) -> list[dict[str, Any]] | None:
    found = evidence.json(ROWS)
    try:
        if found is None or found["form"] != FORM or canonical(found) != evidence.members[ROWS]:
            return None
        rows: list[dict[str, Any]] = found["rows"]
        return rows if rows and all(isinstance(one, dict) for one in rows) else None
    except (KeyError, TypeError, ValueError):
        return None


def _chained(evidence: Evidence, told: list[dict[str, Any]]) -> Iterator[Row]:
    head = GENESIS
    for place, one in enumerate(told, 1):
        raw = canonical(one)
        head = follow(head, raw)
        yield Row(place, raw, head, evidence.members.get(f"{SHOWN}{one.get('page')}.html"))


def _anchored(part: Part, rows: list[Row], anchors: list[tuple[Any, Any]]) -> None:
    if not anchors:
        part.fail("no line of the log tells of these pages", "日志中没有这些页面的记录")
        return
    for length, head in anchors:
        if not isinstance(length, int) or not 0 < length <= len(rows) or rows[length - 1].head.hex() != head:
            part.fail(f"the first {length} rows are not what the log tells of", f"前 {length} 行与日志所记不符")
    if max((length for length, _ in anchors if isinstance(length, int)), default=0) < len(rows):
        part.fail("rows follow that the log does not tell of", "末尾有日志没有记载的行")


def _nothing_left_over(evidence: Evidence, part: Part, rows: list[Row]) -> None:
    said = [row.said() for row in rows]
    known = {ROWS, *(f"{SHOWN}{one.get('page')}.html" for one in said)}
    lists = {str(one.get("with", "")) for one in said} - {""}
    known |= {FILES + one for one in lists}
    for one in lists:
        try:
            known |= {FILES + str(digest) for digest in json.loads(evidence.members.get(FILES + one, b"{}")).values()}
        except (ValueError, AttributeError):
            continue
    for name in sorted(evidence.members):
        if name.startswith(PAGES) and name not in known:
            part.fail(f"{name} was never shown", f"{name} 从未展示过")
