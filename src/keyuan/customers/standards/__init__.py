"""What a well-formed identifier is, kind by kind. Pure and fast: an import calls this for every row."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from keyuan.customers.numbers import is_customer_number
from keyuan.customers.standards import email, mobile, plate, resident_id, uscc, vin
from keyuan.customers.standards.refusal import InvalidIdentifier
from keyuan.customers.standards.resident_id import IdFacts
from keyuan.customers.standards.text import code, compact
from keyuan.customers.states import DocumentKind, IdentifierKind

__all__ = ["IdFacts", "InvalidIdentifier", "candidates", "facts_of_id_number", "normalise", "normalise_document"]

MAX_LENGTH = 64
_CODE = re.compile(r"[^\s\x00-\x1f\x7f]+")
_DOCUMENT = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,20}")
# Digits and an X in the wrong place are a mistyped resident number, not some other document.
_RESIDENT_LIKE = re.compile(r"[0-9]{15}|[0-9X]{18}|[0-9]{16,}")
_RESIDENT_DOCUMENTS = frozenset({DocumentKind.RESIDENT_ID, DocumentKind.FOREIGN_RESIDENT})


def normalise(kind: IdentifierKind | str, text: str) -> str:
    """The one spelling of ``text`` as an identifier of ``kind``; raises InvalidIdentifier with the reason."""
    return _NORMALISERS[IdentifierKind(kind)](text)


def normalise_document(document: DocumentKind | str, text: str) -> str:
    """An identity document's number by the rule of its kind; only resident cards have a check digit."""
    if document in _RESIDENT_DOCUMENTS:
        return resident_id.normalise(text)
    number = compact(text)
    if document == DocumentKind.HK_MO_TW and _RESIDENT_LIKE.fullmatch(number):
        return resident_id.normalise(number)
    if not _DOCUMENT.fullmatch(number):
        raise InvalidIdentifier(
            IdentifierKind.ID_NUMBER, "format", _("证件号码应为5至20位字母和数字，至少含一位数字。")
        )
    return number


def facts_of_id_number(number: str) -> IdFacts | None:
    """Birth date, sex and province that a resident number tells; None for other documents."""
    try:
        return resident_id.facts(resident_id.normalise(number))
    except InvalidIdentifier:
        return None


def candidates(text: str) -> tuple[tuple[IdentifierKind, str], ...]:
    """What a typed text may be, as (kind, normalised value), the most specific reading first; empty if it is none."""
    found: list[tuple[IdentifierKind, str]] = []
    for kind, reading in _READINGS:
        try:
            found.append((kind, reading(text)))
        except InvalidIdentifier:
            continue
    return tuple(found)


def _id_number(text: str) -> str:
    """A resident number where the text looks like one, any other document's otherwise (an all-digit passport is rare)."""
    number = compact(text)
    if _RESIDENT_LIKE.fullmatch(number) or number.isdigit():
        return resident_id.normalise(number)
    return normalise_document(DocumentKind.OTHER, number)


def _any_document(text: str) -> str:
    return normalise_document(DocumentKind.OTHER, text)


def _lenient_vin(text: str) -> str:
    return vin.normalise(text, accept_unchecked=True)


def _coder(kind: IdentifierKind) -> Callable[[str], str]:
    def normalise_code(text: str) -> str:
        value = code(text)
        if not value or len(value) > MAX_LENGTH or not _CODE.fullmatch(value):
            raise InvalidIdentifier(kind, "format", _("编号应为1至64个字符，不含空格和控制字符。"))
        return value

    return normalise_code


def _customer_number(text: str) -> str:
    number = compact(text)
    if not is_customer_number(number):
        raise InvalidIdentifier(IdentifierKind.CUSTOMER_NO, "format", _("客户号应为字母K加10位数字，末位是校验位。"))
    return number


def _digits_in(coder: Callable[[str], str], kind: IdentifierKind) -> Callable[[str], str]:
    """Our own numbers have a digit; a name has none and needs no look-up."""

    def reading(text: str) -> str:
        value = coder(text)
        if not any(sign.isdigit() for sign in value):
            raise InvalidIdentifier(kind, "format", "")
        return value

    return reading


_CODED = (
    IdentifierKind.POLICY_NO,
    IdentifierKind.CLAIM_NO,
    IdentifierKind.CALL_NO,
    IdentifierKind.CERTIFICATE,
    IdentifierKind.EXTERNAL,
)
_NORMALISERS: dict[IdentifierKind, Callable[[str], str]] = {
    IdentifierKind.CUSTOMER_NO: _customer_number,
    IdentifierKind.MOBILE: mobile.normalise,
    IdentifierKind.ID_NUMBER: _id_number,
    IdentifierKind.USCC: uscc.normalise,
    IdentifierKind.PLATE: plate.normalise,
    IdentifierKind.VIN: vin.normalise,
    IdentifierKind.EMAIL: email.normalise,
    **{kind: _coder(kind) for kind in _CODED},
}
_READINGS: tuple[tuple[IdentifierKind, Callable[[str], str]], ...] = (
    (IdentifierKind.MOBILE, mobile.normalise),
    (IdentifierKind.ID_NUMBER, resident_id.normalise),
    (IdentifierKind.USCC, uscc.normalise),
    (IdentifierKind.VIN, _lenient_vin),
    (IdentifierKind.PLATE, plate.normalise),
    (IdentifierKind.EMAIL, email.normalise),
    (IdentifierKind.CUSTOMER_NO, _customer_number),
    *((kind, _digits_in(_coder(kind), kind)) for kind in _CODED),
    (IdentifierKind.ID_NUMBER, _any_document),
)
