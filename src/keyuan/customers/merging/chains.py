"""A merge for whoever acts on it, and which merge builds on which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keyuan.accounts.scope import Viewer
from keyuan.customers.merging.journal import contents_of
from keyuan.customers.models import Merge, MergeStep
from keyuan.customers.queries.merges import merge_seen
from keyuan.customers.refusals import MergeNotFound
from keyuan.customers.states import StepKind

if TYPE_CHECKING:
    from keyuan.kernel.actor import Actor

Touched = dict[tuple[str, str], set[str]]


def the_merge(merge_id: int, *, by: Viewer | Actor) -> Merge:
    """The merge, if the one who acts may see it; raises MergeNotFound."""
    if isinstance(by, Viewer):
        return merge_seen(merge_id, viewer=by)
    found = Merge.objects.filter(pk=merge_id).first()
    if found is None:
        raise MergeNotFound
    return found


def builds_on(merge: Merge) -> Merge | None:
    """A later merge that must be undone before this one: it took the kept customer along, or it changed what this one
    moved or set."""
    taken = Merge.objects.filter(dropped_id=merge.kept_id, undone_at__isnull=True).first()
    if taken is not None:
        return taken
    moved, changed = _moved(merge), _changed(merge)
    later = Merge.objects.filter(kept_id=merge.kept_id, undone_at__isnull=True, pk__gt=merge.pk).order_by("-pk")
    for each in later:
        theirs = _changed(each)
        if any(row in moved or columns & changed.get(row, set()) for row, columns in theirs.items()):
            return each
    return None


def _moved(merge: Merge) -> set[tuple[str, str]]:
    steps = MergeStep.objects.filter(merge=merge, kind=StepKind.MOVED)
    return {(step.table, str(each)) for step in steps for each in contents_of(step)["ids"]}


def _changed(merge: Merge) -> Touched:
    """The rows that a merge changed, and in which columns; a row that another gave way to counts as changed."""
    touched: Touched = {}
    for step in MergeStep.objects.filter(merge=merge, kind__in=(StepKind.CHANGED, StepKind.REMOVED)):
        contents: dict[str, Any] = contents_of(step)
        if step.kind == StepKind.CHANGED:
            touched.setdefault((step.table, step.row), set()).update(contents["before"])
        elif contents["twin"] is not None:
            touched.setdefault((step.table, str(contents["twin"])), set())
    return touched
