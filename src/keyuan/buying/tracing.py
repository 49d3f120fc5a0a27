"""The traceable sale 可回溯: every page of buying goes on record before it goes out, and every form as it comes in.

A visitor's pages are those of a visit until they begin an order; then they are the first rows of its trace. Which visit
and which sale a browser is at stands in a signed cookie. A page of a sale that cannot be put on record is not shown.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.core import signing
from django.db import DatabaseError
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import get_language

from keyuan.evidence.pages import actions, queries
from keyuan.evidence.pages.dress import dressed
from keyuan.evidence.pages.hearing import new_key, ticket
from keyuan.evidence.pages.refusals import SaleNotRecorded
from keyuan.evidence.pages.writing import Place, Shown, append
from keyuan.kernel.sealing import CannotUnseal
from keyuan.orders.document import clauses_digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, HttpResponseBase
    from django.urls import ResolverMatch

    from keyuan.products.definition import Definition

log = logging.getLogger("keyuan.evidence")
COOKIE: Final = "keyuan_trace"
SALT: Final = "keyuan.buying.trace"
COOKIE_SECONDS: Final = 12 * 3600
#: Pages of the way in, on which the buyer proves who they are; they belong to the sale that sent them there.
DOOR: Final = frozenset({"sign_in", "code", "code_again", "register", "not_matched"})
#: Of no one sale: the list of somebody's orders.
OF_NONE: Final = frozenset({"mine"})
#: What the law wants the buyer to have been shown: clauses and exclusions, and the whole of it, before they submit; what
#: is signed, before they sign.
BEFORE_SUBMITTING: Final = ("buying:step:read", "buying:step:check")
BEFORE_SIGNING: Final = (*BEFORE_SUBMITTING, "buying:sign")
#: Never on record, not even sealed.
SECRETS: Final = frozenset({"code", "password", "csrfmiddlewaretoken"})
HIDDEN: Final = "••••••"
MOST_FIELDS, LONGEST_VALUE, LONGEST_ADDRESS = 400, 2000, 400
UNREAD: Final = 422


class Tracing:
    """What is known of one request that goes on record. ``ticket`` is for the page's own script."""

    def __init__(self, request: HttpRequest, match: ResolverMatch) -> None:
        self._request = request
        self._match = match
        self._key = new_key()
        self._tickets: list[str] = []
        self.sale: UUID | None = None
        self.versions: list[tuple[str, int, str]] = []

    @cached_property
    def _kept(self) -> dict[str, str]:
        """What the browser's cookie says: its sale, the sale's product, its visit."""
        try:
            found: dict[str, str] = signing.loads(
                self._request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_SECONDS
            )
        except signing.BadSignature:
            return {}
        return found

    @cached_property
    def visit(self) -> UUID:
        """The visit that pages of no sale belong to."""
        return UUID(self._kept["v"]) if "v" in self._kept else uuid4()

    @property
    def place(self) -> Place | None:
        """Where the page belongs; None if it belongs to no sale and to no visit."""
        if self.sale is not None:
            return Place(sale=self.sale)
        kept = UUID(self._kept["s"]) if "s" in self._kept else None
        if self._match.app_name != "buying":
            return None if kept is None else Place(sale=kept)
        if "order_id" in self._match.kwargs:
            return None  # whoever asked does not hold it
        if kept is not None and self._match.kwargs.get("code") == self._kept.get("c"):
            return Place(sale=kept)
        return Place(visit=self.visit)

    @property
    def ticket(self) -> str:
        """With this the page tells what is done on it."""
        if not self._tickets:
            place = self.place
            self._tickets.append("" if place is None else ticket(place, self._key))
        return self._tickets[0]

    def of(self, sale: UUID, definition: Definition) -> None:
        """The page is one of this sale."""
        self.sale = sale
        self.about(definition)

    def about(self, definition: Definition) -> None:
        """The page shows this version of a product and its clauses."""
        self.versions.append((definition.code, definition.version, _clauses(definition)))

    def began(self, sale: UUID, *, number: str, definition: Definition) -> None:
        """An order begins: the visit becomes its sale."""
        self.of(sale, definition)
        said = {"versions": [list(one) for one in self.versions], "lang": get_language() or ""}
        actions.begin(sale, number=number, product=definition.code, visit=self.visit, said=said)

    def keep(self, response: HttpResponse) -> None:
        """Put on record what was sent in and what goes out; raises DatabaseError."""
        place = self.place
        if place is None or not self._is_ours(response):
            return
        page = self._page(response)
        posted = self._request.method == "POST"
        if page is None and not posted:
            return
        if page is not None and self._is_a_repeat(page):
            return
        said = {**self._who(response), **(self._posted(response) if posted else {})}
        if page is not None:
            said |= {"key": self._key, "with": dressed(page.page)}
        head = append(place, "sent" if posted else "shown", said, shown=page, page_key=self._key, quick=True)
        if head is not None:
            self._remember(response, place, head.product)

    def _is_ours(self, response: HttpResponse) -> bool:
        return not response.streaming and (response.status_code < 400 or response.status_code == UNREAD)

    def _page(self, response: HttpResponse) -> Shown | None:
        is_html = response.headers.get("Content-Type", "").startswith("text/html")
        if not is_html or response.status_code not in (200, UNREAD) or not response.content:
            return None
        return Shown(response.content, tuple(self._tickets))

    def _is_a_repeat(self, page: Shown) -> bool:
        """A page that asks for itself every few seconds while it waits is shown once until it says something else."""
        if self._request.method != "GET" or "HX-Request" not in self._request.headers or self.sale is None:
            return False
        return queries.is_last_shown(self.sale, page)

    def _who(self, response: HttpResponse) -> dict[str, Any]:
        request, match = self._request, self._match
        step = f":{match.kwargs['step']}" if "step" in match.kwargs else ""
        told: dict[str, Any] = {
            "view": f"{match.view_name}{step}",
            "address": request.get_full_path()[:LONGEST_ADDRESS],
            "status": response.status_code,
            "lang": get_language() or "",
            "device": request.headers.get("User-Agent", "")[:200],
            "network": request.META.get("REMOTE_ADDR", "")[:45],
        }
        user = getattr(request, "user", None)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and user is not None and user.is_authenticated:
            told["account"] = str(user.pk)
        if self.versions:
            told["versions"] = [list(one) for one in self.versions]
        if "HX-Request" in request.headers and match.url_name == "price":
            told["part"] = True
        return told

    def _posted(self, response: HttpResponse) -> dict[str, Any]:
        values = {
            name[:LONGEST_VALUE]: [
                HIDDEN if name.partition(".")[0] in SECRETS else one[:LONGEST_VALUE] for one in those
            ]
            for name, those in list(self._request.POST.lists())[:MOST_FIELDS]
            if name != "csrfmiddlewaretoken"
        }
        told: dict[str, Any] = {"values": values, "from": urlsplit(self._request.headers.get("Referer", "")).path}
        if "Location" in response.headers:
            told["to"] = urlsplit(response.headers["Location"]).path
        return told

    def _remember(self, response: HttpResponse, place: Place, product: str) -> None:
        """The cookie, where it says something new."""
        told = dict(self._kept)
        if place.sale is not None and product:
            told |= {"s": str(place.sale), "c": product}
            told.pop("v", None)
        elif place.visit is not None:
            told["v"] = str(place.visit)
        if told != self._kept:
            response.set_cookie(
                COOKIE,
                signing.dumps(told, salt=SALT),
                max_age=COOKIE_SECONDS,
                path="/home/",
                samesite="Lax",
                httponly=True,
                secure=bool(settings.SESSION_COOKIE_SECURE),
            )


