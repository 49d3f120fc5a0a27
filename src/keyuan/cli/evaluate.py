"""``keyuan evaluate``: the models on public data against published records. Needs neither Django nor a database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from keyuan.cli import show
from keyuan.cli.beginning import CannotBegin, language

app = typer.Typer(add_completion=False, rich_markup_mode=None)

HEADS = {
    "en": ("data", "measure", "ours", "low", "high", "baseline", "record", "met"),
    "zh-hans": ("数据", "度量", "本系统", "下限", "上限", "基准", "公布的记录", "达到"),
}


@app.command()
def evaluate(
    data: Annotated[Path | None, typer.Option(help="The folder of the public data; else ../shared/data.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only this data set; may be repeated.")] = None,
    out: Annotated[Path, typer.Option(help="Where results are written.")] = Path("build/evaluate"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Teach the models, measure them on rows they were not taught on, and print the table."""
    from keyuan.insight.evaluation.places import standard
    from keyuan.insight.evaluation.results import as_text
    from keyuan.insight.evaluation.run import STUDIES, evaluate

    unknown = [name for name in only or () if name not in STUDIES]
    if unknown:
        raise CannotBegin(
            "no_such_study",
            zh=f"没有数据集“{unknown[0]}”。有：{'、'.join(STUDIES)}。",
            en=f"There is no data set {unknown[0]}. There are: {', '.join(STUDIES)}.",
        )
    report = evaluate(data or standard(), out, only=only or (), told=None if as_json else _told)
    if not report.lines:
        fetch = "\n".join(f"  {gone}" for gone in report.missing)
        raise CannotBegin(
            "no_data",
            zh=f"{data or standard()} 里没有公开数据。数据许可各异，不随本系统发布；请自行下载：\n{fetch}",
            en=f"There are no public data in {data or standard()}. Their licences differ, so fetch them yourself:\n{fetch}",
        )
    english = language() == "en"
    missing = "".join(f"\n{'not there' if english else '缺少'}: {gone}" for gone in report.missing)
    show(report.as_dict(), as_json=as_json, text=as_text(report.lines, head=HEADS[language()]) + missing)


def _told(name: str, seconds: float) -> None:
    sys.stderr.write(f"{name}: {seconds:.0f} s\n")
