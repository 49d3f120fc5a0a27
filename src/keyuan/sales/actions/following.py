"""Following a prospect: contacts, how far they are, what comes next."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record_many
from keyuan.kernel.clock import now, today
from keyuan.sales import events
from keyuan.sales.access import line, locked
from keyuan.sales.actions.recording import step_line
from keyuan.sales.cleaning import printable
from keyuan.sales.refusals import EmptyNote, NoStepPlanned, StepMissing
from keyuan.sales.states import NOT_REACHED, ContactResult, ContactWay, LostReason, Move

if TYPE_CHECKING:
    from keyuan.eventlog.kinds import EventKind
    from keyuan.kernel.actor import Actor
    from keyuan.sales.models import Prospect

NOTE_LENGTH = 4000


@transaction.atomic
def contact_prospect(
    prospect_id: int,
    *,
    way: ContactWay | str,
    result: ContactResult | str = "",
    text: str = "",
    direction: str = "outbound",
    by: Viewer,
) -> Prospect:
    """Write down a contact. Whoever was spoken to is contacted from that day; who did not answer is as new as before."""
    prospect = locked(prospect_id, by=by, move=Move.CONTACT, permission=Permission.CONTACT_CUSTOMERS)
    text = printable(text)[:NOTE_LENGTH]
    if not text and not result:
        raise EmptyNote(field="text")
    prospect.last_contact_at = now()
    if prospect.contacted_on is None and result not in NOT_REACHED:
        prospect.contacted_on = today()
    if result == ContactResult.INTERESTED and prospect.qualified_on is None:
        prospect.qualified_on = today()
    prospect.save(update_fields=["last_contact_at", "contacted_on", "qualified_on"])
    payload = {
        "channel": ContactWay(way).value,
        "direction": direction,
        "outcome": ContactResult(result).value if result else "",
        "text": text,
    }
    record_many([line(events.CONTACTED, prospect, by=by, payload=payload)])
    return prospect


def qualify_prospect(prospect_id: int, *, by: Viewer, text: str = "") -> Prospect:
    """The prospect has a need and the means: worth an offer."""
    return _moved(prospect_id, Move.QUALIFY, events.QUALIFIED, {"qualified_on": today()}, by=by, text=text)


def propose_to_prospect(prospect_id: int, *, by: Viewer, text: str = "") -> Prospect:
    """The prospect was given an offer."""
    return _moved(prospect_id, Move.PROPOSE, events.PROPOSED, {"proposed_on": today()}, by=by, text=text)


def lose_prospect(prospect_id: int, *, reason: LostReason | str, by: Viewer, text: str = "") -> Prospect:
    """The prospect will not become a customer for now, and why. What was planned is off."""
    values = {"lost_on": today(), "lost_reason": LostReason(reason).value, "next_step": "", "next_step_on": None}
    return _moved(prospect_id, Move.LOSE, events.LOST, values, by=by, text=text)


def reopen_prospect(prospect_id: int, *, by: Viewer | Actor, text: str = "") -> Prospect:
    """Take up a lost prospect again: the undo of lose_prospect."""
    return _moved(prospect_id, Move.REOPEN, events.REOPENED, {"lost_on": None, "lost_reason": ""}, by=by, text=text)


@transaction.atomic
def plan_step(prospect_id: int, *, what: str, on: date | None, by: Viewer | Actor) -> Prospect:
    """What is to be done next and when; the step planned before is replaced."""
    prospect = locked(prospect_id, by=by, move=Move.PLAN, permission=Permission.CONTACT_CUSTOMERS)
    what = printable(what)[:120]
    if not what or on is None:
        raise StepMissing(field="next_step")
    prospect.next_step, prospect.next_step_on = what, on
    prospect.save(update_fields=["next_step", "next_step_on"])
    record_many([step_line(prospect, by=by)])
    return prospect


@transaction.atomic
def finish_step(prospect_id: int, *, by: Viewer) -> Prospect:
    """The planned step is done."""
    prospect = locked(prospect_id, by=by, move=Move.PLAN, permission=Permission.CONTACT_CUSTOMERS)
    if not prospect.next_step:
        raise NoStepPlanned
    done = line(events.STEP_DONE, prospect, by=by, payload={"title": prospect.next_step})
    prospect.next_step, prospect.next_step_on = "", None
    prospect.save(update_fields=["next_step", "next_step_on"])
    record_many([done])
    return prospect


@transaction.atomic
def _moved(
    prospect_id: int, move: Move, kind: EventKind, values: dict[str, Any], *, by: Viewer | Actor, text: str
) -> Prospect:
    prospect = locked(prospect_id, by=by, move=move, permission=Permission.CONTACT_CUSTOMERS)
    for name, value in values.items():
        setattr(prospect, name, value)
    prospect.save(update_fields=list(values))
    payload = {"text": printable(text)[:NOTE_LENGTH], "lost_reason": values.get("lost_reason", "")}
    record_many([line(kind, prospect, by=by, payload={key: value for key, value in payload.items() if value})])
    return prospect
