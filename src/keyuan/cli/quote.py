"""``keyuan quote FILE``: what a product costs, from a JSON file, on the command line. Nothing is kept."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from keyuan.cli import ready, show
from keyuan.cli.refusals import CannotBegin, language

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def quote(
    file: Annotated[str, typer.Argument(help="A JSON file with product and risk; - reads standard input.")],
    years: Annotated[bool, typer.Option("--years", help="Also show a long-term product year by year.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Price FILE, such as {"product": "TRM", "risk": {"age": 35, "sex": "male", …}}. Nothing is kept."""
    ready()
    from dataclasses import asdict

    from django.utils.translation import override

    from keyuan.kernel.clock import today
    from keyuan.products.queries import version
    from keyuan.products.rating import illustration
    from keyuan.sales.pricing import priced, worded

    told = _told(file)
    definition = version(str(told.get("product", "")), on=today(), number=told.get("version"))
    with override(language()):
        risk, price = priced(definition, told.get("risk"), on=today())
        shown: dict[str, Any] = {
            "product": definition.code,
            "version": definition.version,
            "name": definition.name.said(language()),
            "price": worded(price, definition),
        }
        if years:
            rows = [asdict(row) for row in illustration(definition, risk, on=today())]
            shown["years"] = [{name: _plain(value) for name, value in row.items()} for row in rows]
    lines = [f"{step['amount']:>14}  {step['by']:>10}  {step['label']}" for step in shown["price"]["steps"]]
    text = "\n".join([f"{shown['name']} · {shown['price']['premium']} × {len(price.instalments)}", *lines])
    show(shown, as_json=as_json, text=text)


def _plain(value: Any) -> Any:
    """An amount of money as its text."""
    return str(value["amount"]) if isinstance(value, dict) else value


def _told(file: str) -> dict[str, Any]:
    import json

    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
        told = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or "JSON"
        raise CannotBegin(
            "no_quote_file",
            zh=f"无法读取报价文件 {file}：{reason}",
            en=f"The quote file {file} cannot be read: {reason}",
        ) from None
    number = told.get("version") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not (number is None or isinstance(number, int)):
        raise CannotBegin(
            "no_quote_file",
            zh='报价文件应是 {"product": "…", "risk": {…}}。',
            en='A quote file reads {"product": "…", "risk": {…}}.',
        )
    return told
