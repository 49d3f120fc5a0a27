"""Every write of files: look, store, lock, check, write, log. The bytes are never changed and never thrown away."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from keyuan.accounts import access
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.customers.refusals import CustomerNotFound
from keyuan.files import events, queries, rules, storage, subjects
from keyuan.files.access import may_hide
from keyuan.files.lines import tell
from keyuan.files.models import Attachment
from keyuan.files.refusals import (
    FileEmpty,
    FileNotFound,
    FileTooLarge,
    NotYourFile,
    ReasonMissing,
    SubjectNotFound,
)
from keyuan.files.scanning import is_scanning
from keyuan.files.scans import scan_file
from keyuan.files.tasks import scan
from keyuan.kernel.clock import now

if TYPE_CHECKING:
    from django.core.files.base import File

__all__ = [
    "Aside",
    "Attached",
    "adopt",
    "attach",
    "hide_file",
    "look",
    "open_file",
    "put_aside",
    "restore_file",
    "scan_file",
]


@dataclass(frozen=True, slots=True)
class Attached:
    """The file on the record. ``already``: the same content was there, and nothing was stored."""

    file: Attachment
    already: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file is found to be before anything is stored."""

    name: str
    kind: str
    size: int
    digest: bytes


def attach(customer_id: int, *, subject: tuple[str, int], upload: File[bytes], by: Viewer, note: str = "") -> Attached:
    """Put a file on a record of the customer. The same content on the same record a second time changes nothing.

    Raises NotPermitted, SubjectNotFound, FileEmpty, FileTooLarge, FileTypeRefused, ContentContradictsName.
    """
    access.require(by, Permission.CONTACT_CUSTOMERS)
    if subjects.customer_of(subject, by) != customer_id:
        raise SubjectNotFound
    looked = look(upload)
    with ExitStack() as undo:
        key = storage.keep(upload)
        undo.callback(storage.store().delete, key)  # unless the row is written, nothing stays
        with transaction.atomic():
            customer = customers.visible(by).select_for_update(of=("self",)).filter(pk=customer_id).first()
            if customer is None:
                raise CustomerNotFound
            same = _same(customer_id, subject, looked.digest)
            if same is not None:
                return Attached(same, already=True)
            row = Attachment.objects.create(
                customer=customer,
                subject_kind=subject[0],
                subject_id=None if subject[0] == subjects.CUSTOMER else subject[1],
                name=looked.name,
                kind=looked.kind,
                size=looked.size,
                sha256=looked.digest,
                key=key,
                note=note.strip()[:200],
                uploaded_by_id=by.user_id,
                uploaded_by=by.name,
            )
            tell(events.ATTACHED, row, customer.org_unit_id, by.actor)
            if is_scanning():
                scan.defer(file_id=row.pk)
        undo.pop_all()
    return Attached(row, already=False)


@dataclass(frozen=True, slots=True)
class Aside:
    """A file whose bytes are stored and that is on no record yet."""

    name: str
    kind: str
    size: int
    sha256: bytes
    key: str


def put_aside(upload: File[bytes]) -> Aside:
    """Store what somebody sends before there is a record to put it on; ``adopt`` puts it there. Raises as ``look`` does."""
    looked = look(upload)
    return Aside(looked.name, looked.kind, looked.size, looked.digest, storage.keep(upload))


@transaction.atomic
def adopt(customer_id: int, aside: Aside, *, subject: tuple[str, int], by: Viewer, note: str = "") -> Attachment:
    """Put a file that was put aside on a record of the customer. Raises NotPermitted, SubjectNotFound."""
    access.require(by, Permission.CONTACT_CUSTOMERS)
    if subjects.customer_of(subject, by) != customer_id:
        raise SubjectNotFound
    customer = customers.visible(by).filter(pk=customer_id).first()
    if customer is None:
        raise CustomerNotFound
    row = Attachment.objects.create(
        customer=customer,
        subject_kind=subject[0],
        subject_id=None if subject[0] == subjects.CUSTOMER else subject[1],
        name=aside.name,
        kind=aside.kind,
        size=aside.size,
        sha256=aside.sha256,
        key=aside.key,
        note=note.strip()[:200],
        uploaded_by_id=by.user_id,
        uploaded_by=by.name,
    )
    tell(events.ATTACHED, row, customer.org_unit_id, by.actor)
    if is_scanning():
        scan.defer(file_id=row.pk)
    return row


def look(upload: File[bytes]) -> Looked:
    """Name, type, size and digest of a file; raises as ``attach`` does."""
    name = rules.tidy_file_name(upload.name or "")
    size = upload.size or 0
    if not size:
        raise FileEmpty(field="file", name=name)
    limit = queries.limit_mb()
    if size > limit << 20:
        raise FileTooLarge(field="file", name=name, size=-(-size >> 20), limit=limit)
    kind = rules.type_of(name, upload)
    digest = hashlib.sha256()
    for block in upload.chunks():
        digest.update(block)
    return Looked(rules.with_ending(name, kind), kind.code, size, digest.digest())


@transaction.atomic
def open_file(file_id: int, *, by: Viewer) -> Attachment:
    """The file, to be handed out now; that somebody opened it is a log line.

    Raises NotPermitted, FileNotFound, FileBeingScanned, FileInfected.
    """
    row = queries.the_file(file_id, viewer=by)
    access.require(by, Permission.UNMASK)
    queries.must_be_openable(row)
    tell(events.OPENED, row, _unit_of(row), by.actor)
    return row


@transaction.atomic
def hide_file(file_id: int, *, reason: str, by: Viewer) -> Attachment:
    """Take a file off its record. Row and bytes stay for as long as records are kept; raises ReasonMissing, NotYourFile."""
    row = queries.visible(by).select_for_update(of=("self",)).filter(pk=file_id, hidden_at__isnull=True).first()
    if row is None:
        raise FileNotFound
    if not may_hide(row, by):
        raise NotYourFile
    if not reason.strip():
        raise ReasonMissing(field="reason")
    row.hidden_at, row.hidden_by, row.hidden_reason = now(), by.name, reason.strip()[:200]
    row.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    tell(events.HIDDEN, row, _unit_of(row), by.actor, note=row.hidden_reason)
    return row


@transaction.atomic
def restore_file(file_id: int, *, by: Viewer) -> Attachment:
    """Put a hidden file back; if the same content has come again meanwhile, that one stays and this one too."""
    row = queries.visible(by).select_for_update(of=("self",)).filter(pk=file_id, hidden_at__isnull=False).first()
    if row is None:
        raise FileNotFound
    if not may_hide(row, by):
        raise NotYourFile
    row.hidden_at, row.hidden_by, row.hidden_reason = None, "", ""
    row.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    tell(events.RESTORED, row, _unit_of(row), by.actor)
    return row


def _same(customer_id: int, subject: tuple[str, int], digest: bytes) -> Attachment | None:
    there = Attachment.objects.filter(
        customer_id=customer_id, subject_kind=subject[0], sha256=digest, hidden_at__isnull=True
    )
    if subject[0] != subjects.CUSTOMER:
        there = there.filter(subject_id=subject[1])
    return there.first()


def _unit_of(row: Attachment) -> int:
    return row.customer.org_unit_id
