"""``keyuan lake``: the book as Parquet files, for questions about all of it at once."""

from __future__ import annotations

from typing import Annotated

import typer

from keyuan.cli import ready, show
from keyuan.cli.first_use import expect_tables

app = typer.Typer(
    add_completion=False, rich_markup_mode=None, help="The book as Parquet files, without anybody's name."
)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


@app.command()
def export(
    again: Annotated[bool, typer.Option("--again", help="Also if nothing has happened since the last export.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the lake up to date: every table of this moment, and the log from where the last export left off."""
    ready()
    expect_tables()
    from keyuan.insight.lake.exporting import export as bring_up_to_date
    from keyuan.insight.lake.folder import folder
    from keyuan.kernel.actor import Actor

    done = bring_up_to_date(by=Actor.system("keyuan lake"), again=again)
    told = {
        "changed": done.changed,
        "rows": done.rows,
        "seconds": round(done.seconds, 2),
        "rows_per_second": done.rows_a_second,
        "as_of": done.manifest.as_of,
        "folder": str(folder()),
    }
    written = sum(done.rows.values())
    text = f"{written} rows in {done.seconds:.1f} s, {done.rows_a_second} rows a second: {folder()}"
    show(told, as_json=as_json, text=text if done.changed else f"Nothing has happened since {done.manifest.made_at}.")


@app.command()
def tables(as_json: AsJson = False) -> None:
    """Say what is in the lake: its tables and columns."""
    ready()
    from keyuan.insight.lake.declared import TABLES

    rows = [
        {"table": one.name, "column": column.name, "type": column.kind, "zh": column.zh, "en": column.en}
        for one in TABLES
        for column in one.columns
    ]
    text = "\n".join(f"{row['table']:<10} {row['column']:<18} {row['type']:<8} {row['en']}" for row in rows)
    show({"columns": rows}, as_json=as_json, text=text)
