"""What a contract of a company is made of: the company as holder, who acts for it, its people, the papers that were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyuan.customers import queries as customers
from keyuan.customers.actions import ContactDraft, add_contact, register_customer
from keyuan.customers.drafts import CustomerDraft, EnterpriseDraft
from keyuan.customers.states import ContactRole, IdentifierKind, Source
from keyuan.files import actions as files
from keyuan.orders.preparing import premium_of_each
from keyuan.policies import actions as policies
from keyuan.policies.drafts import PartyDraft
from keyuan.policies.states import PartyRole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from keyuan.accounts.scope import Viewer
    from keyuan.customers.models import Customer
    from keyuan.orders.details import Company, Details
    from keyuan.orders.preparing import Offer
    from keyuan.policies.models import Policy


def holder_of(details: Details, applicant: Customer, *, by: Viewer) -> Customer:
    """Who holds the contract: the company that is named, found by its code or new; else the applicant."""
    company = details.company
    if company is None:
        return applicant
    known = [one.customer_id for one in customers.named_by(company.uscc, viewer=by) if one.kind == IdentifierKind.USCC]
    found = customers.visible(by).filter(pk__in=known).first()
    return _registered(company, details, applicant, by=by) if found is None else found


def _registered(company: Company, details: Details, applicant: Customer, *, by: Viewer) -> Customer:
    mobile = details.applicant.mobile if details.applicant else ""
    draft = EnterpriseDraft(
        uscc=company.uscc,
        address=company.address,
        contact_name=applicant.name,
        contact_position=company.contact_position,
        contact_mobile=mobile or None,
    )
    made = register_customer(
        CustomerDraft(name=company.name, org_unit_id=applicant.org_unit_id, details=draft, source=Source.WEB), by=by
    )
    contact = ContactDraft(
        name=applicant.name,
        roles=[ContactRole.INSURANCE_CONTACT],
        position=company.contact_position,
        mobile=mobile or None,
        person_id=applicant.pk,
    )
    add_contact(made.pk, contact, by=by)
    return made


def acting(details: Details, applicant: Customer) -> Iterator[PartyDraft]:
    """Who acted and paid for the company."""
    if details.company is not None:
        yield PartyDraft(customer_id=applicant.pk, role=PartyRole.CONTACT)


def add_members(policy: Policy, details: Details, told: Offer, *, priced_on: date, by: Viewer) -> None:
    """The people of the list as members from the first day, each with the yearly premium that is theirs, to the cent."""
    if not details.members:
        return
    each = premium_of_each(details, told, on=priced_on)
    drafts = [
        policies.MemberDraft(
            name=one.name,
            id_number=one.document_number,
            document_kind=one.document_kind,
            mobile=one.mobile or None,
            staff_number=one.staff_number,
            plan=one.plan,
            occupation_class=one.occupation_class,
            premium=premium,
        )
        for one, premium in zip(details.members, each, strict=True)
    ]
    policies.first_members(policy.pk, drafts, by=by)


def file_papers(policy: Policy, details: Details, *, by: Viewer) -> None:
    """The copies that came with the order, on the policy."""
    for paper in details.papers:
        aside = files.Aside(paper.name, paper.kind, paper.size, bytes.fromhex(paper.sha256), paper.key)
        files.adopt(policy.customer_id, aside, subject=("policy", policy.pk), by=by, note=paper.code)
