"""An application is decided by the rules, kept as it was submitted, and, where they refer it, decided by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import orjson
from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.eventlog.actions import record
from keyuan.eventlog.kinds import EventKind
from keyuan.kernel.clock import now, today
from keyuan.products import queries as products
from keyuan.products.definition import Definition
from keyuan.underwriting import engine, events
from keyuan.underwriting.models import Application
from keyuan.underwriting.queries import in_force, limits_of, the_application, visible
from keyuan.underwriting.questions import Questionnaire, catalogue, questionnaire
from keyuan.underwriting.refusals import (
    ApplicationNotFound,
    DecisionIncomplete,
    DecisionUnfit,
    NoAuthority,
    NothingToAsk,
    NotWaiting,
    ReasonMissing,
    TakenByAnother,
)
from keyuan.underwriting.rules import NOTHING, Decision, within
from keyuan.underwriting.states import FINAL, RULES_OF_LINE, Outcome, Standing

MOST_LOADING = 1000


def decide(application_facts: Mapping[str, Any], *, product: str, version: int | None = None) -> Decision:
    """What the rules in force today say of the facts of an application; nothing is kept.

    Facts: age, sex, height_cm, weight_kg, occupation (code) or occupation_class, annual_income, sum_insured, in_force,
    elsewhere (yuan), and ``answers`` to the questionnaire that the product's version names. Any facts have an outcome.
    Raises ProductNotFound, NotOnSale, VersionNotFound or NothingToAsk.
    """
    definition, asked = asked_by(product, version)
    return _decided(application_facts, definition, asked)


def asked_by(product: str, version: int | None = None) -> tuple[Definition, Questionnaire]:
    """The definition of a product and the questionnaire in force today. Raises NothingToAsk."""
    definition = products.version(product, number=version, on=None if version else today())
    asked = questionnaire(definition.questionnaire or "", on=today())
    if asked is None:
        raise NothingToAsk(product=product)
    return definition, asked


def _decided(facts: Mapping[str, Any], definition: Definition, asked: Questionnaire) -> Decision:
    model = in_force(RULES_OF_LINE[definition.line], on=today())
    return engine.decide(
        model.text, facts, asked, product=definition.code, on=today(), code=model.code, number=model.number
    )


@transaction.atomic
def submit_application(
    application_facts: Mapping[str, Any],
    *,
    product: str,
    version: int | None = None,
    customer_id: int | None = None,
    by: Viewer,
) -> Application:
    """Decide and keep an application. What the rules refer waits for a person from now on.

    Staff need to be allowed to contact customers; a customer submits their own.
    """
    if by.is_staff:
        require(by, Permission.CONTACT_CUSTOMERS)
    if customer_id is not None:
        customers.must_be_visible(customer_id, viewer=by)
    elif not by.is_staff:
        raise ApplicationNotFound
    definition, asked = asked_by(product, version)
    decision = _decided(application_facts, definition, asked)
    made = Application.objects.create(
        customer_id=customer_id,
        product=definition.code,
        product_version=definition.version,
        line=definition.line,
        questionnaire=asked.code,
        questionnaire_version=asked.version,
        facts=orjson.dumps(dict(application_facts), default=str).decode(),
        submitted_on=today(),
        submitted_at=now(),
        submitted_by=by.actor.name,
        submitted_by_id=by.user_id,
        sum_insured=_yuan(application_facts.get("sum_insured")),
        sum_at_risk=decision.sum_at_risk,
        rule_set=decision.rule_set,
        rule_version=decision.rule_version,
        outcome=decision.outcome,
        loading_percent=decision.loading_percent,
        exclusions=list(decision.exclusions),
        postpone_months=decision.postpone_months,
        reasons=orjson.dumps([asdict(one) for one in decision.reasons]).decode(),
    )
    _tell(events.SUBMITTED, made, by=by, outcome=decision.outcome)
    if decision.outcome == Outcome.REFER:
        _tell(events.REFERRED, made, by=by)
    return made


def _yuan(value: Any) -> Decimal:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1e11
    return Decimal(str(value)).quantize(Decimal("0.01")) if fits else Decimal(0)


@transaction.atomic
def take_application(application_id: int, *, by: Viewer, put_back: bool = False) -> Application:
    """Take an application from the queue, so that nobody else works on it; or put it back."""
    one = _locked(application_id, by=by)
    _must_wait(one, by=by)
    one.taken_by_id = None if put_back else by.user_id
    one.save(update_fields=["taken_by"])
    _tell(events.TAKEN, one, by=by, put_back=put_back)
    return one


@transaction.atomic
def rule_on_application(
    application_id: int,
    *,
    outcome: str,
    loading_percent: int = 0,
    exclusions: Sequence[str] = (),
    postpone_months: int = 0,
    reason: str,
    by: Viewer,
) -> Application:
    """A person's decision. Beyond their authority it is kept as a proposal, and the application goes up.

    Raises NotWaiting, TakenByAnother, NoAuthority, ReasonMissing, DecisionIncomplete or DecisionUnfit.
    """
    one = _locked(application_id, by=by)
    _must_wait(one, by=by)
    limits = limits_of(by, on=today())
    if limits == NOTHING:
        raise NoAuthority
    _check(outcome, loading_percent, exclusions, postpone_months, reason)
    told = {"loading": loading_percent, "exclusions": list(exclusions), "months": postpone_months}
    if within(limits, outcome=outcome, loading_percent=loading_percent, sum_at_risk=one.sum_at_risk):
        _decide(one, outcome, told, reason.strip(), by=by)
        _tell(events.DECIDED, one, by=by, outcome=outcome, **told, standing="decided")
    else:
        _send_up(one, outcome, told, reason.strip(), by=by)
        _tell(events.SENT_UP, one, by=by, outcome=outcome, **told, level=one.level)
    return one


def _decide(one: Application, outcome: str, told: Mapping[str, Any], reason: str, *, by: Viewer) -> None:
    one.final_outcome, one.final_loading = outcome, told["loading"]
    one.final_exclusions, one.final_months = told["exclusions"], told["months"]
    one.decision_note = reason[:4000]
    one.decided_at, one.decided_by, one.decided_by_id = now(), by.actor.name, by.user_id
    one.save(
        update_fields=[
            "final_outcome", "final_loading", "final_exclusions", "final_months", "decision_note", "decided_at",
            "decided_by", "decided_by_id",
        ]
    )  # fmt: skip


def _send_up(one: Application, outcome: str, told: Mapping[str, Any], reason: str, *, by: Viewer) -> None:
    at = now().isoformat()
    proposal = {"outcome": outcome, **told, "reason": reason[:4000], "by": by.actor.name, "by_id": by.user_id, "at": at}
    one.proposal = orjson.dumps(proposal).decode()
    one.level = min(one.level + 1, 9)
    one.taken_by_id = None
    one.save(update_fields=["proposal", "level", "taken_by"])


def _check(outcome: str, loading: int, exclusions: Sequence[str], months: int, reason: str) -> None:
    if outcome not in FINAL:
        raise DecisionIncomplete(field="outcome", outcome="—", what=Outcome.REFER.label)
    label = Outcome(outcome).label
    accepts_loading = outcome == Outcome.LOADING
    accepts_exclusions = outcome in (Outcome.LOADING, Outcome.EXCLUSION)
    unknown = [code for code in exclusions if code not in catalogue().exclusions]
    if unknown or (exclusions and not accepts_exclusions):
        raise DecisionUnfit(field="exclusions", outcome=label, what=Outcome.EXCLUSION.label)
    if not 0 <= loading <= MOST_LOADING or (loading and not accepts_loading):
        raise DecisionUnfit(field="loading_percent", outcome=label, what=f"{loading}%")
    if not 0 <= months <= 60 or (months and outcome != Outcome.POSTPONE):
        raise DecisionUnfit(field="postpone_months", outcome=label, what=f"{months}")
    if accepts_loading and not loading:
        raise DecisionIncomplete(field="loading_percent", outcome=label, what="%")
    if outcome == Outcome.EXCLUSION and not exclusions:
        raise DecisionIncomplete(field="exclusions", outcome=label, what=Outcome.EXCLUSION.label)
    if outcome == Outcome.POSTPONE and not months:
        raise DecisionIncomplete(
            field="postpone_months", outcome=label, what=Application._meta.get_field("postpone_months").verbose_name
        )
    if not reason.strip():
        raise ReasonMissing(field="reason")


def _locked(application_id: int, *, by: Viewer) -> Application:
    require(by, Permission.UNDERWRITE)
    the_application(application_id, viewer=by)
    found = visible(by).filter(pk=application_id).select_for_update(of=("self",)).first()
    if found is None:
        raise ApplicationNotFound
    return found


def _must_wait(one: Application, *, by: Viewer) -> None:
    if one.standing not in (Standing.WAITING, Standing.SENT_UP):
        raise NotWaiting(number=one.number, standing=one.standing.label)
    if one.taken_by is not None and one.taken_by_id != by.user_id:
        raise TakenByAnother(number=one.number, name=str(one.taken_by))


def _tell(kind: EventKind, one: Application, *, by: Viewer, **more: Any) -> None:
    payload = {
        "number": one.number,
        "product": one.product,
        "version": one.product_version,
        "rules": f"{one.rule_set} {one.rule_version}",
        **more,
    }
    record(kind, by=by.actor, customer_id=one.customer_id, subject=("application", one.pk), payload=payload)
