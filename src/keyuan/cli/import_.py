"""``keyuan import BOOK --mapping MAP.yaml``: take in an insurer's book."""

from __future__ import annotations

import gc
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from keyuan.cli import ready, show
from keyuan.cli.first_use import bring_up_to_date
from keyuan.cli.refusals import CannotWriteThere, language

if TYPE_CHECKING:
    from keyuan.intake.models import Run

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def import_(
    book: Annotated[Path, typer.Argument(help="CSV, XLSX or Parquet (gz too), or a folder of them.")],
    mapping: Annotated[str, typer.Option(help="How its columns are to be read: a file, or the name of a shipped one.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
    batch: Annotated[int, typer.Option(min=1, max=200_000, help="Rows per transaction.")] = 15_000,
    rejects: Annotated[Path | None, typer.Option(help="Write the rejected rows to this .csv or .xlsx.")] = None,
) -> None:
    """Import BOOK. Running it again goes on where a killed import stood, and changes nothing when all is in."""
    ready()
    from django.utils.translation import override

    with override(language()):
        finished = _import(book, mapping, dry_run=dry_run, as_json=as_json, batch=batch, rejects=rejects)
    if not finished:
        raise typer.Exit(1)


def _import(book: Path, mapping: str, *, dry_run: bool, as_json: bool, batch: int, rejects: Path | None) -> bool:
    from keyuan.intake.actions import import_book
    from keyuan.intake.mapping_file import read_mapping
    from keyuan.intake.mappings import mapping_text
    from keyuan.intake.queries import report
    from keyuan.intake.refusals import NoSuchBook
    from keyuan.intake.rejects import write_rejects
    from keyuan.kernel.actor import Actor

    start = time.monotonic()
    # What can be refused at once is refused before the tables are touched, and before an hour of importing.
    if not book.exists():
        raise NoSuchBook(path=book)
    if rejects is not None:
        _refuse_unwritable(rejects)
    how = read_mapping(mapping_text(mapping))
    bring_up_to_date()
    by = Actor.system("keyuan import")
    # What is loaded stays loaded: the collector need not walk through it again for every few lists of cells.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    told = None if as_json else _progress
    run, resumed = import_book(book, how, by=by, batch=batch, dry_run=dry_run, progress=told)
    if rejects is not None:
        write_rejects(run, rejects)
    result = {**report(run), "resumed": resumed, "dry_run": dry_run, "seconds": round(time.monotonic() - start, 2)}
    show(result, as_json=as_json, text=_sentences(result))
    return bool(result["state"] == "finished")


def _refuse_unwritable(path: Path) -> None:
    if path.is_dir() or not os.access(path.absolute().parent, os.W_OK):
        raise CannotWriteThere(path=path)


def _progress(run: Run) -> None:
    if sys.stderr.isatty():
        counts = run.counts
        sys.stderr.write(f"\r{counts.get('rows', 0):,} rows, {counts.get('rejected', 0):,} rejected")


def _sentences(result: dict[str, Any]) -> str:
    """The report for people: both languages' readers know these words from the documentation."""
    lines = [f"{result['book']} #{result['run']}: {result['rows']:,} rows, {result['rejected']:,} rejected"]
    for kind, count in result["records"].items():
        lines.append(f"  {kind:9}" + "".join(f"  {name} {number:,}" for name, number in count.items()))
    if result["alike"]["found"]:
        found = f"{result['alike']['found']:,} of {result['alike']['checked']:,} new customers compared"
        lines.append(f"  {found} are probably there already (keyuan duplicates --no-search):")
        for one in result["alike"]["pairs"]:
            sides = " = ".join(f"{one[side]['number']} {one[side]['name']}" for side in ("customer", "other"))
            lines.append(f"    {sides}: {' · '.join(one['reasons'])}")
    for example in result["rejects"][:20]:
        lines.append(f"  {example['file']} row {example['row']} {example['column']}: {example['reason']}")
    lines.append(f"  {result['seconds']} s" + (" (dry run: nothing was kept)" if result["dry_run"] else ""))
    return "\n".join(lines)
