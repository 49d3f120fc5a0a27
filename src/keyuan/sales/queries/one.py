"""One prospect whole, with what may be done and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from keyuan.customers.masking import mask
from keyuan.eventlog.kinds import kind_of
from keyuan.eventlog.queries import of_subject
from keyuan.products.states import Line
from keyuan.sales.models import Prospect
from keyuan.sales.queries.scope import visible
from keyuan.sales.refusals import ProspectNotFound
from keyuan.sales.rules import ProspectFacts, moves_at, stage
from keyuan.sales.states import ContactResult, ContactWay, LostReason, Move, Stage

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.sales.models import ProspectConsent

LINES_SHOWN = 100
SUBJECT = "prospect"


@dataclass(frozen=True, slots=True)
class ProspectSeen:
    """A prospect as the page shows it: secrets masked, stage computed."""

    row: Prospect
    stage: Stage
    mobile: str
    email: str
    home_address: str
    interests: tuple[str, ...]
    moves: tuple[Move, ...]
    consents: tuple[ProspectConsent, ...]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A line of the prospect's history: what happened, who did it, short facts and what was said."""

    label: str
    at: datetime
    actor: str
    tags: tuple[str, ...]
    text: str
    category: str


def facts_of(one: Prospect) -> ProspectFacts:
    """The dated facts that the stage follows from."""
    return ProspectFacts(one.contacted_on, one.qualified_on, one.proposed_on, one.won_on, one.lost_on)


def the_prospect(prospect_id: int, *, viewer: Viewer) -> Prospect:
    """The row; raises ProspectNotFound."""
    rows = visible(viewer).select_related("owner", "org_unit", "referrer", "customer")
    found = rows.filter(pk=prospect_id).first()
    if found is None:
        raise ProspectNotFound
    return found


def prospect(prospect_id: int, *, viewer: Viewer) -> ProspectSeen:
    """Everything that the page needs of one prospect; raises ProspectNotFound."""
    row = the_prospect(prospect_id, viewer=viewer)
    at = stage(facts_of(row))
    return ProspectSeen(
        row=row,
        stage=at,
        mobile=mask("mobile", row.mobile),
        email=mask("email", row.email),
        home_address=mask("home_address", row.home_address),
        interests=tuple(str(Line(code).label) for code in row.interests),
        moves=moves_at(at),
        consents=tuple(row.consents.order_by("given_at")),
    )


def history(prospect_id: int, *, viewer: Viewer) -> list[HistoryLine]:
    """What happened with the prospect, the latest first; raises ProspectNotFound."""
    the_prospect(prospect_id, viewer=viewer)
    return [
        HistoryLine(
            label=str(kind_of(line.name).label),
            at=line.occurred_at,
            actor=line.actor_name,
            tags=tuple(_tags(line.payload)),
            text=" · ".join(str(line.payload[key]) for key in ("title", "text", "agent") if line.payload.get(key)),
            category=kind_of(line.name).category.value,
        )
        for line in of_subject((SUBJECT, prospect_id))[:LINES_SHOWN]
    ]


_VOCABULARIES: dict[str, Any] = {"channel": ContactWay, "outcome": ContactResult, "lost_reason": LostReason}


def _tags(payload: dict[str, Any]) -> list[str]:
    told = []
    for key, vocabulary in _VOCABULARIES.items():
        code = payload.get(key)
        if code in vocabulary.values:
            told.append(str(vocabulary(code).label))
    return told + ([str(payload["on"])] if payload.get("on") else [])
