"""What the scanner says of a file is written down: a write of the system, not of a person."""

from __future__ import annotations

from django.db import transaction

from keyuan.files import events, queries, storage
from keyuan.files.lines import tell
from keyuan.files.models import Attachment
from keyuan.files.scanning import scanner
from keyuan.files.states import FileState
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now

SYSTEM = Actor.system("files")


def scan_file(file_id: int) -> FileState:
    """Let the scanner look through a file and keep what it says; raises OSError while it cannot be reached."""
    row = Attachment.objects.select_related("customer").filter(pk=file_id).first()
    found = scanner()
    if row is None or found is None:
        return FileState.UNSCANNED
    with storage.store().open(row.key) as stream:
        threat, version = found.scan(stream)
    with transaction.atomic():
        row = Attachment.objects.select_for_update(of=("self",)).select_related("customer").get(pk=file_id)
        row.scanned_at, row.threat, row.scanner = now(), threat[:120], version[:80]
        row.save(update_fields=["scanned_at", "threat", "scanner"])
        if threat:
            tell(events.INFECTED, row, row.customer.org_unit_id, SYSTEM, note=threat[:120])
    return queries.state_of(row)
