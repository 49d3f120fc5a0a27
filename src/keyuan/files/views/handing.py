"""Handing a file out: who asks is looked at every time, and what the browser may do with it is said every time."""

from __future__ import annotations

from django.http import FileResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.files import actions, storage
from keyuan.files.models import Attachment
from keyuan.files.states import BY_CODE

# No script, no form, no frame, nothing from elsewhere: whatever a file holds, it is only looked at. The browser's own viewer
# of a PDF or a picture writes its styles into the page that it makes around it.
ALONE = (
    "default-src 'none'; img-src 'self'; object-src 'self'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def download(request: SignedInRequest, file_id: int) -> HttpResponseBase:
    """The file to be saved: from here, or from the storage service by an address that dies within a minute."""
    row = actions.open_file(file_id, by=request.viewer)
    address = storage.presigned(row.key, name=row.name, content_type=BY_CODE[row.kind].content_type)
    if address:
        answer = HttpResponseRedirect(address)
        answer["Cache-Control"] = "private, no-store"
        answer["Referrer-Policy"] = "no-referrer"
        return answer
    return handed(row, inline=False)


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def view(request: SignedInRequest, file_id: int) -> HttpResponseBase:
    """The file to be looked at; a kind that could run anything is saved instead."""
    row = actions.open_file(file_id, by=request.viewer)
    return handed(row, inline=BY_CODE[row.kind].inline)


def handed(row: Attachment, *, inline: bool) -> FileResponse:
    """The bytes, with what a browser may do with them."""
    answer = FileResponse(
        storage.store().open(row.key),
        as_attachment=not inline,
        filename=row.name,
        content_type=BY_CODE[row.kind].content_type,
    )
    answer["Content-Length"] = str(row.size)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = ALONE
    answer["Cache-Control"] = "private, no-store"
    return answer
