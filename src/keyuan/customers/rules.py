"""Pure decisions about a customer's data: what is well-formed, what follows from what, what contradicts what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from keyuan.customers.drafts import EnterpriseDraft, PersonDraft
from keyuan.customers.names import has_han
from keyuan.customers.refusals import (
    BirthDateContradictsIdNumber,
    BirthDateImpossible,
    NameMissing,
    SexContradictsIdNumber,
)
from keyuan.customers.standards import facts_of_id_number, normalise, normalise_document
from keyuan.customers.standards.text import narrow
from keyuan.customers.states import IdentifierKind

LONGEST_LIFE_YEARS = 130
# The fields whose value names one customer, and as what. An enterprise's mailbox and its contact's mobile name nobody:
# one book-keeper serves several companies.
PERSON_IDENTIFIERS = {
    "mobile": IdentifierKind.MOBILE,
    "id_number": IdentifierKind.ID_NUMBER,
    "email": IdentifierKind.EMAIL,
}
ENTERPRISE_IDENTIFIERS = {"uscc": IdentifierKind.USCC}


def tidy_name(name: str) -> str:
    """Half-width, single spaces, none at all between Chinese characters; raises NameMissing."""
    words = narrow(name).split()
    if not words:
        raise NameMissing(field="name")
    tidy = words[0]
    for word in words[1:]:
        tidy += word if has_han(tidy[-1]) and has_han(word[0]) else f" {word}"
    return tidy


def complete_person(draft: PersonDraft, *, on: date) -> PersonDraft:
    """The draft with identifiers in their one spelling and what the ID number tells filled in.

    Raises InvalidIdentifier, BirthDateContradictsIdNumber, SexContradictsIdNumber or BirthDateImpossible.
    """
    changes: dict[str, Any] = {
        "mobile": normalise(IdentifierKind.MOBILE, draft.mobile) if draft.mobile else None,
        "email": normalise(IdentifierKind.EMAIL, draft.email) if draft.email else None,
        "id_number": normalise_document(draft.document_kind, draft.id_number) if draft.id_number else None,
    }
    read = facts_of_id_number(changes["id_number"]) if changes["id_number"] else None
    if read is not None:
        if draft.birth_date not in (None, read.birth_date):
            raise BirthDateContradictsIdNumber(field="birth_date", given=draft.birth_date, read=read.birth_date)
        if draft.sex not in ("", read.sex):
            raise SexContradictsIdNumber(field="sex")
        changes |= {"birth_date": read.birth_date, "sex": read.sex.value}
    born = changes.get("birth_date", draft.birth_date)
    if born is not None and not (on.year - LONGEST_LIFE_YEARS <= born.year and born <= on):
        raise BirthDateImpossible(field="id_number" if read else "birth_date", given=born)
    return replace(draft, **changes)


def complete_enterprise(draft: EnterpriseDraft) -> EnterpriseDraft:
    """The draft with its identifiers in their one spelling; raises InvalidIdentifier."""
    return replace(
        draft,
        uscc=normalise(IdentifierKind.USCC, draft.uscc) if draft.uscc else "",
        email=normalise(IdentifierKind.EMAIL, draft.email) if draft.email else None,
        contact_mobile=normalise(IdentifierKind.MOBILE, draft.contact_mobile) if draft.contact_mobile else None,
    )


def identifiers_in(
    values: Mapping[str, Any], kinds: Mapping[str, IdentifierKind]
) -> dict[str, tuple[IdentifierKind, str]]:
    """The identifiers among normalised field values, by field."""
    return {field: (kind, values[field]) for field, kind in kinds.items() if values.get(field)}
