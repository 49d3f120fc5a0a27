"""``keyuan demo``: the demo book."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from keyuan.cli import ready, show

if TYPE_CHECKING:
    from keyuan.demo.book import Report

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def demo(
    customers: Annotated[int, typer.Option(min=1, help="How many customers.")] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same book.")] = 1,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day after the book's last day; default: today.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in place of the demo book that is there.")] = False,
    truth: Annotated[bool, typer.Option("--truth", help="Only print the causes that the book is made from.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Make the demo book: an invented insurer, ten years of business, every person synthetic."""
    ready()
    from keyuan.demo import book, causes

    if truth:
        show(causes.truth(), as_json=True)
        return
    day: date | None = None if as_of is None else as_of.date()

    def progress(done: int) -> None:
        if not as_json and done < customers:
            typer.echo(f"{done} / {customers}", err=True)

    report = book.load(customers=customers, seed=seed, as_of=day, replace=replace, progress=progress)
    show(_facts(report, book.accounts()), as_json=as_json, text=_words(report, book.accounts()))


def _facts(report: Report, accounts: dict[str, Any]) -> dict[str, Any]:
    return {
        "loaded": report.loaded,
        "customers": report.customers,
        "rows": report.rows,
        "seconds": round(report.seconds, 2),
        "accounts": accounts,
    }


def _words(report: Report, accounts: dict[str, Any]) -> str:
    if not report.loaded:
        return f"库中已有{report.customers}位客户，没有改动任何数据。（重新生成示范数据：keyuan demo --replace）"
    speed = report.total / max(report.seconds, 0.01)
    return (
        f"已生成示范数据：{report.customers}位虚构客户，共{report.total}行，用时{report.seconds:.1f}秒（每秒{speed:.0f}行）。\n"
        f"账户：{'、'.join(accounts['users'])}；密码：{accounts['password']}"
    )
