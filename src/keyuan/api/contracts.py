"""Contracts with enterprises: those there are, one signed, one ended before its time."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field, StringConstraints

from keyuan.api.customers import FAILURES, CustomerId, viewer_of
from keyuan.api.intake import Day, Strict, words
from keyuan.api.replies import reply
from keyuan.api.shapes import ContractTold, Failure, Noted
from keyuan.customers import queries
from keyuan.customers.actions import ContractDraft, sign_contract, terminate_contract
from keyuan.customers.states import ContractKind
from keyuan.kernel.clock import today

router = Router(tags=["contracts"])
ContractId = Annotated[int, Path(ge=1, le=2**63 - 1, description="The id of the contract.")]


class NewContract(Strict):
    """A contract as signed; ``ends_on`` is the first day outside, none: until it is ended."""

    number: words(40, 1)  # type: ignore[valid-type]
    title: words(120, 1)  # type: ignore[valid-type]
    kind: ContractKind
    starts_on: Day
    ends_on: Day | None = None
    signed_on: Day | None = None
    renewal_on: Day | None = None
    amount: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)] | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "CNY"
    note: words(400) = ""  # type: ignore[valid-type]


class Ending(Strict):
    """``on`` is the first day without the contract."""

    on: Day
    reason: words(200) = ""  # type: ignore[valid-type]


@router.get(
    "/customers/{customer_id}/contracts",
    response={200: list[ContractTold], **FAILURES},
    summary="An enterprise's contracts",
)
def of_enterprise(request: HttpRequest, customer_id: CustomerId) -> HttpResponse:
    """The latest first, each with its status of today."""
    viewer = viewer_of(request)
    queries.full(customer_id, viewer=viewer)
    found = queries.contracts_of(customer_id, viewer=viewer, on=today())
    return reply([ContractTold.of(one) for one in found])


@router.post(
    "/customers/{customer_id}/contracts", response={201: Noted, **FAILURES, 409: Failure}, summary="Record a contract"
)
def sign(request: HttpRequest, customer_id: CustomerId, body: NewContract) -> HttpResponse:
    """Refused for a person, and where the enterprise has a contract of that number."""
    row = sign_contract(customer_id, ContractDraft(**body.model_dump()), by=viewer_of(request))
    return reply(Noted(row.pk), status=201)


@router.get("/contracts/{contract_id}", response={200: ContractTold, **FAILURES}, summary="One contract")
def one_contract(request: HttpRequest, contract_id: ContractId) -> HttpResponse:
    """With its status of today."""
    row = queries.the_contract(contract_id, viewer=viewer_of(request))
    return reply(ContractTold.of(queries.contract_seen(row, on=today())))


@router.post(
    "/contracts/{contract_id}/end", response={200: ContractTold, **FAILURES, 409: Failure}, summary="End a contract"
)
def end(request: HttpRequest, contract_id: ContractId, body: Ending) -> HttpResponse:
    """Before its time; refused for one that is over."""
    viewer = viewer_of(request)
    terminate_contract(contract_id, on=body.on, reason=body.reason, by=viewer)
    return reply(ContractTold.of(queries.contract_seen(queries.the_contract(contract_id, viewer=viewer), on=today())))
