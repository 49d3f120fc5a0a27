"""The people whom an order names become customers: those we know already are found by their document, never doubled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.customers.actions import register_customer
from keyuan.customers.drafts import CustomerDraft, PersonDraft
from keyuan.customers.states import IdentifierKind
from keyuan.orders.states import Relation
from keyuan.policies.drafts import PartyDraft
from keyuan.policies.states import PartyRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyuan.orders.details import Details, Person


def parties(details: Details, *, holder_id: int, org_unit_id: int, by: Viewer) -> Iterator[PartyDraft]:
    """The insured and the beneficiaries of an order, as customers. Nobody named as beneficiary: the legal heirs."""
    known: dict[str, int] = {}
    if details.applicant is not None:
        known[details.applicant.document_number] = holder_id

    def customer_of(person: Person) -> int:
        if person.document_number not in known:
            known[person.document_number] = _known_or_new(person, org_unit_id=org_unit_id, by=by)
        return known[person.document_number]

    for one in details.insured:
        yield PartyDraft(
            customer_id=holder_id if one.relation == Relation.SELF else customer_of(one), role=PartyRole.INSURED
        )
    for heir in details.beneficiaries:
        yield PartyDraft(customer_id=customer_of(heir), role=PartyRole.BENEFICIARY, share=heir.share, rank=heir.rank)


def _known_or_new(person: Person, *, org_unit_id: int, by: Viewer) -> int:
    for named in customers.named_by(person.document_number, viewer=by):
        if named.kind == IdentifierKind.ID_NUMBER:
            return named.customer_id
    details = PersonDraft(
        document_kind=person.document_kind,
        id_number=person.document_number,
        birth_date=person.birth_date,
        sex=person.sex,
    )
    return register_customer(CustomerDraft(name=person.name, org_unit_id=org_unit_id, details=details), by=by).pk
