"""The API: one NinjaAPI, its errors in one shape, its documentation for signed-in staff."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from keyuan.accounts.access import staff_page
from keyuan.accounts.api_auth import SessionAuth, TokenAuth
from keyuan.accounts.roles import Permission
from keyuan.api.contracts import router as contracts
from keyuan.api.cube import router as cube
from keyuan.api.custom_fields import router as custom_fields
from keyuan.api.customers import router as customers
from keyuan.api.docs import Docs
from keyuan.api.events import router as events
from keyuan.api.files import router as files
from keyuan.api.forms import router as forms
from keyuan.api.group import router as group
from keyuan.api.products import router as products
from keyuan.api.profit import router as profit
from keyuan.api.proposals import router as proposals
from keyuan.api.prospects import router as prospects
from keyuan.api.query import router as queries
from keyuan.api.quotes import router as quotes
from keyuan.api.renewals import router as renewals
from keyuan.api.replies import failure, reply
from keyuan.api.underwriting import router as underwriting
from keyuan.api.warning import router as warning
from keyuan.kernel.refusals import Refusal

api = NinjaAPI(
    title="Keyuan 客缘",
    version="1",
    description="Find a customer by anything that names them, read everything about them, write what happened.",
    urls_namespace="api-v1",
    docs=Docs(),
    auth=[TokenAuth(), SessionAuth()],
    docs_decorator=staff_page(Permission.USE_API),
)
api.add_router("/customers", customers)
api.add_router("/prospects", prospects)
api.add_router("/proposals", proposals)
api.add_router("/quotes", quotes)
api.add_router("/renewals", renewals)
api.add_router("/products", products)
api.add_router("/underwriting", underwriting)
api.add_router("/queries", queries)
api.add_router("/cube", cube)
api.add_router("/insight/profit", profit)
api.add_router("/insight/warnings", warning)
api.add_router("/events", events)
api.add_router("", forms)
api.add_router("", custom_fields)
api.add_router("", group)
api.add_router("", contracts)
api.add_router("", files)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A rule said no: by name, with what to do."""
    return reply(refusal.as_dict(), status=refusal.status)


@api.exception_handler(ValidationError)
def not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The request does not have the shape that the documentation asks for."""
    first: dict[str, Any] = error.errors[0] if error.errors else {}
    field = ".".join(str(part) for part in first.get("loc", ())[1:] if part not in ("body", "draft", "note", "task"))
    message = _("请求的内容不符合接口要求：%(detail)s。") % {"detail": first.get("msg", "")}
    return failure("invalid_request", message, status=422, field=field, remedy=_("请对照接口文档修改后重试。"))


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return failure(
        "not_signed_in", _("请先登录，或附上有效的接口令牌。"), status=401, remedy=_("在个人设置中创建接口令牌。")
    )


@api.exception_handler(PermissionDenied)
def not_permitted(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return failure("not_permitted", _("您的角色没有这项权限。"), status=403, remedy=_("如工作需要，请联系管理员。"))


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return failure("not_found", _("没有这个地址。"), status=404)


@api.exception_handler(Throttled)
def too_often(request: HttpRequest, error: Throttled) -> HttpResponse:
    return failure("too_many_requests", _("请求过于频繁，请稍后再试。"), status=429)


@api.exception_handler(HttpError)
def malformed(request: HttpRequest, error: HttpError) -> HttpResponse:
    return failure("malformed_request", _("无法读取请求的内容。"), status=error.status_code)
