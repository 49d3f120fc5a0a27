"""Who may write: a viewer with the permission for prospects in their scope, or a part of the system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from keyuan.accounts import access
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import Line
from keyuan.sales.models import Prospect
from keyuan.sales.queries.one import SUBJECT, facts_of
from keyuan.sales.queries.scope import visible
from keyuan.sales.refusals import MoveRefused, ProspectNotFound
from keyuan.sales.rules import may, stage
from keyuan.sales.states import Move

if TYPE_CHECKING:
    from datetime import datetime

    from keyuan.eventlog.kinds import EventKind
    from keyuan.kernel.actor import Actor


def actor_of(by: Viewer | Actor) -> Actor:
    """The one who acts, as the log names them."""
    return by.actor if isinstance(by, Viewer) else by


def require(by: Viewer | Actor, permission: Permission) -> None:
    """Raise NotPermitted unless the viewer's role has the permission; a system actor may do anything."""
    if isinstance(by, Viewer):
        access.require(by, permission)


def locked(
    prospect_id: int,
    *,
    by: Viewer | Actor,
    move: Move | None = None,
    permission: Permission = Permission.EDIT_CUSTOMERS,
) -> Prospect:
    """The prospect's row, locked until the transaction ends, if the move may be made.

    Raises NotPermitted, ProspectNotFound or MoveRefused.
    """
    require(by, permission)
    rows = visible(by) if isinstance(by, Viewer) else Prospect.objects.all()
    found = rows.select_for_update(of=("self",)).select_related("owner").filter(pk=prospect_id).first()
    if found is None:
        raise ProspectNotFound
    at = stage(facts_of(found))
    if move is not None and not may(move, at):
        raise MoveRefused(stage=at.label, move=move.label)
    return found


def line(
    kind: EventKind,
    prospect: Prospect,
    *,
    by: Viewer | Actor,
    payload: Mapping[str, Any] | None = None,
    occurred_at: datetime | None = None,
) -> Line:
    """A line about the prospect; from the day there is a customer, it is theirs as well."""
    return Line(
        kind,
        actor_of(by),
        prospect.customer_id,
        prospect.org_unit_id,
        (SUBJECT, prospect.pk),
        payload or {},
        occurred_at,
    )
