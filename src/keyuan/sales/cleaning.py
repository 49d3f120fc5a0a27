"""A prospect's values as the table takes them: by the standards of customers, each refused beside its field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from keyuan.customers.names import search_forms
from keyuan.customers.refusals import BirthDateImpossible
from keyuan.customers.rules import LONGEST_LIFE_YEARS, tidy_name
from keyuan.customers.standards import normalise
from keyuan.customers.states import CustomerKind, IdentifierKind, Sex, Source
from keyuan.kernel.sealing import keyring
from keyuan.products.states import Line
from keyuan.sales.refusals import SourceUnknown

LONGEST_SECRET = 500
TEXTS = {"contact_name": 60, "source_detail": 120, "next_step": 120, "note": 4000}


def digest_of(kind: IdentifierKind, value: str | None) -> bytes | None:
    """The blind index by which a prospect is found again."""
    return keyring().digest(value, context=f"prospect.{kind.value}") if value else None


def cleaned(values: dict[str, Any], *, kind: str, on: date) -> dict[str, Any]:
    """The columns for the given values, those that follow from them included.

    Raises NameMissing, InvalidIdentifier, BirthDateImpossible, SourceUnknown.
    """
    columns = {name: value for name, value in values.items() if name not in _CLEANERS}
    for name, clean in _CLEANERS.items():
        if name in values:
            columns |= clean(values[name], kind, on)
    for name in TEXTS.keys() & values.keys():
        columns[name] = printable(values[name])[: TEXTS[name]]
    return columns


def printable(text: str) -> str:
    """Without control characters but line breaks, which PostgreSQL or a reader could not take."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t").strip()


def _name(value: str, kind: str, on: date) -> dict[str, Any]:
    name = tidy_name(printable(value))[:120]
    forms = search_forms(name, person=kind == CustomerKind.INDIVIDUAL)
    return {"name": name, "name_initials": forms.initials, "name_grams": list(forms.grams)}


def _mobile(value: str | None, kind: str, on: date) -> dict[str, Any]:
    mobile = normalise(IdentifierKind.MOBILE, value) if value else None
    return {"mobile": mobile, "mobile_digest": digest_of(IdentifierKind.MOBILE, mobile)}


def _email(value: str | None, kind: str, on: date) -> dict[str, Any]:
    email = normalise(IdentifierKind.EMAIL, value) if value else None
    return {"email": email, "email_digest": digest_of(IdentifierKind.EMAIL, email)}


def _address(value: str | None, kind: str, on: date) -> dict[str, Any]:
    return {"home_address": printable(value)[:LONGEST_SECRET] or None if value else None}


def _birth_date(value: date | None, kind: str, on: date) -> dict[str, Any]:
    if value is not None and not (on.year - LONGEST_LIFE_YEARS <= value.year and value <= on):
        raise BirthDateImpossible(field="birth_date", given=value)
    return {"birth_date": value}


def _sex(value: str, kind: str, on: date) -> dict[str, Any]:
    return {"sex": value if value in Sex.values else ""}


def _interests(value: Any, kind: str, on: date) -> dict[str, Any]:
    wanted = set(value)
    return {"interests": [line.value for line in Line if line.value in wanted]}


def _source(value: str, kind: str, on: date) -> dict[str, Any]:
    if value not in Source.values:
        raise SourceUnknown(field="source", source=str(value)[:40])
    return {"source": value}


_CLEANERS: dict[str, Callable[[Any, str, date], dict[str, Any]]] = {
    "name": _name,
    "mobile": _mobile,
    "email": _email,
    "home_address": _address,
    "birth_date": _birth_date,
    "sex": _sex,
    "interests": _interests,
    "source": _source,
}
