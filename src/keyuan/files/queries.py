"""Every read of files. Each names its viewer; whoever does not see the customer sees none of their files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from keyuan.accounts.roles import Permission
from keyuan.customers import queries as customers
from keyuan.files import rules, subjects
from keyuan.files.access import may_hide
from keyuan.files.models import Attachment
from keyuan.files.refusals import FileBeingScanned, FileInfected, FileNotFound
from keyuan.files.scanning import is_scanning
from keyuan.files.states import BY_CODE, FileState

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer

MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class FileSeen:
    """A file as a list shows it. ``about`` names the record that it lies on, where that is not the list's own."""

    id: int
    name: str
    kind: str
    size: int
    sha256: str
    note: str
    state: FileState
    threat: str
    uploaded_at: datetime
    uploaded_by: str
    about: str
    about_url: str
    openable: bool
    inline: bool
    may_hide: bool
    hidden_at: datetime | None
    hidden_by: str
    hidden_reason: str


def visible(viewer: Viewer) -> QuerySet[Attachment]:
    """The files of the customers in the viewer's scope, hidden ones included; nothing for who is not staff."""
    if not viewer.is_staff or not viewer.may(Permission.SEE_CUSTOMERS):
        return Attachment.objects.none()
    if viewer.sees_whole_company:
        return Attachment.objects.all()
    return Attachment.objects.filter(customer__in=customers.visible(viewer))


def of(subject: tuple[str, int], *, viewer: Viewer, hidden: bool = False) -> list[FileSeen]:
    """The files of a record, newest first; a customer's are those of all their records. ``hidden``: the deleted ones.

    Raises SubjectNotFound.
    """
    customer_id = subjects.customer_of(subject, viewer)
    rows = visible(viewer).filter(customer_id=customer_id, hidden_at__isnull=not hidden)
    if subject[0] != subjects.CUSTOMER:
        rows = rows.filter(subject_kind=subject[0], subject_id=subject[1])
    return [_seen(row, viewer, own=subject[0]) for row in rows.order_by("-id")[:MOST_SHOWN]]


def the_file(file_id: int, *, viewer: Viewer) -> Attachment:
    """One file that is not hidden; raises FileNotFound."""
    found = visible(viewer).filter(pk=file_id, hidden_at__isnull=True).first()
    if found is None:
        raise FileNotFound
    return found


def state_of(row: Attachment) -> FileState:
    """What the scanner's word comes to."""
    return rules.state(row.scanned_at, row.threat, scanner=is_scanning())


def must_be_openable(row: Attachment) -> None:
    """Raise FileBeingScanned or FileInfected unless the file may be handed out or read."""
    state = state_of(row)
    if state == FileState.WAITING:
        raise FileBeingScanned(name=row.name)
    if state == FileState.INFECTED:
        raise FileInfected(name=row.name, threat=row.threat)


def limit_mb() -> int:
    """The largest file."""
    return int(settings.KEYUAN_FILE_MB)


def _seen(row: Attachment, viewer: Viewer, *, own: str) -> FileSeen:
    state = state_of(row)
    kind = subjects.kind_of(row.subject_kind)
    elsewhere = kind is not None and row.subject_kind != own
    type_ = BY_CODE.get(row.kind)
    return FileSeen(
        id=row.pk,
        name=row.name,
        kind="" if type_ is None else type_.label,
        size=row.size,
        sha256=bytes(row.sha256).hex(),
        note=row.note,
        state=state,
        threat=row.threat,
        uploaded_at=row.uploaded_at,
        uploaded_by=row.uploaded_by,
        about=str(kind.label) if kind is not None and elsewhere else "",
        about_url=kind.address(row.subject_id) if kind is not None and elsewhere and row.subject_id else "",
        openable=rules.openable(state) and viewer.may(Permission.UNMASK),
        inline=type_ is not None and type_.inline,
        may_hide=may_hide(row, viewer),
        hidden_at=row.hidden_at,
        hidden_by=row.hidden_by,
        hidden_reason=row.hidden_reason,
    )
