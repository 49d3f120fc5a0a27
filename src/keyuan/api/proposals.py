"""Proposals 计划书: up to three plans for a household, with illustration, suitability and a link for the customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Schema
from pydantic import Field

from keyuan.api.customers import FAILURES, viewer_of
from keyuan.api.intake import LONGEST_ID
from keyuan.api.quotes import PriceSeen
from keyuan.api.replies import reply
from keyuan.kernel.clock import today
from keyuan.kernel.money import Money
from keyuan.products.rating import YearRow
from keyuan.sales import actions, queries
from keyuan.sales.needs import NeedsFacts, Suggested
from keyuan.sales.pricing import worded
from keyuan.sales.proposals.plans import MOST_PLANS, PlanSeen

router = Router(tags=["proposals"])
Id = Annotated[int | None, Field(ge=1, le=LONGEST_ID)]


class NewPlan(Schema):
    """A product by its code and what is to be insured, as for a quote."""

    product: Annotated[str, Field(max_length=30)]
    risk: dict[str, Any]


class NewProposal(Schema):
    """What the household told, the plans, or both; without plans those that the needs suggest are taken."""

    needs: NeedsFacts | None = None
    plans: Annotated[list[NewPlan], Field(max_length=MOST_PLANS)] = []
    customer_id: Id = None
    prospect_id: Id = None
    title: Annotated[str, Field(max_length=80)] = ""
    share: bool = False


@dataclass(frozen=True, slots=True)
class YearSeen:
    """The end of a policy year; amounts in yuan as texts. What begins with ``dividend`` is not guaranteed."""

    year: int
    age: int
    premium: str
    premiums: str
    death_benefit: str
    survival_benefit: str
    cash_value: str
    paid_up_sum: str | None
    loanable: str | None
    dividend_low: str | None
    dividend_middle: str | None
    dividends_low_total: str | None
    dividends_middle_total: str | None


@dataclass(frozen=True, slots=True)
class FindingSeen:
    """What suitability found; ``level``: stop, warn or care; ``verified`` is false for general knowledge."""

    code: str
    level: str
    text: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """A plan, pinned to the version of its product."""

    product: str
    product_name: str
    version: int
    risk: dict[str, Any]
    price: PriceSeen
    illustration: list[YearSeen]
    exclusions: list[str]
    suitability: list[FindingSeen]


@dataclass(frozen=True, slots=True)
class GapSeen:
    """What is missing for a need; a pension is a year's."""

    need: str
    name: str
    wanted: str
    has: str
    short: str


@dataclass(frozen=True, slots=True)
class SuggestionSeen:
    """A product for a need, priced; ``chosen``: it is part of what the budget pays for."""

    need: str
    product: str
    product_name: str
    yearly: str
    gives: str
    chosen: bool
    risk: dict[str, Any]
    reasons: list[str]
    leaves_out: list[str]


@dataclass(frozen=True, slots=True)
class SuggestionsAnswer:
    """``spent``: a year's premiums of what was chosen. ``unmet``: the needs for which nothing is suggested, and why."""

    budget: str | None
    spent: str
    gaps: list[GapSeen]
    suggestions: list[SuggestionSeen]
    unmet: dict[str, str]


@dataclass(frozen=True, slots=True)
class ProposalAnswer:
    """A proposal; ``link`` opens it for the customer without an account until ``link_ends_on``."""

    id: str
    title: str
    made_on: date
    valid_until: date
    expired: bool
    customer_id: int | None
    prospect_id: int | None
    needs: dict[str, Any] | None
    plans: list[PlanAnswer]
    link: str | None
    link_ends_on: date | None
    openings: int


@router.post("", response={201: ProposalAnswer, **FAILURES}, summary="Make a proposal")
def make(request: HttpRequest, body: NewProposal) -> HttpResponse:
    """From plans, or from what the needs suggest. With ``share`` the link for the customer is given at once."""
    by = viewer_of(request)
    draft = actions.ProposalDraft(
        needs=body.needs,
        plans=tuple(actions.PlanDraft(one.product, one.risk) for one in body.plans),
        customer_id=body.customer_id,
        prospect_id=body.prospect_id,
        title=body.title,
    )
    made = actions.make_and_share(draft, by=by) if body.share else actions.make_proposal(draft, by=by)
    return reply(_answer(request, queries.proposal(made.pk, viewer=by)), status=201)


@router.post(
    "/suggestions", response={200: SuggestionsAnswer, **FAILURES}, summary="Gaps and suggestions for a household"
)
def suggestions(request: HttpRequest, needs: NeedsFacts) -> HttpResponse:
    """Nothing is kept: what is missing, and which products fill it within the budget, with reasons."""
    return reply(_suggestions(queries.suggested(needs, seller=viewer_of(request), on=today())))


@router.get("/{proposal_id}", response={200: ProposalAnswer, **FAILURES}, summary="A proposal")
def see(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Reckoned again by the versions that it pins."""
    return reply(_answer(request, queries.proposal(proposal_id, viewer=viewer_of(request))))


def _answer(request: HttpRequest, seen: queries.ProposalSeen) -> ProposalAnswer:
    row = seen.row
    link = request.build_absolute_uri(reverse("sales:public", args=[row.token])) if seen.link_open else None
    return ProposalAnswer(
        id=str(row.pk),
        title=row.title,
        made_on=row.made_on,
        valid_until=row.valid_until,
        expired=seen.expired,
        customer_id=row.customer_id,
        prospect_id=row.prospect_id,
        needs=row.needs,
        plans=[_plan(one) for one in seen.plans],
        link=link,
        link_ends_on=row.link_ends_on if seen.link_open else None,
        openings=row.openings,
    )


def _plan(one: PlanSeen) -> PlanAnswer:
    told = worded(one.price, one.definition)
    return PlanAnswer(
        product=one.definition.code,
        product_name=one.name,
        version=one.definition.version,
        risk=dict(one.raw),
        price=told,  # type: ignore[arg-type]  # the same names
        illustration=[_year(row) for row in one.rows],
        exclusions=[text for _code, text in one.exclusions],
        suitability=[FindingSeen(**finding.as_dict()) for finding in one.assessment.findings],
    )


def _year(row: YearRow) -> YearSeen:
    told: dict[str, Any] = {name: getattr(row, name) for name in YearSeen.__slots__}
    shown: dict[str, Any] = {
        name: str(value.amount) if isinstance(value, Money) else value for name, value in told.items()
    }
    return YearSeen(**shown)


def _suggestions(found: Suggested) -> SuggestionsAnswer:
    return SuggestionsAnswer(
        budget=None if found.budget is None else str(found.budget),
        spent=str(found.spent),
        gaps=[
            GapSeen(one.need.value, str(one.need.label), str(one.wanted), str(one.has), str(one.short))
            for one in found.gaps
        ],
        suggestions=[
            SuggestionSeen(
                need=one.need.value,
                product=one.product,
                product_name=one.name,
                yearly=str(one.yearly.amount),
                gives=str(one.gives),
                chosen=one.chosen,
                risk=dict(one.raw),
                reasons=[str(said) for said in one.reasons],
                leaves_out=[str(said) for said in one.leaves_out],
            )
            for one in found.suggestions
        ],
        unmet={one.gap.need.value: str(one.why) for one in found.unmet},
    )
