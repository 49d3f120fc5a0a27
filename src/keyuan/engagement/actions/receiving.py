"""What a visitor filled in: stored once, matched with whom we know, and told to whoever is to follow it.

The visitor learns nothing of all this: known or not, the answer is the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from keyuan.accounts.scope import system_viewer
from keyuan.customers import queries as customers
from keyuan.customers.states import ConsentPurpose, Source
from keyuan.engagement import events
from keyuan.engagement.models import Submission
from keyuan.engagement.states import FormKind
from keyuan.eventlog.actions import record
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now, today
from keyuan.sales import actions as sales_actions
from keyuan.sales import queries as sales
from keyuan.sales.states import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keyuan.agents.models import Agent
    from keyuan.customers.models import Customer
    from keyuan.engagement.public import OpenForm
    from keyuan.engagement.rules.answering import Answers
    from keyuan.sales.models import Prospect

CHANNEL = "web"


@dataclass(frozen=True, slots=True)
class Filled:
    """What came with the answers: whether the filler agreed, in which language, and the page's number."""

    answers: Answers
    nonce: str
    language: str
    consented: bool
    marketing: bool


@transaction.atomic
def receive(opened: OpenForm, filled: Filled) -> Submission:
    """Store a submission; the same page sent twice is one. Who is known gets a line, a new person becomes a prospect."""
    twice = Submission.objects.filter(nonce=filled.nonce).first()
    if twice is not None:
        return twice
    agent = opened.link.agent if opened.link is not None and opened.link.agent is not None else opened.form.owner
    submission, made = Submission.objects.get_or_create(
        nonce=filled.nonce,
        defaults={
            "version": opened.version,
            "form": opened.form,
            "link": opened.link,
            "submitted_at": now(),
            "language": filled.language[:8],
            "answers": filled.answers.counted,
            "sealed": _sealed(filled.answers),
            "consented": filled.consented,
            "marketing": filled.marketing,
            "org_unit_id": opened.form.org_unit_id if agent is None else agent.org_unit_id,
            "agent": agent,
        },
    )
    if made:
        _match(submission, opened, filled, agent)
    return submission


def _sealed(answers: Answers) -> str | None:
    identity = {
        kind: value.isoformat() if isinstance(value, date) else value for kind, value in answers.identity.items()
    }
    if not identity and not answers.texts:
        return None
    return json.dumps({"identity": identity, "texts": answers.texts}, ensure_ascii=False)


def _match(submission: Submission, opened: OpenForm, filled: Filled, agent: Agent | None) -> None:
    """Whose answers these are; anonymous ones are nobody's."""
    by = Actor(kind="system", id="form", name=opened.content.title.zh[:120])
    identity = filled.answers.identity
    customer: Customer | None = None
    prospect: Prospect | None = None
    if identity.get("name") and (identity.get("mobile") or identity.get("email")):
        customer, prospect = _known(identity, agent)
        if customer is None:
            prospect = _prospect(prospect, submission, opened, filled, by)
    submission.customer, submission.prospect = customer, prospect
    submission.save(update_fields=["customer", "prospect"])
    subject = ("submission", submission.pk) if prospect is None else ("prospect", prospect.pk)
    record(
        events.FILLED,
        by=by,
        customer_id=None if customer is None else customer.pk,
        org_unit_id=submission.org_unit_id,
        subject=subject,
        payload={
            "title": " · ".join(filter(None, (opened.content.title.zh, "" if opened.link is None else opened.link.label))),
            "form_id": opened.form.pk,
            "submission_id": submission.pk,
            "prospect_id": None if prospect is None else prospect.pk,
            "marketing": filled.marketing,
            "owner_ids": _who_is_to_know(agent, customer, prospect),
        },
    )  # fmt: skip


def _known(identity: dict[str, Any], agent: Agent | None) -> tuple[Customer | None, Prospect | None]:
    """The customer, else the prospect, with the same mobile or e-mail (or name and birthday); the agent's own first."""
    viewer = system_viewer("form")
    found = sales.known(
        viewer=viewer,
        mobile=identity.get("mobile"),
        email=identity.get("email"),
        name=identity["name"],
        birth_date=identity.get("birthday"),
    )
    for one in found.customers:
        if one.sure:
            return customers.full(one.id, viewer=viewer), None
    rows = [sales.prospect(one.id, viewer=viewer) for one in found.prospects]
    rows.sort(key=lambda seen: (agent is None or seen.row.owner_id != agent.pk, seen.stage == Stage.LOST, -seen.row.pk))
    for seen in rows:
        if seen.stage == Stage.WON:
            return seen.row.customer, None
    return None, rows[0].row if rows else None


def _prospect(known: Prospect | None, submission: Submission, opened: OpenForm, filled: Filled, by: Actor) -> Prospect:
    """The known prospect with what is new, taken up again if they were lost; or a new one."""
    identity = filled.answers.identity
    values = {
        "name": identity["name"],
        "mobile": identity.get("mobile"),
        "email": identity.get("email"),
        "birth_date": identity.get("birthday"),
        "home_address": identity.get("address"),
        "interests": tuple(identity.get("interests", ())),
    }
    consents = tuple(_consents(submission, filled))
    if known is not None:
        if known.lost_on is not None:
            sales_actions.reopen_prospect(known.pk, by=by, text=opened.content.title.zh)
        return sales_actions.fill_in_prospect(known.pk, values=values, consents=consents, by=by)
    detail = " · ".join(filter(None, (opened.content.title.zh, "" if opened.link is None else opened.link.label)))
    survey = opened.form.kind == FormKind.SURVEY
    draft = sales_actions.ProspectDraft(
        **values,
        org_unit_id=submission.org_unit_id,
        owner_id=submission.agent_id,
        source=Source.MARKET_SURVEY if survey else Source.SELF_FILLED_CARD,
        source_detail=detail,
        source_on=today(),
        consents=consents,
        entry_key=f"form-{filled.nonce}"[:64],
    )
    return sales_actions.record_prospect(draft, by=by)


def _consents(submission: Submission, filled: Filled) -> Iterable[sales_actions.ConsentDraft]:
    wording = submission.version.wording
    if filled.consented:
        yield sales_actions.ConsentDraft(ConsentPurpose.SERVICE, wording, CHANNEL, submission.submitted_at)
    if filled.marketing:
        yield sales_actions.ConsentDraft(ConsentPurpose.MARKETING, wording, CHANNEL, submission.submitted_at)


def _who_is_to_know(agent: Agent | None, customer: Customer | None, prospect: Prospect | None) -> list[int]:
    """The accounts of the card's agent, of the customer's own agent and of the prospect's."""
    agents = [agent]
    if customer is not None:
        agents.append(customers.owner_of(customer.pk, viewer=system_viewer("form"), on=today()))
    if prospect is not None:
        agents.append(prospect.owner)
    return list(dict.fromkeys(one.user_id for one in agents if one is not None and one.user_id is not None))
