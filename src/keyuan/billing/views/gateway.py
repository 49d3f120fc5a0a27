"""What comes from outside: a gateway's notifications, and the sandbox gateway's pages through our own port."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.billing import notifications
from keyuan.billing.refusals import GatewayUnknown

PASSED_ON: Final = ("Content-Type", "Location", "Cache-Control")


@csrf_exempt
@require_POST
def notify(request: HttpRequest, gateway: str) -> HttpResponse:
    """A gateway says something; it shows who it is by its signature, nothing else counts."""
    raw = request.body.decode("utf-8", errors="replace")
    try:
        answer = notifications.receive(gateway, raw, address=request.META.get("REMOTE_ADDR", "")[:45])
    except GatewayUnknown:
        raise Http404 from None
    return HttpResponse(answer, content_type="text/plain; charset=utf-8")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def sandbox(request: HttpRequest, rest: str) -> HttpResponse:
    """The sandbox's pages under our address, so that a phone reaches them; nothing of ours is passed to it.

    Only while the sandbox is configured. The buyer is nobody we know here: no cookie goes in or out.
    """
    address = settings.KEYUAN_SANDBOX_GATEWAY_URL
    if not address or settings.KEYUAN_ALIPAY_APP_ID or rest.split("/")[0] not in ("gateway.do", "cashier", "style.css"):
        raise Http404
    target = urlsplit(address)
    connection = HTTPConnection(target.hostname or "", target.port, timeout=10)
    query = request.META.get("QUERY_STRING", "")
    head = {"Accept-Language": get_language() or "zh", "Content-Type": request.content_type or "text/plain"}
    try:
        body = request.body if request.method == "POST" else None
        connection.request(request.method or "GET", f"/{rest}?{query}", body, head)
        reply = connection.getresponse()
        answer = HttpResponse(reply.read(), status=reply.status)
        for name in PASSED_ON:
            if reply.headers.get(name):
                answer[name] = reply.headers[name]
    except (OSError, HTTPException):
        words = "沙箱支付网关没有运行。The sandbox gateway is not running."
        return HttpResponse(words, status=502, content_type="text/plain; charset=utf-8")
    finally:
        connection.close()
    return answer
