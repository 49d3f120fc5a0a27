"""Reading runs and rejects. Only who may import books sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer, system_viewer
from keyuan.duplicates.queries import pairs_among, told_pair
from keyuan.intake.models import Reject, Run, Upload
from keyuan.intake.reasons import sentence
from keyuan.intake.refusals import NoSuchRun
from keyuan.intake.states import RunState, run_state
from keyuan.intake.vocabulary import RecordKind
from keyuan.kernel.clock import COMPANY_ZONE, now


def runs(viewer: Viewer) -> QuerySet[Run]:
    """Every run, newest first; none for who may not import or sees only a part of the company."""
    allowed = viewer.may(Permission.IMPORT_BOOKS)
    whole = Run.objects.select_related("book").filter(dry=False).order_by("-id")
    if viewer.sees_whole_company and allowed:
        return whole
    return whole.filter(started_by_id=viewer.user_id) if allowed and viewer.user_id else whole.none()


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which imports: how they stand (``state``), whose or of which book, and the company days on which they began."""

    state: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None


_STANDS: dict[str, Q] = {
    "open": Q(finished_at=None),
    "finished": Q(finished_at__isnull=False),
    "rejects": Q(counts__rejected__gt=0),
}


def listed(wanted: RunFilter, *, viewer: Viewer) -> QuerySet[Run]:
    """The imports in scope that fit, in no order."""
    found = runs(viewer).order_by().filter(_STANDS.get(wanted.state, Q()))
    if wanted.text:
        text = wanted.text
        found = found.filter(Q(book__name__icontains=text) | Q(title__icontains=text) | Q(started_by__icontains=text))
    if wanted.since is not None:
        found = found.filter(created_at__gte=_beginning(wanted.since))
    if wanted.until is not None:
        found = found.filter(created_at__lt=_beginning(wanted.until + timedelta(days=1)))
    return found


def _beginning(day: date) -> datetime:
    """The first moment of a company day."""
    return datetime(day.year, day.month, day.day, tzinfo=COMPANY_ZONE)


def run_of(run_id: int, *, viewer: Viewer) -> Run:
    """One run; raises NoSuchRun."""
    run = runs(viewer).filter(pk=run_id).first()
    if run is None:
        raise NoSuchRun(run=run_id)
    return run


def uploads(viewer: Viewer) -> QuerySet[Upload]:
    """The viewer's own uploads."""
    if viewer.user_id is None or not viewer.may(Permission.IMPORT_BOOKS):
        return Upload.objects.none()
    return Upload.objects.filter(uploaded_by_id=viewer.user_id)


def rejects_of(run: Run) -> QuerySet[Reject]:
    """The rejected rows in the order of the files."""
    return Reject.objects.filter(run=run).order_by("file", "row")


def told(run: Run, rejects: Iterable[Reject]) -> list[dict[str, Any]]:
    """Rejects with their file's name and their reasons as sentences."""
    names = [file["name"] for file in run.files]
    return [
        {
            "file": names[reject.file],
            "row": reject.row,
            "column": reject.column,
            "code": reject.code,
            "reason": reasons(reject),
            "cells": reject.cells,
        }
        for reject in rejects
    ]


def reasons(reject: Reject) -> str:
    """Everything that is wrong with a row, each with its column."""
    parts = []
    for problem in reject.problems:
        where = f"{problem['column']}: " if problem["column"] else ""
        parts.append(where + sentence(problem["code"], problem["gaps"]))
    return " ".join(parts)


def reject_codes(run: Run) -> dict[str, int]:
    """How many rows were rejected, by the first reason."""
    found = Reject.objects.filter(run=run).values_list("code").annotate(number=Count("pk")).order_by("-number", "code")
    return dict(found)


def alike(pairs: Iterable[Sequence[int]], *, viewer: Viewer) -> list[dict[str, Any]]:
    """Pairs of customers (as a run's counts name them) who are probably the same, as far as the viewer sees both."""
    return [told_pair(pair) for pair in pairs_among([(one, other) for one, other in pairs], viewer=viewer)]


def alike_pairs(run: Run) -> list[Sequence[int]]:
    """The first pairs that a run put into the queue of duplicates."""
    return list(run.counts.get("alike", {}).get("pairs", ()))


def report(run: Run) -> dict[str, Any]:
    """What became of a run, for programs and people."""
    looked = run.counts.get("alike", {})
    told_alike = run.kept_alike
    if told_alike is None:
        told_alike = alike(alike_pairs(run), viewer=system_viewer("report"))
    sample = run.kept_rejects if run.kept_rejects is not None else list(rejects_of(run)[:200])
    codes = run.kept_codes if run.kept_codes is not None else reject_codes(run)
    return {
        "run": run.pk,
        "book": run.book.name,
        "state": (RunState.FINISHED if run.dry else run_state(run, at=now())).value,
        "files": [{"name": file["name"], "encoding": file["encoding"]} for file in run.files],
        "rows": run.counts.get("rows", 0),
        "rejected": run.counts.get("rejected", 0),
        "reject_codes": codes,
        "records": {kind: run.counts[kind] for kind in RecordKind.values if kind in run.counts},
        "alike": {"checked": looked.get("checked", 0), "found": looked.get("found", 0), "pairs": told_alike},
        "rejects": [{name: value for name, value in reject.items() if name != "cells"} for reject in told(run, sample)],
    }
