"""The first page of every list comes in the order of an index, whatever the size of the book."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.urls import get_resolver

from keyuan.accounts.scope import Viewer
from keyuan.kernel.clock import today
from keyuan.lists.asked import everything
from keyuan.lists.describing import Listing
from keyuan.lists.paging import PAGE, Order
from keyuan.lists.views import LISTINGS

pytestmark = pytest.mark.django_db


def _plan(rows: QuerySet[Any]) -> list[str]:
    """The steps of a plan for a table too large to be read whole or put into order: only what no index spares is left."""
    with connection.cursor() as cursor:
        for way in ("enable_seqscan", "enable_sort", "enable_bitmapscan", "enable_hashagg"):
            cursor.execute(f"SET LOCAL {way} = off")
    return rows.explain().splitlines()


def _first_page(listing: Listing, tab: str, order: str, viewer: Viewer) -> QuerySet[Any] | None:
    asked = {**everything(listing), **({listing.tab: tab} if listing.tabs else {})}
    found = listing.found(asked, viewer, today())
    if not isinstance(found, QuerySet):
        return None
    column = listing.by_name[order.removeprefix("-")]
    return found.order_by(*Order.of(column, down=order.startswith("-")).terms())[: PAGE + 1]


def test_no_list_puts_a_whole_table_into_order_for_its_first_page(viewer: Viewer) -> None:
    assert get_resolver().url_patterns
    assert len(LISTINGS) > 10
    sorting = []
    for name, listing in LISTINGS.items():
        for code, usual in [(tab.code, tab.order) for tab in listing.tabs] or [("", "")]:
            orders = {usual or listing.order}
            orders |= {column.name for column in listing.columns if column.sort and not column.unindexed}
            for order in sorted(orders):
                rows = _first_page(listing, code, order, viewer)
                if rows is None:
                    continue
                if any(line.strip().removeprefix("->").strip().startswith("Sort  (") for line in _plan(rows)):
                    sorting.append(f"{name}/{code} by {order}")
    assert not sorting, "\n".join(sorting)
