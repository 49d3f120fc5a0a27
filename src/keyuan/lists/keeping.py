"""Saved views: of any list, and of a page that is no Listing (a list with a board or statements of its own).

Such a page names itself and what of its address says what is asked (``Keeping``); the mechanism, the sharing and the
lines of the log are those of every list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from keyuan.accounts.access import SignedInRequest
from keyuan.lists import actions, queries
from keyuan.lists.asked import LONGEST, MOST_COLUMNS
from keyuan.lists.states import Sharing

#: The part of an address that says what is asked, always in the same order; what is sealed only if told so.
Plain = Callable[[QueryDict, bool], str]


@dataclass(frozen=True, slots=True)
class Keeping:
    """``name`` is the list's among all lists; ``asks`` are the parameters that a view keeps, in the order it keeps them."""

    name: str
    asks: Sequence[str]

    def plain(self, query: QueryDict, _sealed: bool = True) -> str:
        """The part of an address that says what is asked, always in the same order."""
        kept = QueryDict(mutable=True)
        for name in self.asks:
            told = ["".join(sign for sign in value if sign.isprintable())[:LONGEST] for value in query.getlist(name)]
            if values := [value for value in told if value][:MOST_COLUMNS]:
                kept.setlist(name, values)
        return kept.urlencode()

    def around(self, request: SignedInRequest) -> dict[str, Any]:
        """What the templates of the page show (lists/tabs.html, lists/keep.html)."""
        return shown(request, self.name, self.plain(request.GET))

    def post(self, request: SignedInRequest) -> HttpResponseRedirect:
        """Save, change, rename or forget a view (``do``), and back to the page."""
        return post(request, self.name, self.plain)


def shown(request: SignedInRequest, listing: str, query: str) -> dict[str, Any]:
    """The views of a list that the viewer has, and which of them is open; ``query`` is what the address asks now."""
    kept = list(queries.views(viewer=request.viewer, listing=listing))
    here = next((one for one in kept if one.pk == _number(request.GET.get("view", ""))), None)
    return {
        "kept": kept,
        "kept_here": here,
        "kept_own": here is not None and here.owner_id == request.viewer.user_id,
        "kept_changed": here is not None and here.query != query,
        "sharings": Sharing.choices,
    }


def post(request: SignedInRequest, listing: str, plain: Plain) -> HttpResponseRedirect:
    """Save, change, rename or forget a view (``do``); back to the list for anything else."""
    told, viewer = request.POST, request.viewer
    asked, key = QueryDict(told.get("query", "")[:4000]), _number(told.get("view", ""))
    match told.get("do"):
        case "save" | "change":
            kept = actions.save_view(
                told.get("name", ""),
                listing=listing,
                query=plain(asked, False),
                shared=told.get("shared", Sharing.PRIVATE),
                view_id=key if told["do"] == "change" else None,
                by=viewer,
            )
            messages.success(request, _("已保存视图“%(name)s”。") % {"name": kept.name})
            return _back(request, kept.query, kept.pk)
        case "rename" if key is not None:
            kept = actions.rename_view(key, told.get("name", ""), by=viewer)
            messages.success(request, _("视图改名为“%(name)s”。") % {"name": kept.name})
            return _back(request, kept.query, kept.pk)
        case "forget" if key is not None:
            name = actions.forget_view(key, by=viewer)
            messages.success(request, _("已删除视图“%(name)s”。") % {"name": name})
    return _back(request, plain(asked, True))


def _back(request: SignedInRequest, query: str, view: int | None = None) -> HttpResponseRedirect:
    address = QueryDict(query, mutable=True)
    if view is not None:
        address["view"] = str(view)
    return HttpResponseRedirect(f"{request.path}?{address.urlencode()}" if address else request.path)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None
