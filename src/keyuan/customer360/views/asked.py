"""What an address or a form asks for: the condition, the columns, the order, the page. And the address that says it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from keyuan.accounts.scope import Viewer
from keyuan.customer360.columns import Column, chosen
from keyuan.customer360.conditions import EVERYBODY, Condition, as_json, catalogue, parse, parse_text
from keyuan.customer360.models import SavedView
from keyuan.customer360.queries import kept


@dataclass(frozen=True)
class Asked:
    """A question as the page has it. ``view`` is the saved view that it began with."""

    condition: Condition
    columns: tuple[Column, ...]
    sort: str
    page: int = 1
    view: SavedView | None = None

    @property
    def text(self) -> str:
        """The condition as the address carries it."""
        return "" if self.condition == EVERYBODY else json_text(self.condition)

    def address(self, condition: Condition | None = None) -> str:
        """The address of the page with this question (or another condition)."""
        told = self.condition if condition is None else condition
        return address_of(told, [column.name for column in self.columns], self.sort, self.view)


def json_text(condition: Condition) -> str:
    return json.dumps(as_json(condition), ensure_ascii=False, separators=(",", ":"))


def address_of(condition: Condition, columns: list[str], sort: str, view: SavedView | None) -> str:
    pairs: list[tuple[str, Any]] = [("view", view.pk)] if view is not None else []
    pairs.append(("c", "" if condition == EVERYBODY else json_text(condition)))
    pairs += [("column", name) for name in columns]
    if sort:
        pairs.append(("sort", sort))
    return f"{reverse('customer360:queries')}?{urlencode(pairs)}"


def number_in(text: str | None) -> int | None:
    """A small natural number, or None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def asked_in(told: QueryDict, *, viewer: Viewer) -> Asked:
    """The question in an address: a saved view, and whatever differs from it. Raises a BadCondition or ViewNotFound."""
    key = number_in(told.get("view"))
    view = None if key is None else kept.the_view(key, viewer=viewer)
    known = catalogue(viewer)
    if "c" in told or view is None:
        condition = parse_text(told.get("c", ""), catalogue=known)
    else:
        condition = parse(view.condition, catalogue=known)
    names = told.getlist("column") or (view.columns if view is not None else [])
    sort = told.get("sort", view.sort if view is not None else "")[:60]
    page = number_in(told.get("page")) or 1
    return Asked(condition, chosen(names, viewer), sort, min(page, 100_000), view)
