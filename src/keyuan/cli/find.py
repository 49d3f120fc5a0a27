"""``keyuan find TEXT``: the one search box, on the command line."""

from __future__ import annotations

from dataclasses import asdict
from importlib import import_module
from typing import Annotated

import typer

from keyuan.cli import ready, show

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def find(
    text: Annotated[str, typer.Argument(help="A name, pinyin, mobile, plate, policy number: anything.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many at most.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Find customers by TEXT, best first."""
    ready()
    from keyuan.accounts.scope import system_viewer

    hits = import_module("keyuan.customer360.queries").find(text, viewer=system_viewer("keyuan find"), limit=limit)
    lines = "\n".join(str(hit) for hit in hits) or f"没有找到：{text}"
    show({"query": text, "hits": [asdict(hit) for hit in hits]}, as_json=as_json, text=lines)
