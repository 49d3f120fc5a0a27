"""What an address asks of a list: filters, tab, order, columns, and where in it the reader stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from keyuan.lists.describing import Column, Filter, Listing

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

MOST_COLUMNS = 20
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """``values``: by filter, and the tab under its own name; what cannot be read narrows nothing.

    ``after`` and ``before`` are the keys of the row that the page follows or precedes; ``at`` is how many rows stand
    before the page. ``query`` is the same again as an address, in a fixed order, so that two can be compared.
    """

    listing: Listing
    values: dict[str, Any]
    choices: dict[str, list[tuple[str, str]]]
    order: str
    usual: str
    columns: tuple[Column, ...]
    chosen: bool
    after: str
    before: str
    at: int
    view: int | None
    query: str

    @property
    def tab(self) -> str:
        return str(self.values.get(self.listing.tab, ""))

    @property
    def narrowed(self) -> bool:
        """Whether any filter holds; a tab is none."""
        return any(self.values[each.name] not in ("", None) for each in self.listing.filters)

    @property
    def sort(self) -> tuple[Column, bool]:
        """The column that the list is in the order of, and whether downwards."""
        return self.listing.by_name[self.order.removeprefix("-")], self.order.startswith("-")


def asked(query: QueryDict, *, listing: Listing, viewer: Viewer) -> Asked:
    """What an address asks."""
    choices = {
        each.name: [(str(code), str(word)) for code, word in each.choices(viewer)]
        for each in listing.filters
        if each.choices is not None
    }
    values = {each.name: _value(each, query.get(each.name, ""), choices.get(each.name, ())) for each in listing.filters}
    order = query.get("sort", "")
    usual = listing.order
    if listing.tabs:
        tabs = {tab.code: tab for tab in listing.tabs}
        tab = tabs.get(query.get(listing.tab, ""), listing.tabs[0])
        values[listing.tab] = tab.code
        usual = tab.order or usual
    columns, chosen = _columns(query.getlist("column"), listing)
    view, at = query.get("view", ""), query.get("at", "")
    return Asked(
        listing,
        values,
        choices,
        order if _sorts(order, listing) else usual,
        usual,
        columns,
        chosen,
        query.get("after", "")[:LONGEST],
        query.get("before", "")[:LONGEST],
        int(at) if at.isascii() and at.isdecimal() and len(at) < 8 else 0,
        int(view) if view.isascii() and view.isdecimal() and len(view) < 18 else None,
        plain(query, listing=listing),
    )


def everything(listing: Listing) -> dict[str, Any]:
    """The values that narrow nothing."""
    return {each.name: "" if each.kind in ("choice", "text") else None for each in listing.filters}


def _sorts(order: str, listing: Listing) -> bool:
    column = listing.by_name.get(order.removeprefix("-"))
    return column is not None and bool(column.sort)


def _columns(names: list[str], listing: Listing) -> tuple[tuple[Column, ...], bool]:
    """The chosen columns, in the order in which they were chosen; the first of the list always leads the row."""
    known = [listing.by_name[name] for name in dict.fromkeys(names) if name in listing.by_name][:MOST_COLUMNS]
    if not known:
        return listing.usual, False
    lead = listing.columns[0]
    return (tuple(known) if lead in known else (lead, *known)), True


def _value(wanted: Filter, text: str, choices: Any) -> Any:
    match wanted.kind:
        case "choice":
            return text if any(text == code for code, _word in choices) else ""
        case "day":
            return _day(text)
        case "given":
            return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None
    return "".join(sign for sign in text if sign.isprintable()).strip()[:LONGEST]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 and text[:4] not in ("0000", "0001", "9999") else None
    except ValueError:
        return None


def plain(query: QueryDict, *, listing: Listing, sealed: bool = True) -> str:
    """The part of an address that says what is asked, always in the same order; without what is ``sealed`` if not wanted."""
    kept = QueryDict(mutable=True)
    for name in (listing.tab, *(each.name for each in listing.filters if sealed or not each.sealed), "sort"):
        if value := "".join(sign for sign in query.get(name, "") if sign.isprintable())[:LONGEST]:
            kept[name] = value
    columns = [name for name in dict.fromkeys(query.getlist("column")) if name in listing.by_name][:MOST_COLUMNS]
    if columns:
        kept.setlist("column", columns)
    return kept.urlencode()


def chips(found: Asked, query: QueryDict) -> list[dict[str, str]]:
    """The filters in force as words, each with the address of the list without it."""
    told = []
    for each in found.listing.filters:
        value = found.values[each.name]
        if value in ("", None):
            continue
        word = _word(each, value, found.choices.get(each.name, []))
        told.append({"word": str(each.says) % {"word": word}, "address": without(query, each.name)})
    return told


def _word(wanted: Filter, value: Any, choices: list[tuple[str, str]]) -> str:
    if wanted.kind == "choice":
        return dict(choices)[value]
    return _("“%(text)s”") % {"text": value} if wanted.kind == "text" else str(value)


def without(query: QueryDict, *names: str, **put: str) -> str:
    """The address without some of it, from its first page, with something else put in."""
    rest = query.copy()
    for gone in (*names, "after", "before", "at", "page"):
        rest.pop(gone, None)
    for name, value in put.items():
        rest[name] = value
    return f"?{rest.urlencode()}"
