"""Underwriting: what a product asks, what the rules decide, and the applications that were kept."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.api.customers import FAILURES, viewer_of
from keyuan.api.intake import LONGEST_ID, Strict
from keyuan.api.replies import reply
from keyuan.api.shapes import Failure
from keyuan.customers import queries as customers
from keyuan.kernel.clock import today
from keyuan.policies import queries as policies
from keyuan.underwriting import actions, queries
from keyuan.underwriting.questions import catalogue
from keyuan.underwriting.states import RULES_OF_LINE, Outcome, Standing

router = Router(tags=["underwriting"])
ApplicationId = Annotated[int, Path(ge=1, le=LONGEST_ID, description="The id of the application.")]
CLASHES: dict[int, Any] = {**FAILURES, 409: Failure}
Word = Annotated[str, Field(max_length=60)]
Answer = bool | float | Word
Yuan = Annotated[Decimal, Field(ge=0, max_digits=13, decimal_places=2)] | None


class Facts(Strict):
    """What an application tells. Which facts and answers a product needs: GET /underwriting/questions."""

    age: float | None = None
    sex: Literal["male", "female"] | None = None
    height_cm: float | None = None
    weight_kg: float | None = None
    occupation: Word = ""
    occupation_class: int | None = None
    annual_income: Yuan = None
    sum_insured: Yuan = None
    in_force: Annotated[Yuan, Field(description="Yuan in force with us; counted if a customer is named")] = None
    elsewhere: Yuan = None
    answers: Annotated[dict[Word, Answer], Field(max_length=200)] = {}


class Asked(Strict):
    """A question to the rules. With ``keep`` it is an application, and what they refer waits for an underwriter."""

    product: Annotated[str, Field(min_length=1, max_length=30)]
    version: Annotated[int | None, Field(ge=1, le=9999)] = None
    customer_id: Annotated[int | None, Field(ge=1, le=LONGEST_ID)] = None
    facts: Facts
    keep: bool = False


class ReasonTold(Schema):
    """One rule that spoke: about which answer to which question, and what follows."""

    rule: str
    place: str
    question: dict[str, str]
    value: Any
    answer: dict[str, str]
    outcome: Outcome
    text: dict[str, str]
    loading_percent: int
    exclusion: str
    postpone_months: int


class DecisionTold(Schema):
    """What the rules say; ``application_id`` where it was kept."""

    outcome: Outcome
    loading_percent: int
    exclusions: list[str]
    postpone_months: int
    reasons: list[ReasonTold]
    rule_set: str
    rule_version: int
    sum_at_risk: str
    application_id: int | None = None
    number: str = ""


class ApplicationTold(DecisionTold):
    """An application with what became of it; ``final_outcome`` is the underwriter's."""

    product: str
    product_version: int
    customer_id: int | None
    submitted_at: datetime
    standing: Standing
    final_outcome: str
    final_loading: int
    final_exclusions: list[str]
    final_months: int
    decided_at: datetime | None
    decided_by: str


@router.post("/decisions", response={200: DecisionTold, 201: DecisionTold, **CLASHES}, summary="What the rules decide")
def decide(request: HttpRequest, body: Asked) -> HttpResponse:
    """Standard, loading, exclusion, postpone, decline or refer, each with the rules that spoke and why."""
    viewer = viewer_of(request)
    require(viewer, Permission.CONTACT_CUSTOMERS)
    told = _facts(body, viewer)
    if not body.keep:
        made = actions.decide(told, product=body.product, version=body.version)
        return reply({**made.as_json(), "application_id": None, "number": ""})
    one = actions.submit_application(
        told, product=body.product, version=body.version, customer_id=body.customer_id, by=viewer
    )
    return reply({**one.told_decision().as_json(), "application_id": one.pk, "number": one.number}, status=201)


def _facts(body: Asked, viewer: Viewer) -> dict[str, Any]:
    """The facts that were told; what a known customer has in force with us is counted where nobody said."""
    told = {name: _plain(value) for name, value in body.facts.model_dump(exclude_none=True).items()}
    if body.customer_id is None:
        return told
    customers.must_be_visible(body.customer_id, viewer=viewer)
    if "in_force" not in told:
        definition, _asked = actions.asked_by(body.product, body.version)
        lines = [line for line, code in RULES_OF_LINE.items() if code == RULES_OF_LINE[definition.line]]
        held = policies.sum_insured_of(body.customer_id, viewer=viewer, on=today(), lines=lines)
        told["in_force"] = _plain(held)
    return told


def _plain(value: Any) -> Any:
    """Money as the rules and the kept facts have it: a plain number of yuan."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == int(value) else float(value)


@router.get("/questions", response={200: dict[str, Any], **CLASHES}, summary="What a product asks")
def questions(
    request: HttpRequest,
    product: Annotated[str, Query(min_length=1, max_length=30, description="The product's code, such as TRM")],
    version: Annotated[int | None, Query(ge=1, le=9999)] = None,
) -> HttpResponse:
    """The facts and the questions of the health declaration in their order, typed, in both languages."""
    viewer_of(request)
    definition, asked = actions.asked_by(product, version)
    known = catalogue()
    return reply(
        {
            "product": definition.code,
            "version": definition.version,
            "questionnaire": asked.code,
            "questionnaire_version": asked.version,
            "facts": {name: known.facts[name].model_dump(mode="json") for name in asked.facts},
            "questions": {name: known.questions[name].model_dump(mode="json") for name in asked.questions},
        }
    )


@router.get("/applications/{application_id}", response={200: ApplicationTold, **FAILURES}, summary="One application")
def application(request: HttpRequest, application_id: ApplicationId) -> HttpResponse:
    """What the rules said and what a person decided. Its facts are shown on the desk only."""
    one = queries.the_application(application_id, viewer=viewer_of(request))
    return reply(
        {
            **one.told_decision().as_json(),
            "application_id": one.pk,
            "number": one.number,
            "product": one.product,
            "product_version": one.product_version,
            "customer_id": one.customer_id,
            "submitted_at": one.submitted_at,
            "standing": one.standing,
            "final_outcome": one.final_outcome,
            "final_loading": one.final_loading,
            "final_exclusions": one.final_exclusions,
            "final_months": one.final_months,
            "decided_at": one.decided_at,
            "decided_by": one.decided_by,
        }
    )
