"""``keyuan renewals``: what renews or falls due in a period, and how it stands."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from keyuan.cli import ready, show
from keyuan.cli.first_use import expect_tables
from keyuan.cli.refusals import language

app = typer.Typer(add_completion=False, rich_markup_mode=None)
DAY = ["%Y-%m-%d"]


@app.command()
def renewals(
    first: Annotated[datetime, typer.Option("--from", formats=DAY, help="The first day.")],
    last: Annotated[datetime, typer.Option("--to", formats=DAY, help="The last day, inside.")],
    lists: Annotated[list[str] | None, typer.Option("--list", help="Only these lists, such as not_contacted.")] = None,
    line: Annotated[str, typer.Option(help="Only this line of business, such as motor.")] = "",
    branch: Annotated[int | None, typer.Option(help="Only this unit and those below it, by id.")] = None,
    agent: Annotated[int | None, typer.Option(help="Only what is assigned to this account, by id.")] = None,
    page: Annotated[int, typer.Option(min=1, help="Which page.")] = 1,
    size: Annotated[int, typer.Option(min=1, max=1000, help="How many a page.")] = 100,
    username: Annotated[str, typer.Option("--as", help="List what this account sees; else the whole company.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """List renewals and premiums that fall due from D to D, with the list on which each stands."""
    ready()
    expect_tables()
    from datetime import timedelta

    from django.utils.translation import override

    from keyuan.accounts.scope import system_viewer, viewer_named
    from keyuan.retention import queries

    viewer = viewer_named(username) if username else system_viewer("keyuan renewals")
    before = last.date() + timedelta(days=1)
    wanted = queries.RenewalFilter(first.date(), before, tuple(lists or ()), line, branch=branch, agent=agent)
    found = queries.seen(wanted, viewer=viewer, page=page, size=size)
    counts = queries.tallies(wanted, viewer=viewer)
    with override(language()):
        lines = "\n".join(
            f"{row.due_on}\t{row.state.label}\t{row.policy_number}\t{row.customer_name}\t{row.product}\t{row.object}"
            f"\t{row.next_contact_on or ''}\t{row.owner}"
            for row in found.rows
        )
        nothing = "Nothing falls due." if language() == "en" else "这段时间没有到期的保单。"
        told = {
            "from": first.date(),
            "to": last.date(),
            "counts": counts.by_state,
            "total": counts.of(wanted.lists),
            "page": found.number,
            "more": found.more,
            "renewals": [asdict(row) for row in found.rows],
        }
        show(told, as_json=as_json, text=lines or nothing)
