"""``keyuan log``: the log and its seals."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from keyuan.cli import ready, show
from keyuan.cli.first_use import expect_tables

if TYPE_CHECKING:
    from keyuan.evidence.checking import LogReport

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="The log and its seals.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Hash every line again and compare roots, links and seals; exit code 1 and the first line that differs."""
    ready()
    expect_tables()
    from keyuan.cli.refusals import language
    from keyuan.evidence.checking import check_log
    from keyuan.trust.authorities import roots

    begin = time.perf_counter()
    report = check_log(roots(), progress=_progress if sys.stderr.isatty() and not as_json else lambda report: None)
    seconds = time.perf_counter() - begin
    found = [asdict(one) for one in report.found]
    told = {
        "fits": report.fits,
        "batches": report.batches,
        "lines": report.lines,
        "unsealed": report.unsealed,
        "waiting": report.waiting,
        "seconds": round(seconds, 2),
        "found": found,
    }
    show(told, as_json=as_json, text=_text(report, seconds, english=language() == "en"))
    if not report.fits:
        sys.exit(1)


@app.command()
def seal(as_json: AsJson = False) -> None:
    """Make a batch of what waits and seal it, instead of waiting for the worker."""
    ready()
    expect_tables()
    from keyuan.eventlog.cursors import last_settled
    from keyuan.eventlog.followers import catch_up
    from keyuan.evidence.sealing import seal_up_to, so_far

    before = so_far()
    catch_up("seal")
    seal_up_to(last_settled())
    after = so_far()
    lines, batches = after[1] - before[1], after[0] - before[0]
    show({"lines": lines, "sealed": batches}, as_json=as_json, text=f"{lines} lines taken, {batches} batches sealed.")


def _progress(report: LogReport) -> None:
    if not report.batches % 16:
        sys.stderr.write(f"\r{report.lines} lines, {report.batches} batches")


def _text(report: LogReport, seconds: float, *, english: bool) -> str:
    rate = report.lines / seconds if seconds else 0
    if english:
        rows = [f"{report.lines} lines in {report.batches} batches, {seconds:.1f} s ({rate:,.0f} lines a second)."]
        rows.append(f"{report.unsealed} batches wait for their seal, {report.waiting} lines for a batch.")
        rows += [f"✗ batch {one.batch}{f', line {one.line}' if one.line else ''}: {one.en}" for one in report.found]
        rows += [] if report.found else ["✓ Every line is as it was sealed."]
    else:
        rows = [f"{report.batches} 批，{report.lines} 行，用时 {seconds:.1f} 秒（每秒 {rate:,.0f} 行）。"]
        rows.append(f"{report.unsealed} 批等待封存，{report.waiting} 行等待成批。")
        rows += [f"✗ 第 {one.batch} 批{f'，日志行 {one.line}' if one.line else ''}：{one.zh}" for one in report.found]
        rows += [] if report.found else ["✓ 每一行都与封存时一致。"]
    return "\n".join(rows)
