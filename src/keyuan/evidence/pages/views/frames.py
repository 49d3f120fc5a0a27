"""One page of a trace as it was shown, in a frame that runs nothing; and the styles of then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import Http404, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from keyuan.evidence.pages import queries
from keyuan.evidence.pages.filling import as_it_stood, as_shown
from keyuan.evidence.pages.queries import addresses_in, said_of
from keyuan.evidence.pages.telling import timeline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from keyuan.evidence.pages.queries import Traced

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin"
)
FILE_POLICY: Final = "default-src 'none'; sandbox"
A_YEAR: Final = 365 * 24 * 3600


def framed(traced: Traced, n: int, at: str) -> HttpResponse:
    """The page of row ``n``; ``at``: as it stood at that place of the timeline. Page 404 if there is none."""
    row = next((one for one in traced.rows if one.n == n), None)
    if row is None or row.page is None:
        raise Http404
    page = as_shown(row.page, _files(traced, said_of(row)), address_of_file, static=str(settings.STATIC_URL))
    if said_of(row).get("part"):
        page = _part(page, traced, n)
    elif at.isascii() and at.isdecimal():
        entry = next((one for one in timeline(traced) if one.place == int(at) and one.row == n), None)
        if entry is not None and entry.state is not None:
            page = as_it_stood(page, entry.state, style=static("evidence/marks.css"))
    answer = HttpResponse(page)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def _files(traced: Traced, said: Mapping[str, Any]) -> dict[str, str]:
    manifest = traced.files.get(str(said.get("with", "")))
    return {} if manifest is None else addresses_in(manifest)


def _part(part: bytes, traced: Traced, n: int) -> bytes:
    """What was put into a page later, in the dress of the page that it was put into."""
    before = [one for one in traced.rows if one.n < n and one.page is not None and not said_of(one).get("part")]
    files = _files(traced, said_of(before[-1])) if before else {}
    sheets = [digest for address, digest in files.items() if address.endswith(".css")]
    head = "".join(f'<link rel="stylesheet" href="{address_of_file(one)}">' for one in sheets)
    return f'<!doctype html><html class="home"><head><meta charset="utf-8">{head}</head><body>'.encode() + part


def address_of_file(digest: str) -> str:
    return reverse("evidence:file", args=[digest])


@require_safe
@cache_control(public=True, max_age=A_YEAR, immutable=True)
def file(request: HttpRequest, digest: str) -> HttpResponse:
    """A style sheet, script or picture as it was then. It is nobody's, and its address is its content's."""
    found = queries.file_of(digest)
    if found is None:
        raise Http404
    answer = HttpResponse(found.raw, content_type=found.media_type)
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    return answer
