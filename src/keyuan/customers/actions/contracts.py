"""Contracts with an enterprise: signed, changed, ended before their time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction

from keyuan.accounts.scope import Viewer
from keyuan.customers import events
from keyuan.customers.access import actor_of
from keyuan.customers.actions.companies import enterprise
from keyuan.customers.company_rules import contract_status
from keyuan.customers.models import Contract, Customer
from keyuan.customers.queries.scope import visible
from keyuan.customers.refusals import (
    ContractNotFound,
    ContractNumberTaken,
    ContractOver,
    NameMissing,
    PeriodImpossible,
)
from keyuan.customers.states import ContractKind, ContractStatus
from keyuan.eventlog.actions import record

if TYPE_CHECKING:
    from keyuan.eventlog.kinds import EventKind
    from keyuan.kernel.actor import Actor

OVER = (ContractStatus.ENDED, ContractStatus.TERMINATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractDraft:
    """A contract as typed; ``ends_on`` is the first day outside."""

    number: str
    title: str
    kind: str
    starts_on: date
    ends_on: date | None = None
    signed_on: date | None = None
    renewal_on: date | None = None
    amount: Decimal | None = None
    currency: str = "CNY"
    note: str = ""


@transaction.atomic
def sign_contract(customer_id: int, draft: ContractDraft, *, by: Viewer | Actor) -> Contract:
    """Record a contract. Raises NotAnEnterprise, ContractNumberTaken, PeriodImpossible, NameMissing."""
    company = enterprise(customer_id, by=by)
    values = _checked(draft)
    _number_must_be_free(company, values["number"])
    made = Contract.objects.create(customer=company, **values)
    _tell(events.CONTRACT_SIGNED, company, made, by, {"starts_on": str(made.starts_on), "ends_on": _day(made.ends_on)})
    return made


@transaction.atomic
def change_contract(contract_id: int, draft: ContractDraft, *, by: Viewer | Actor) -> Contract:
    """Write what differs, with before and after in the log; nothing is written if nothing differs."""
    row, company = _held(contract_id, by)
    values = _checked(draft)
    if values["number"] != row.number:
        _number_must_be_free(company, values["number"])
    changes = {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}
    for name, (_before, after) in changes.items():
        setattr(row, name, after)
    if changes:
        row.save(update_fields=list(changes))
        told = {name: [_text(before), _text(after)] for name, (before, after) in changes.items()}
        _tell(events.CONTRACT_CHANGED, company, row, by, {"changes": told})
    return row


@transaction.atomic
def terminate_contract(contract_id: int, *, on: date, reason: str = "", by: Viewer | Actor) -> Contract:
    """End a contract before its time: ``on`` is the first day without it. Raises ContractOver."""
    row, company = _held(contract_id, by)
    standing = contract_status(
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        renewal_on=row.renewal_on,
        terminated_on=row.terminated_on,
        on=on,
    )
    if row.terminated_on is not None or standing in OVER:
        raise ContractOver(field="on", number=row.number, on=on)
    row.terminated_on, row.termination_reason = on, reason.strip()[:200]
    row.save(update_fields=["terminated_on", "termination_reason"])
    _tell(events.CONTRACT_TERMINATED, company, row, by, {"on": on.isoformat(), "note": row.termination_reason})
    return row


def _held(contract_id: int, by: Viewer | Actor) -> tuple[Contract, Customer]:
    rows = Contract.objects.filter(pk=contract_id)
    if isinstance(by, Viewer):
        rows = rows.filter(customer__in=visible(by))
    customer_id = rows.values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise ContractNotFound
    company = enterprise(customer_id, by=by)
    return Contract.objects.get(pk=contract_id), company


def _checked(draft: ContractDraft) -> dict[str, Any]:
    values = asdict(draft)
    values["number"], values["title"] = draft.number.strip()[:40], draft.title.strip()[:120]
    values["kind"] = ContractKind(draft.kind).value
    for name in ("number", "title"):
        if not values[name]:
            raise NameMissing(field=name)
    if draft.ends_on is not None and draft.ends_on <= draft.starts_on:
        raise PeriodImpossible(field="ends_on", starts_on=draft.starts_on, ends_on=draft.ends_on)
    return values


def _number_must_be_free(company: Customer, number: str) -> None:
    if Contract.objects.filter(customer=company, number=number).exists():
        raise ContractNumberTaken(field="number", number=number)


def _day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _tell(event: EventKind, company: Customer, row: Contract, by: Viewer | Actor, more: dict[str, Any]) -> None:
    record(
        event,
        by=actor_of(by),
        customer_id=company.pk,
        org_unit_id=company.org_unit_id,
        subject=("contract", row.pk),
        payload={"contract": row.number, "title": row.title, **more},
    )
