"""Whom we know already: the customers and prospects in scope that an entry may be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from keyuan.customers import queries as customers
from keyuan.customers.standards import InvalidIdentifier, normalise
from keyuan.customers.states import IdentifierKind
from keyuan.sales.cleaning import digest_of
from keyuan.sales.queries.one import facts_of
from keyuan.sales.queries.scope import visible
from keyuan.sales.rules import stage

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

MOST = 5


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A customer (with ``number``) or a prospect whom the entry may be, and by what."""

    id: int
    name: str
    number: str
    told: str
    by: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Known:
    """``sure`` matches share an identifier, the others only name and birth date."""

    customers: tuple[KnownPerson, ...] = field(default=())
    prospects: tuple[KnownPerson, ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.customers or self.prospects)


def known(
    *,
    viewer: Viewer,
    mobile: str | None = None,
    email: str | None = None,
    name: str = "",
    birth_date: date | None = None,
    but_for: int | None = None,
) -> Known:
    """Who in the viewer's scope has this mobile or e-mail, or this name and birth date; ``but_for`` is left out."""
    identifiers = {
        kind: value
        for kind, value in (
            (IdentifierKind.MOBILE, _normal(IdentifierKind.MOBILE, mobile)),
            (IdentifierKind.EMAIL, _normal(IdentifierKind.EMAIL, email)),
        )
        if value
    }
    return Known(
        tuple(_customers(identifiers, name.strip(), birth_date, viewer)),
        tuple(_prospects(identifiers, name.strip(), birth_date, viewer, but_for)),
    )


def _normal(kind: IdentifierKind, text: str | None) -> str:
    try:
        return normalise(kind, text) if text else ""
    except InvalidIdentifier:
        return ""


def _customers(
    identifiers: dict[IdentifierKind, str], name: str, born: date | None, viewer: Viewer
) -> list[KnownPerson]:
    found: dict[int, str] = {}
    for kind, value in identifiers.items():
        for named in customers.named_by(value, viewer=viewer):
            if named.kind == kind:
                found.setdefault(named.customer_id, str(kind.label))
    sure = set(found)
    if name and born is not None:
        same = customers.visible(viewer).filter(name=name, person__birth_date=born)
        for pk in same.values_list("pk", flat=True)[:MOST]:
            found.setdefault(pk, _("姓名和出生日期"))
    rows = customers.visible(viewer).filter(pk__in=list(found)).select_related("org_unit")[: 2 * MOST]
    return [
        KnownPerson(row.pk, row.name, row.number, row.org_unit.label, found[row.pk], row.pk in sure) for row in rows
    ]


def _prospects(
    identifiers: dict[IdentifierKind, str], name: str, born: date | None, viewer: Viewer, but_for: int | None
) -> list[KnownPerson]:
    mobile = digest_of(IdentifierKind.MOBILE, identifiers.get(IdentifierKind.MOBILE))
    email = digest_of(IdentifierKind.EMAIL, identifiers.get(IdentifierKind.EMAIL))
    condition = Q(pk__in=[])
    if mobile is not None:
        condition |= Q(mobile_digest=mobile)
    if email is not None:
        condition |= Q(email_digest=email)
    if name and born is not None:
        condition |= Q(name=name, birth_date=born)
    rows = visible(viewer).filter(condition).exclude(pk=but_for or 0).select_related("owner").order_by("-id")[:MOST]
    told = []
    for row in rows:
        sure = mobile is not None and _same(row.mobile_digest, mobile)
        by = str(IdentifierKind.MOBILE.label) if sure else ""
        if not sure and email is not None and _same(row.email_digest, email):
            sure, by = True, str(IdentifierKind.EMAIL.label)
        told.append(
            KnownPerson(
                row.pk,
                row.name,
                "",
                f"{stage(facts_of(row)).label}{'' if row.owner is None else f' · {row.owner.name}'}",
                by or _("姓名和出生日期"),
                sure,
            )
        )
    return told


def _same(held: object, digest: bytes) -> bool:
    return held is not None and bytes(held) == digest  # type: ignore[call-overload]
