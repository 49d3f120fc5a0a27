"""Files on records: listed, sent in as multipart, handed out, taken off."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja import Path, Router

from keyuan.api.customers import FAILURES, CustomerId, viewer_of
from keyuan.api.intake import Strict, words
from keyuan.api.replies import reply
from keyuan.api.shapes import Failure, FileStored, FileTold
from keyuan.files import queries, subjects
from keyuan.files.actions import attach, hide_file, open_file
from keyuan.files.views.handing import handed
from keyuan.files.views.sending import one_file

router = Router(tags=["files"])
FileId = Annotated[int, Path(ge=1, le=2**63 - 1, description="The id of the file.")]
# The body is read only after its length: hence written by hand.
MULTIPART = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "At most KEYUAN_FILE_MB."},
                        "note": {"type": "string", "maxLength": 200},
                        "record": {
                            "type": "string",
                            "enum": ["customer", "policy", "claim", "contract"],
                            "description": "What it lies on; the customer if left out.",
                        },
                        "record_id": {"type": "integer", "minimum": 1, "description": "The id of that record."},
                    },
                }
            }
        },
    }
}


class Hiding(Strict):
    """Why the file is taken off."""

    reason: words(200, 1)  # type: ignore[valid-type]


@router.get("/customers/{customer_id}/files", response={200: list[FileTold], **FAILURES}, summary="A customer's files")
def of_customer(request: HttpRequest, customer_id: CustomerId) -> HttpResponse:
    """Those on the customer and on all their records, the newest first."""
    found = queries.of((subjects.CUSTOMER, customer_id), viewer=viewer_of(request))
    return reply([FileTold.of(one) for one in found])


@router.post(
    "/customers/{customer_id}/files",
    response={200: FileStored, 201: FileStored, **FAILURES},
    summary="Put a file on a record",
    openapi_extra=MULTIPART,
)
def send(request: HttpRequest, customer_id: CustomerId) -> HttpResponse:
    """One file as multipart/form-data. Its type is read from its bytes; too large or of another type it is refused. The
    same content on the same record again changes nothing: 200 with ``already``."""
    viewer = viewer_of(request)
    sent = one_file(request)
    subject = (sent.record, sent.record_id or (customer_id if sent.record == subjects.CUSTOMER else 0))
    done = attach(customer_id, subject=subject, upload=sent.file, note=sent.note, by=viewer)
    return reply(FileStored(done.file.pk, done.file.name, done.already), status=200 if done.already else 201)


@router.get("/files/{file_id}/content", response={200: None, **FAILURES, 409: Failure}, summary="The file itself")
def content(request: HttpRequest, file_id: FileId) -> HttpResponseBase:
    """Its bytes, to be saved; a line of the log says who opened it. Not before the scanner has passed it."""
    return handed(open_file(file_id, by=viewer_of(request)), inline=False)


@router.post("/files/{file_id}/hide", response={200: FileStored, **FAILURES}, summary="Take a file off its record")
def hide(request: HttpRequest, file_id: FileId, body: Hiding) -> HttpResponse:
    """Row and bytes stay for as long as records are kept; on the desk it can be put back."""
    row = hide_file(file_id, reason=body.reason, by=viewer_of(request))
    return reply(FileStored(row.pk, row.name, already=False))
