"""Small books for the tests: the plain template's customers, policies, claims and contacts."""

from __future__ import annotations

from pathlib import Path

from keyuan.customers.standards.resident_id import check_digit
from keyuan.intake.actions import import_book
from keyuan.intake.mapping_file import read_mapping
from keyuan.intake.mappings import mapping_text
from keyuan.intake.models import Reject, Run
from keyuan.kernel.actor import Actor

ROBOT = Actor.system("test")
CUSTOMERS = "客户编号,姓名,证件号码,手机号\n"
POLICIES = "保单号,客户编号,产品代码,生效日期,终止日期,保费,车牌号\n"
CLAIMS = "赔案号,保单号,出险日期,赔付金额\n"
CONTACTS = "联系编号,客户编号,联系日期,渠道,内容\n"


def id_number(serial: int) -> str:
    """A synthetic resident number that passes its check."""
    first = f"11010119800101{serial:03d}"
    return first + check_digit(first)


def mobile(serial: int) -> str:
    """A synthetic mobile."""
    return str(13_000_000_000 + serial)


def customer(serial: int, name: str = "张测试") -> str:
    """A line of customers.csv."""
    return f"C{serial},{name},{id_number(serial)},{mobile(serial)}\n"


def put(folder: Path, **files: str | bytes) -> Path:
    """Write the files (customers="…") as CSV and return their folder."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / f"{name}.csv").write_bytes(data)
    return folder


def take_in(book: Path, mapping: str = "keyuan_book", *, batch: int = 1000, dry_run: bool = False) -> Run:
    """Import with a shipped mapping's name or a mapping's text."""
    text = mapping if "\n" in mapping else mapping_text(mapping)
    return import_book(book, read_mapping(text), by=ROBOT, batch=batch, dry_run=dry_run)[0]


def rejected(run: Run) -> list[tuple[int, str, str]]:
    """(row, column, code) of the run's rejects."""
    return [
        (reject.row, reject.column, reject.code) for reject in Reject.objects.filter(run=run).order_by("file", "row")
    ]


def new(run: Run, kind: str) -> int:
    """How many records of a kind the run made."""
    return int(run.counts.get(kind, {}).get("new", 0))
