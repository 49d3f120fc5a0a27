"""What programs of outsiders ask: certificates of authorities, revocation lists, status (OCSP), time stamps (RFC 3161).

Open to everybody; nothing here tells who a customer is. A GET that names a certificate can be cached.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final
from urllib.parse import unquote

from allauth.core.internal.httpkit import get_client_ip
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.crypto import salted_hmac
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts.limits import Limit, spend_from
from keyuan.kernel.clock import now
from keyuan.trust import authorities, revocations
from keyuan.trust.models import CompanyKey
from keyuan.trust.pki import stamps, status

QUESTIONS: Final = Limit("ocsp", 6000, 60, step=100)
STAMPS: Final = Limit("tsa", 120, 60, step=5)
LISTS: Final = Limit("crl", 600, 60, step=20)
LONGEST: Final = 10_000
KINDS: Final = {"cer": "application/pkix-cert", "crl": "application/pkix-crl"}


@require_safe
def authority(request: HttpRequest, name: str) -> HttpResponse:
    """The certificate of one of our authorities, as DER: ``issuing-1.cer``."""
    row = _named(name)
    answer = HttpResponse(bytes(row.certificate.der), content_type=KINDS["cer"])
    patch_cache_control(answer, public=True, max_age=86_400)
    return answer


@require_safe
def revoked(request: HttpRequest, name: str) -> HttpResponse:
    """The newest revocation list of an authority, as DER: ``issuing-1.crl``."""
    spend_from(LISTS, address=address_of(request))
    newest = revocations.current_list(_named(name))
    answer = HttpResponse(bytes(newest.der), content_type=KINDS["crl"])
    answer.headers["Last-Modified"] = http_date(newest.this_update.timestamp())
    patch_cache_control(answer, public=True, max_age=300)
    return answer


def _named(name: str) -> CompanyKey:
    role, _, number = name.rpartition("-")
    rows = CompanyKey.objects.select_related("certificate__issuer__issuer")
    row = rows.filter(role=role, number=int(number)).first() if number.isdecimal() and len(number) < 6 else None
    if row is None or row.role not in ("root", "issuing"):
        raise Http404
    return row


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ocsp(request: HttpRequest, asked: str = "") -> HttpResponse:
    """The status of a certificate (RFC 6960): the question in the body, or in base64 in the address."""
    spend_from(QUESTIONS, address=address_of(request))
    question = _posted(request) if request.method == "POST" else _in_address(asked)
    said = status.MALFORMED if question is None else revocations.respond(question)
    answer = HttpResponse(said, content_type="application/ocsp-response")
    if request.method == "POST" or len(said) < 50:  # a refusal is never kept
        patch_cache_control(answer, no_store=True)
    else:
        # RFC 5019 §6: no longer than the answer holds.
        patch_cache_control(answer, public=True, no_transform=True, must_revalidate=True, max_age=300)
    return answer


def _in_address(asked: str) -> bytes | None:
    try:
        return base64.b64decode(unquote(asked), validate=True) if 0 < len(asked) < LONGEST else None
    except (binascii.Error, ValueError):
        return None


@csrf_exempt
@require_POST
def tsa(request: HttpRequest) -> HttpResponse:
    """A time stamp (RFC 3161 §3.4)."""
    spend_from(STAMPS, address=address_of(request))
    asked = _posted(request) or b""
    said = stamps.reply(asked, stamper=authorities.stamper(), at=now())
    return HttpResponse(said, content_type="application/timestamp-reply", headers={"Cache-Control": "no-store"})


def _posted(request: HttpRequest) -> bytes | None:
    length = request.headers.get("Content-Length", "0")
    if not length.isdecimal() or int(length) > LONGEST:
        return None
    return request.body


def address_of(request: HttpRequest) -> str:
    """The network address as the counters keep it: the same each time, and no address."""
    return salted_hmac("trust.services", get_client_ip(request) or "").hexdigest()[:32]
