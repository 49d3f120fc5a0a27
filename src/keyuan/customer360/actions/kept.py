"""Saved views and lists: made, changed, forgotten by their owners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from keyuan.accounts import queries as accounts
from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customer360 import events
from keyuan.customer360.columns import chosen
from keyuan.customer360.conditions import as_json, catalogue, parse
from keyuan.customer360.models import CustomerList, SavedView
from keyuan.customer360.queries import kept
from keyuan.customer360.refusals import NameMissing, NoAccount, NotYours, TooLong, UnknownSharing
from keyuan.customer360.rules.text import printable
from keyuan.customer360.states import Sharing
from keyuan.eventlog.actions import record

LONGEST_NAME = 60


@transaction.atomic
def save_view(
    name: str,
    *,
    condition: Any,
    columns: Sequence[str] = (),
    sort: str = "",
    shared: str = Sharing.PRIVATE,
    view_id: int | None = None,
    by: Viewer,
) -> SavedView:
    """Keep a question under a name, or (``view_id``) change one of one's own. ``condition`` is the JSON.

    Raises BadCondition, NameMissing, ViewNotFound, NotYours.
    """
    require(by, Permission.SEE_CUSTOMERS)
    view = SavedView(owner_id=account_of(by)) if view_id is None else _own(kept.the_view(view_id, viewer=by), by)
    view.name = named(name)
    view.condition = as_json(parse(condition, catalogue=catalogue(by)))
    view.columns = [column.name for column in chosen(list(columns), by)] if columns else []
    view.sort = sort[:60]
    _share(view, shared, by)
    view.save()
    record(
        events.VIEW_SAVED,
        by=by.actor,
        subject=("view", view.pk),
        payload={"name": view.name, "shared": view.shared, "condition": view.condition},
    )
    return view


@transaction.atomic
def forget_view(view_id: int, *, by: Viewer) -> None:
    """Delete a view of one's own. Raises ViewNotFound or NotYours."""
    view = _own(kept.the_view(view_id, viewer=by), by)
    payload = {"name": view.name, "condition": view.condition}
    record(events.VIEW_FORGOTTEN, by=by.actor, subject=("view", view.pk), payload=payload)
    view.delete()


@transaction.atomic
def make_list(name: str, *, shared: str = Sharing.PRIVATE, by: Viewer) -> CustomerList:
    """An empty list of customers."""
    require(by, Permission.SEE_CUSTOMERS)
    made = CustomerList(owner_id=account_of(by), name=named(name))
    _share(made, shared, by)
    made.save()
    payload = {"name": made.name, "shared": made.shared}
    record(events.LIST_MADE, by=by.actor, subject=("list", made.pk), payload=payload)
    return made


def account_of(by: Viewer) -> int:
    """The account that keeps it; raises NoAccount for a part of the system."""
    if by.user_id is None:
        raise NoAccount
    return by.user_id


def named(name: str) -> str:
    """The name as it may be kept; raises NameMissing or TooLong."""
    tidy = printable(name, longest=1000)
    if not tidy:
        raise NameMissing(field="name")
    if len(tidy) > LONGEST_NAME:
        raise TooLong(field="name", most=LONGEST_NAME)
    return tidy


def _own(view: SavedView, by: Viewer) -> SavedView:
    if view.owner_id != by.user_id:
        raise NotYours(owner=str(view.owner))
    return view


def _share(kept_thing: SavedView | CustomerList, shared: str, by: Viewer) -> None:
    if shared not in Sharing.values:
        raise UnknownSharing(field="shared")
    kept_thing.shared = shared
    kept_thing.org_unit_id = accounts.unit_of(viewer=by) if shared == Sharing.UNIT else None