_clauses_known: dict[tuple[str, int], str] = {}


def _clauses(definition: Definition) -> str:
    """The digest of a version; a published version never changes, and is reckoned once."""
    key = (definition.code, definition.version)
    found = _clauses_known.get(key)
    if found is None:
        found = _clauses_known[key] = clauses_digest(definition)
    return found


def tracing_of(request: HttpRequest) -> Tracing:
    """The record of this request, for a view of buying."""
    found: Tracing = request.trace  # type: ignore[attr-defined]
    return found


class TraceMiddleware:
    """Puts the pages of buying on record. The last of the middlewares: what it sees is what goes out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        tracing = getattr(request, "trace", None)
        if tracing is None:
            return response
        try:
            tracing.keep(response)
        except (DatabaseError, CannotUnseal, OSError):
            log.exception("a page of buying could not be put on record: %s", request.path)
            if tracing.sale is not None:
                return render(request, "errors/refusal.html", {"refusal": SaleNotRecorded()}, status=503)
        if request.resolver_match is not None and request.resolver_match.view_name == "home:sign_out":
            response.delete_cookie(COOKIE, path="/home/")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: object, kwargs: object
    ) -> None:
        """Whether this request goes on record."""
        match = request.resolver_match
        if match is not None and _goes_on_record(match):
            request.trace = Tracing(request, match)  # type: ignore[attr-defined]


def _goes_on_record(match: ResolverMatch) -> bool:
    if match.app_name == "buying":
        return match.url_name not in OF_NONE
    return match.app_name == "home" and (match.url_name in DOOR or match.url_name == "sign_out")
