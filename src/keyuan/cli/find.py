"""``keyuan find TEXT``: the one search box, on the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from keyuan.cli import ready, show
from keyuan.cli.first_use import expect_tables
from keyuan.cli.refusals import language

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def find(
    text: Annotated[str, typer.Argument(help="A name, pinyin, mobile, plate, policy number: anything.")],
    username: Annotated[str, typer.Option("--as", help="Find what this account sees; else the whole company.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many at most.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Find customers by TEXT, best first."""
    ready()
    expect_tables()
    from django.utils.translation import override

    from keyuan.accounts.scope import system_viewer, viewer_named
    from keyuan.customer360 import queries

    viewer = viewer_named(username) if username else system_viewer("keyuan find")
    hits = queries.find(text, viewer=viewer, limit=limit)
    with override(language()):
        rows = [
            (hit.number, hit.name, hit.kind.label, hit.mobile, hit.branch, hit.reason.label, hit.matched)
            for hit in hits
        ]
        nothing = f"Nothing found for: {text}" if language() == "en" else f"没有找到：{text}"
        lines = "\n".join("\t".join(map(str, row)) for row in rows) or nothing
    show({"query": text, "hits": [asdict(hit) for hit in hits]}, as_json=as_json, text=lines)
