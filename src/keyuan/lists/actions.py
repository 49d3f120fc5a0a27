"""Every write of lists: saved views, and the line of the log for an export."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from keyuan.accounts import queries as accounts
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record
from keyuan.eventlog.kinds import EventKind
from keyuan.lists import events, queries
from keyuan.lists.models import ListView
from keyuan.lists.refusals import NameMissing, NoAccount, NotYours, PurposeMissing, TooLong, UnknownSharing
from keyuan.lists.states import Sharing

LONGEST_NAME = 60
LONGEST_PURPOSE = 200


@transaction.atomic
def save_view(
    name: str,
    *,
    listing: str,
    query: str,
    shared: str = Sharing.PRIVATE,
    view_id: int | None = None,
    by: Viewer,
) -> ListView:
    """Keep what a list asks under a name, or (``view_id``) put it in the place of what a view of one's own asked.

    Raises NameMissing, TooLong, UnknownSharing, NoAccount, ViewNotFound, NotYours.
    """
    view = ListView(owner_id=_account(by), listing=listing) if view_id is None else _own(view_id, by)
    if shared not in Sharing.values:
        raise UnknownSharing(field="shared")
    view.name, view.query, view.shared = _named(name), query[:2000], shared
    view.org_unit_id = accounts.unit_of(viewer=by) if shared == Sharing.UNIT else None
    view.save()
    payload = {"list": view.listing, "name": view.name, "query": view.query, "shared": view.shared}
    record(events.VIEW_SAVED, by=by.actor, subject=("list_view", view.pk), payload=payload)
    return view


@transaction.atomic
def rename_view(list_view_id: int, name: str, *, by: Viewer) -> ListView:
    """Another name for a view of one's own. Raises ViewNotFound, NotYours, NameMissing, TooLong."""
    view = _own(list_view_id, by)
    former, view.name = view.name, _named(name)
    view.save(update_fields=["name"])
    payload = {"list": view.listing, "name": view.name, "former": former}
    record(events.VIEW_RENAMED, by=by.actor, subject=("list_view", view.pk), payload=payload)
    return view


@transaction.atomic
def forget_view(list_view_id: int, *, by: Viewer) -> str:
    """Delete a view of one's own; gives its name. Raises ViewNotFound, NotYours."""
    view = _own(list_view_id, by)
    payload = {"list": view.listing, "name": view.name, "query": view.query}
    record(events.VIEW_FORGOTTEN, by=by.actor, subject=("list_view", view.pk), payload=payload)
    view.delete()
    return view.name


@transaction.atomic
def note_export(kind: EventKind, *, purpose: str, payload: dict[str, Any], by: Viewer) -> None:
    """Write down who takes a list away, why, and which; whether they may is the list's to say. Raises PurposeMissing."""
    told = _tidy(purpose)[:LONGEST_PURPOSE]
    if not told:
        raise PurposeMissing(field="purpose")
    record(kind, by=by.actor, payload={"purpose": told, **payload})


def _account(by: Viewer) -> int:
    if by.user_id is None or not by.is_staff:
        raise NoAccount
    return by.user_id


def _own(list_view_id: int, by: Viewer) -> ListView:
    view = queries.the_view(list_view_id, viewer=by)
    if view.owner_id != by.user_id:
        raise NotYours(owner=str(view.owner))
    return ListView.objects.select_for_update().get(pk=view.pk)


def _named(name: str) -> str:
    tidy = _tidy(name)
    if not tidy:
        raise NameMissing(field="name")
    if len(tidy) > LONGEST_NAME:
        raise TooLong(field="name", most=LONGEST_NAME)
    return tidy


def _tidy(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable()).strip()
