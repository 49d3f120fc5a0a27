"""Files that come through the browser: kept on disk, looked into, tried out, and handed to the worker."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from keyuan.accounts.refusals import NotPermitted
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.intake.actions import first_batch, open_run
from keyuan.intake.encodings import scan
from keyuan.intake.mapping import Mapping, Source
from keyuan.intake.mapping_file import read_mapping
from keyuan.intake.models import Reject, Run, Upload
from keyuan.intake.queries import alike, alike_pairs, rejects_of, uploads
from keyuan.intake.reading import ROW, Part, batches
from keyuan.intake.reasons import sentence
from keyuan.intake.refusals import NoSuchUpload, UploadTooLarge, WrongKindOfFile
from keyuan.intake.sheets import sheet_names
from keyuan.intake.tasks import carry_on

SHOWN_ROWS = 20
KINDS = (".csv", ".txt", ".tsv", ".csv.gz", ".xlsx", ".parquet")


def may_import(viewer: Viewer) -> None:
    """Raises NotPermitted unless the viewer may import a book."""
    if not viewer.may_import_books:
        raise NotPermitted(permission=Permission.IMPORT_BOOKS.label)


def limit_mb() -> int:
    """The largest upload."""
    return int(getattr(settings, "KEYUAN_UPLOAD_MB", 2048))


def keep(file: UploadedFile[bytes], *, by: Viewer) -> Upload:
    """Put an uploaded file where the worker finds it; raises UploadTooLarge, WrongKindOfFile."""
    may_import(by)
    name = re.sub(r"[^\w.\-\u4e00-\u9fff]+", "_", Path(file.name or "book").name)[-120:]
    if not name.lower().endswith(KINDS):
        raise WrongKindOfFile(name=name, kinds=" ".join(KINDS))
    if (file.size or 0) > limit_mb() << 20:
        raise UploadTooLarge(limit=limit_mb())
    upload = Upload.objects.create(
        name=name, path="", size=file.size or 0, uploaded_by_id=by.user_id, uploaded_by=by.name
    )
    folder = Path(settings.MEDIA_ROOT) / "intake" / str(upload.pk)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    with path.open("wb") as target:
        for chunk in file.chunks(1 << 20):
            target.write(chunk)
    upload.path = str(path)
    upload.save(update_fields=["path"])
    return upload


def upload_of(upload_id: int, *, viewer: Viewer) -> Upload:
    """One of the viewer's uploads; raises NoSuchUpload."""
    upload = uploads(viewer).filter(pk=upload_id).first()
    if upload is None:
        raise NoSuchUpload(upload=upload_id)
    return upload


@dataclass(slots=True)
class Look:
    """The beginning of a file."""

    sheets: list[str]
    sheet: str
    encoding: str
    header: list[str]
    rows: list[list[str]] = field(default_factory=list)


def look(upload: Upload, sheet: str = "") -> Look:
    """The header and first rows of an upload."""
    path = Path(upload.path)
    sheets = sheet_names(path) if path.suffix.lower() == ".xlsx" else []
    part = Part(path, Source(match="*", records=(), sheet=sheet))
    told = scan(path, text=part.form in (".csv", ".txt", ".tsv"))
    batch = next(batches(Part(path, part.source, told.encoding), size=SHOWN_ROWS))
    names = [name for name in batch.header if name]
    rows = [["" if cell is None else cell for cell in row] for row in batch.frame.select(names).rows()]
    return Look(sheets, sheet or (sheets[0] if sheets else ""), told.encoding, names, rows)


@dataclass(slots=True)
class Trial:
    """The first rows as they would be taken in: cells with what is wrong beside them."""

    header: list[str]
    rows: list[dict[str, Any]]
    counts: dict[str, Any]
    alike: list[dict[str, Any]] = field(default_factory=list)


class Undo(Exception):
    """Ends the transaction of a trial."""


def try_out(upload: Upload, mapping: Mapping, *, by: Viewer) -> Trial:
    """Take in the first rows and undo it again."""
    trial = Trial([], [], {})
    try:
        with transaction.atomic():
            run, batch = first_batch(Path(upload.path), mapping, by=by.actor, size=SHOWN_ROWS)
            trial = _trial(run, batch.header, batch.frame)
            trial.alike = alike(alike_pairs(run), viewer=by)
            raise Undo
    except Undo:
        return trial


def _trial(run: Run, header: tuple[str, ...], frame: pl.DataFrame) -> Trial:
    names = [name for name in header if name]
    rejects: dict[int, Reject] = {reject.row: reject for reject in rejects_of(run)}
    rows = []
    for number, *cells in frame.select(ROW, *names).iter_rows():
        reject = rejects.pop(number, None)
        rows.append(_shown(number, names, ["" if cell is None else cell for cell in cells], reject))
    rows += [_shown(reject.row, names, list(reject.cells), reject) for reject in rejects.values()]
    return Trial(names, sorted(rows, key=lambda row: row["row"]), run.counts)


def _shown(number: int, names: list[str], cells: list[str], reject: Reject | None) -> dict[str, Any]:
    problems = reject.problems if reject else []
    told = [(problem["column"], sentence(problem["code"], problem["gaps"])) for problem in problems]
    beside = {name: [text for column, text in told if name in column.split(" + ")] for name in names}
    rest = [text for column, text in told if not set(column.split(" + ")) & set(names)]
    padded = [*cells, *[""] * (len(names) - len(cells))]
    shown = [{"text": cell[:80], "wrong": beside[name]} for name, cell in zip(names, padded, strict=False)]
    return {"row": number, "cells": shown, "wrong": rest, "rejected": bool(problems)}


def start(upload: Upload, *, by: Viewer) -> Run:
    """Hand the upload to the worker; the run can be left and found again."""
    may_import(by)
    run, _parts, _resumed = open_run(Path(upload.path), read_mapping(upload.mapping), by=by.actor)
    upload.run = run
    upload.save(update_fields=["run"])
    hand_over(run, Path(upload.path))
    return run


def go_on(run: Run, *, by: Viewer) -> None:
    """Let a stopped or interrupted run continue."""
    may_import(by)
    upload = Upload.objects.filter(run=run).order_by("-id").first()
    if upload is None:
        raise NoSuchUpload(upload=run.pk)
    Run.objects.filter(pk=run.pk).update(stop_asked_at=None, stopped_at=None, failed_at=None, beat_at=None)
    hand_over(run, Path(upload.path))


def hand_over(run: Run, path: Path) -> None:
    """Put the run into the worker's queue; a run waits there once only."""
    carry_on.configure(queueing_lock=f"intake-{run.pk}").defer(run_id=run.pk, path=str(path))
