"""``keyuan books``: whether the books sum to zero, and the trial balance."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from keyuan.cli import ready, show
from keyuan.cli.first_use import expect_tables

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def books(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Say what is on each account; exit code 1 if the books do not sum to zero."""
    ready()
    expect_tables()
    from keyuan.accounts.scope import system_viewer
    from keyuan.billing import ledger, queries
    from keyuan.kernel.clock import today

    wrong = ledger.imbalances()
    told = queries.trial_balance(viewer=system_viewer("command line"), on=today())
    rows = [
        {"account": one.account.code, "name": one.account.shown, "currency": one.currency, "balance": str(one.left)}
        for one in told.balances
    ]
    lines = [f"{row['account']}  {row['balance']:>16} {row['currency']}  {row['name']}" for row in rows]
    lines.append("The books sum to zero." if not wrong else f"The books do NOT sum to zero: {wrong}")
    sums = {currency: str(total) for currency, total in wrong.items()}
    show({"balanced": not wrong, "imbalances": sums, "accounts": rows}, as_json=as_json, text="\n".join(lines))
    if wrong:
        sys.exit(1)
