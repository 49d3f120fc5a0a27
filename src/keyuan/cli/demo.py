"""``keyuan demo``: the demo book."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from keyuan.cli import ready, show
from keyuan.cli.first_use import bring_up_to_date, offer_products
from keyuan.cli.refusals import NoBookForThatDay, language

if TYPE_CHECKING:
    from keyuan.demo.book import Report

FIRST, LAST = date(2010, 1, 1), date(2100, 1, 1)

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
    if day is not None and not FIRST <= day <= LAST:
        raise NoBookForThatDay(first=FIRST, last=LAST)
    bring_up_to_date()

    def progress(done: int) -> None:
        if not as_json and done < customers:
            typer.echo(f"{done} / {customers}", err=True)

    report = book.load(customers=customers, seed=seed, as_of=day, replace=replace, progress=progress)
    offer_products()
    if report.loaded:
        _ask_for_insight()
    show(_facts(report, book.accounts()), as_json=as_json, text=_words(report, book.accounts()))


def _ask_for_insight() -> None:
    """The worker brings lake, scores and profit of the new book as soon as it runs, not only at night."""
    from procrastinate.exceptions import AlreadyEnqueued

    from keyuan.insight.tasks import all_of_it

    with suppress(AlreadyEnqueued):
        all_of_it.defer()


def _facts(report: Report, accounts: dict[str, Any]) -> dict[str, Any]:
    return {
        "loaded": report.loaded,
        "customers": report.customers,
        "rows": report.rows,
        "seconds": round(report.seconds, 2),
        "accounts": accounts,
    }


def _words(report: Report, accounts: dict[str, Any]) -> str:
    return _in_english(report, accounts) if language() == "en" else _in_chinese(report, accounts)


def _in_chinese(report: Report, accounts: dict[str, Any]) -> str:
    if not report.loaded:
        return f"库中已有{report.customers}位客户，没有改动任何数据。（重新生成示范数据：keyuan demo --replace）"
    return (
        f"已生成示范数据：{report.customers}位虚构客户，共{report.total}行，用时{report.seconds:.1f}秒"
        f"（每秒{_speed(report):.0f}行）。\n账户：{'、'.join(accounts['users'])}；密码：{accounts['password']}\n"
        f"客户：{accounts['customer']['sign_in']}，手机号{accounts['customer']['mobile']}，验证码显示在页面上"
    )


def _in_english(report: Report, accounts: dict[str, Any]) -> str:
    if not report.loaded:
        return f"{report.customers} customers are there already; nothing was changed. (Anew: keyuan demo --replace)"
    return (
        f"The demo book is made: {report.customers} invented customers, {report.total} rows in {report.seconds:.1f} s "
        f"({_speed(report):.0f} rows a second).\nAccounts: {', '.join(accounts['users'])}; "
        f"password: {accounts['password']}\n"
        f"Customer: {accounts['customer']['sign_in']} with {accounts['customer']['mobile']}; the code is shown there"
    )


def _speed(report: Report) -> float:
    return report.total / max(report.seconds, 0.01)
