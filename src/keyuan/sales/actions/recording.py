"""Recording a prospect, and changing what we know of one."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import transaction

from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from keyuan.agents.queries import active_agents, agent_of_user
from keyuan.customers import queries as customers
from keyuan.customers.access import require_unit
from keyuan.customers.refusals import CustomerNotFound
from keyuan.eventlog.actions import Line, record_many
from keyuan.kernel.clock import today
from keyuan.sales import events
from keyuan.sales.access import actor_of, line, locked, require
from keyuan.sales.cleaning import cleaned
from keyuan.sales.models import Prospect, ProspectConsent
from keyuan.sales.queries.known import known
from keyuan.sales.refusals import AlreadyKnown, OwnerOutsideScope

if TYPE_CHECKING:
    from keyuan.kernel.actor import Actor
    from keyuan.sales.drafts import ConsentDraft, ProspectDraft

CHANGEABLE = (
    "name", "contact_name", "mobile", "email", "home_address", "sex", "birth_date", "interests", "note", "source",
    "source_detail", "source_on", "referrer_id",
)  # fmt: skip


@transaction.atomic
def record_prospect(draft: ProspectDraft, *, by: Viewer | Actor, even_if_known: bool = False) -> Prospect:
    """Write down somebody who may become a customer; the same entry sent twice is one prospect.

    Raises AlreadyKnown (unless ``even_if_known``), the refusals of cleaning.cleaned, NotPermitted, OutsideScope,
    OwnerOutsideScope, CustomerNotFound (the referrer).
    """
    require(by, Permission.EDIT_CUSTOMERS)
    if draft.entry_key:
        twice = Prospect.objects.filter(entry_key=draft.entry_key).first()
        if twice is not None:
            return twice
    org_unit_id, owner_id = _place(draft, by)
    values = {
        name: value for name, value in asdict(draft).items() if name not in ("consents", "org_unit_id", "owner_id")
    }
    values |= {"source_on": draft.source_on or today(), "referrer_id": _referrer(draft.referrer_id, by)}
    columns = cleaned(values, kind=draft.kind, on=today())
    if isinstance(by, Viewer) and not even_if_known:
        _refuse_known(columns, by)
    prospect = Prospect.objects.create(
        **columns,
        org_unit_id=org_unit_id,
        owner_id=owner_id,
        created_by_id=by.user_id if isinstance(by, Viewer) else None,
    )
    _agree(prospect, draft.consents)
    record_many(_lines(prospect, by))
    return prospect


@transaction.atomic
def change_prospect(prospect_id: int, *, changes: dict[str, Any], by: Viewer | Actor) -> tuple[str, ...]:
    """Change fields of CHANGEABLE; returns those that really changed, which the log names (not the values)."""
    prospect = locked(prospect_id, by=by)
    wanted = {name: value for name, value in changes.items() if name in CHANGEABLE}
    if "referrer_id" in wanted:
        wanted["referrer_id"] = _referrer(wanted["referrer_id"], by)
    columns = cleaned(wanted, kind=prospect.kind, on=today())
    changed = {name: value for name, value in columns.items() if _differs(getattr(prospect, name), value)}
    if not changed:
        return ()
    for name, value in changed.items():
        setattr(prospect, name, value)
    prospect.save(update_fields=list(changed))
    told = tuple(name for name in wanted if name in changed)
    record_many([line(events.CHANGED, prospect, by=by, payload={"fields": list(told)})])
    return told


@transaction.atomic
def fill_in_prospect(
    prospect_id: int, *, values: dict[str, Any], consents: tuple[ConsentDraft, ...] = (), by: Viewer | Actor
) -> Prospect:
    """Add what somebody told anew without overwriting what is known: empty fields, more interests, consents."""
    prospect = locked(prospect_id, by=by)
    fresh = {name: value for name, value in values.items() if value and not getattr(prospect, name, None)}
    if values.get("interests"):
        fresh["interests"] = [*prospect.interests, *values["interests"]]
    change_prospect(prospect_id, changes=fresh, by=by)
    _agree(prospect, consents)
    prospect.refresh_from_db()
    return prospect


def _place(draft: ProspectDraft, by: Viewer | Actor) -> tuple[int, int | None]:
    """The unit and the agent of the new prospect: an agent's own, else as the draft says and the scope allows."""
    if not isinstance(by, Viewer):
        return draft.org_unit_id, draft.owner_id
    if by.role == Role.AGENT:
        agent = agent_of_user(by.user_id)
        if agent is not None:
            return agent.org_unit_id, agent.pk
    if draft.owner_id is None:
        require_unit(by, draft.org_unit_id)
        return draft.org_unit_id, None
    owner = active_agents(viewer=by, on=today()).filter(pk=draft.owner_id).first()
    if owner is None:
        raise OwnerOutsideScope(field="owner")
    return owner.org_unit_id, owner.pk


def _referrer(customer_id: int | None, by: Viewer | Actor) -> int | None:
    if customer_id is not None and isinstance(by, Viewer) and not customers.may_see(customer_id, viewer=by):
        raise CustomerNotFound(field="referrer")
    return customer_id


def _refuse_known(columns: dict[str, Any], by: Viewer) -> None:
    found = known(
        viewer=by,
        mobile=columns["mobile"],
        email=columns["email"],
        name=columns["name"],
        birth_date=columns["birth_date"],
    )
    if found:
        refusal = AlreadyKnown()
        refusal.known = found  # type: ignore[attr-defined]
        raise refusal


def _agree(prospect: Prospect, consents: tuple[ConsentDraft, ...]) -> None:
    rows = [ProspectConsent(prospect=prospect, **asdict(consent)) for consent in consents]
    ProspectConsent.objects.bulk_create(rows, ignore_conflicts=True)


def _lines(prospect: Prospect, by: Viewer | Actor) -> list[Line]:
    payload: dict[str, Any] = {"source": prospect.source, "source_detail": prospect.source_detail}
    lines = [line(events.RECORDED, prospect, by=by, payload={**payload, "title": prospect.source_detail})]
    if prospect.next_step and prospect.next_step_on is not None:
        lines.append(step_line(prospect, by=by))
    if prospect.referrer_id is not None:
        told = {"other_name": prospect.name, "prospect_id": prospect.pk}
        unit = prospect.org_unit_id
        lines.append(Line(events.REFERRED, actor_of(by), prospect.referrer_id, unit, ("prospect", prospect.pk), told))
    return lines


def step_line(prospect: Prospect, *, by: Viewer | Actor) -> Line:
    """The line of a planned step; it names the account whose step it is, so that a reader can remind them."""
    owner = prospect.owner
    user_id = owner.user_id if owner is not None else (by.user_id if isinstance(by, Viewer) else None)
    day = None if prospect.next_step_on is None else prospect.next_step_on.isoformat()
    return line(
        events.STEP_PLANNED, prospect, by=by, payload={"title": prospect.next_step, "on": day, "owner_id": user_id}
    )


def _differs(held: Any, given: Any) -> bool:
    if isinstance(held, memoryview | bytes):
        return bool(bytes(held) != given)
    return bool(held != given)
