"""``keyuan query FILE``: a condition from a JSON file, on the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from keyuan.cli import ready, show
from keyuan.cli.first_use import expect_tables
from keyuan.cli.refusals import CannotBegin, language

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def query(
    file: Annotated[str, typer.Argument(help="A JSON file with the condition; - reads standard input.")],
    username: Annotated[str, typer.Option("--as", help="Ask as this account sees it; else the whole company.")] = "",
    only_count: Annotated[bool, typer.Option("--count", help="Only say how many they are.")] = False,
    column: Annotated[list[str] | None, typer.Option("--column", help="A column to show; may be repeated.")] = None,
    sort: Annotated[str, typer.Option(help="A column to sort by, with - in front the other way round.")] = "",
    page: Annotated[int, typer.Option(min=1, help="Which page.")] = 1,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many rows a page.")] = 80,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Ask the condition in FILE, such as {"all": [{"field": "customer.age", "op": "gte", "value": 40}]}."""
    ready()
    expect_tables()
    from django.utils.translation import override

    from keyuan.accounts.scope import system_viewer, viewer_named
    from keyuan.customer360.columns import chosen
    from keyuan.customer360.conditions import as_json as json_of
    from keyuan.customer360.conditions import catalogue, parse_text
    from keyuan.customer360.conditions.telling import sentence
    from keyuan.customer360.queries import asking
    from keyuan.kernel.clock import today

    viewer = viewer_named(username) if username else system_viewer("keyuan query")
    condition = parse_text(_text(file), catalogue=catalogue(viewer))
    told = {"condition": json_of(condition)}
    with override(language()):
        if only_count:
            found = asking.count(condition, viewer=viewer, on=today())
            show({**told, "count": found}, as_json=as_json, text=str(found))
            return
        shown = chosen(column or [], viewer)
        answer = asking.answer(condition, viewer=viewer, on=today(), shown=shown, sort=sort, page=page, size=limit)
        names = [one.name for one in shown]
        rows = [
            {"id": key, "number": number, **dict(zip(names, cells, strict=True))} for key, number, cells in answer.rows
        ]
        lines = ["\t".join("" if row[name] is None else str(row[name]) for name in names) for row in rows]
        text = "\n".join([f"{sentence(condition, viewer=viewer)}\t{answer.count}", *lines])
    show(
        {**told, "count": answer.count, "page": answer.number, "pages": answer.pages, "rows": rows},
        as_json=as_json,
        text=text,
    )


def _text(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "UTF-8"
        raise CannotBegin(
            "no_query_file",
            zh=f"无法读取条件文件 {file}：{reason}",
            en=f"The query file {file} cannot be read: {reason}",
        ) from None
