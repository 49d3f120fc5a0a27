"""``keyuan duplicates``: search the book for records that are probably one customer, or show what waits for a person."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer

from keyuan.cli import ready, show
from keyuan.cli.first_use import expect_tables
from keyuan.cli.refusals import language

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def duplicates(
    search: Annotated[bool, typer.Option("--search/--no-search", help="Go through the book first.")] = True,
    username: Annotated[str, typer.Option("--as", help="Show what this account sees; else the whole company.")] = "",
    limit: Annotated[int, typer.Option(min=0, max=10_000, help="How many pairs to show at most.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Find duplicates and show the pairs that wait for a person, the likeliest first."""
    ready()
    expect_tables()
    from django.utils.translation import override

    from keyuan.accounts.scope import system_viewer, viewer_named
    from keyuan.duplicates import actions, queries
    from keyuan.kernel.actor import Actor
    from keyuan.kernel.clock import today

    told: dict[str, Any] = {}
    if search:
        done = actions.search(by=Actor.system("keyuan duplicates"), told=None if as_json else _tell)
        told["search"] = asdict(done)
    viewer = viewer_named(username) if username else system_viewer("keyuan duplicates")
    waiting = queries.queue(queries.QueueFilters(), viewer=viewer, on=today())
    with override(language()):
        told |= {"waiting": waiting.count(), "pairs": [queries.told_pair(pair) for pair in waiting[:limit]]}
        rows = [
            f"{pair['probability']:.0%}\t{pair['customer']['number']} {pair['customer']['name']}\t"
            f"{pair['other']['number']} {pair['other']['name']}\t{' · '.join(pair['reasons'])}"
            for pair in told["pairs"]
        ]
        found = f"{told['waiting']} pairs wait" if language() == "en" else f"{told['waiting']} 对待审核"
    show(told, as_json=as_json, text="\n".join([found, *rows]))


def _tell(stage: str, done: int) -> None:
    """Progress on standard error, so that the result alone is on standard output."""
    words = {"read": ("已读客户", "customers read"), "compare": ("比较的对数", "pairs compared")}
    if stage in words:
        sys.stderr.write(f"{words[stage][language() == 'en']} {done:,}\n")
