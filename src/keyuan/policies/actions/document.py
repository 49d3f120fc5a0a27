"""The document of a policy: asked for with the policy, kept once, and a line for each time somebody takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission, Role
from keyuan.eventlog.actions import record
from keyuan.files import actions as files
from keyuan.files import queries as file_queries
from keyuan.kernel.clock import now
from keyuan.policies import events
from keyuan.policies.models import PolicyDocument
from keyuan.policies.queries.document import the_document
from keyuan.policies.refusals import DocumentNotReady

if TYPE_CHECKING:
    from django.core.files.base import File

    from keyuan.accounts.scope import Viewer
    from keyuan.eventlog.kinds import EventKind
    from keyuan.files.models import Attachment
    from keyuan.policies.models import Policy


def ask_for_document(policy: Policy, *, sale: str, language: str) -> PolicyDocument:
    """A document is owed for a policy that was just issued; in the transaction of the issue."""
    return PolicyDocument.objects.create(policy=policy, customer_id=policy.customer_id, sale=sale, language=language)


@transaction.atomic
def keep_document(policy_id: int, *, pdf: File[bytes], by: Viewer) -> PolicyDocument:
    """Put the document on the policy, unless it has one: whoever comes second is given the first.

    Raises DocumentNotFound where none was asked for, and what files.actions.attach refuses with.
    """
    the_document(policy_id, viewer=by)
    row = PolicyDocument.objects.select_for_update(of=("self",)).select_related("policy").get(policy_id=policy_id)
    if row.made_at is not None:
        return row
    kept = files.attach(row.customer_id, subject=("policy", policy_id), upload=pdf, by=by).file
    row.file, row.sha256, row.made_at = kept, bytes(kept.sha256), now()
    row.save(update_fields=["file", "sha256", "made_at"])
    _tell(events.DOCUMENT_MADE, row, kept, by=by)
    return row


@transaction.atomic
def take_document(policy_id: int, *, by: Viewer) -> Attachment:
    """The document, to be handed out now; that somebody took it is a log line. The holder may, and staff who see secrets.

    Raises PolicyNotFound, DocumentNotFound, DocumentNotReady, NotPermitted, FileBeingScanned, FileInfected.
    """
    if by.role != Role.CUSTOMER:
        require(by, Permission.UNMASK)
    row = the_document(policy_id, viewer=by)
    if row.file is None:
        raise DocumentNotReady
    file_queries.must_be_openable(row.file)
    _tell(events.DOCUMENT_TAKEN, row, row.file, by=by)
    return row.file


def _tell(kind: EventKind, row: PolicyDocument, kept: Attachment, *, by: Viewer) -> None:
    record(
        kind,
        by=by.actor,
        customer_id=row.customer_id,
        org_unit_id=row.policy.org_unit_id,
        subject=("policy", row.policy_id),
        payload={
            "policy": row.policy.number,
            "sha256": bytes(kept.sha256).hex(),
            "size": kept.size,
            "file": kept.pk,
            "sale": row.sale,
        },
    )
