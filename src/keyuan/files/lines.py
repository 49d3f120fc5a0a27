"""What a line of the log says about a file, in words that outlive its row."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from keyuan.eventlog.actions import record

if TYPE_CHECKING:
    from keyuan.eventlog.kinds import EventKind
    from keyuan.files.models import Attachment
    from keyuan.kernel.actor import Actor


def tell(kind: EventKind, row: Attachment, org_unit_id: int, by: Actor, *, note: str = "") -> None:
    """Write the line, in the transaction of the change."""
    payload = {
        "file": row.name,
        "kind": PurePosixPath(row.name).suffix.lstrip("."),
        "size": row.size,
        "sha256": bytes(row.sha256).hex(),
        "on": row.subject_kind,
        "on_id": row.subject_id,
    }
    record(
        kind,
        by=by,
        customer_id=row.customer_id,
        org_unit_id=org_unit_id,
        subject=("file", row.pk),
        payload={**payload, "note": note} if note else payload,
    )
