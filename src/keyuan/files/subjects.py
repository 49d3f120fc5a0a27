"""What a file can be put on. Each room declares its own records; the files room knows none of their tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.customers import queries as customers
from keyuan.files.refusals import SubjectNotFound

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """A kind of record. ``customer_of`` says whose it is, or None if the viewer may not see it; ``page`` is a url name."""

    code: str
    label: str | Promise
    customer_of: Callable[[int, Viewer], int | None]
    page: str

    def address(self, subject_id: int) -> str:
        """The record's own page; empty where its room has none."""
        try:
            return reverse(self.page, args=[subject_id])
        except NoReverseMatch:
            return ""


_KINDS: dict[str, SubjectKind] = {}


def declare(code: str, label: str | Promise, customer_of: Callable[[int, Viewer], int | None], page: str) -> None:
    """Let files be put on a kind of record; called by the room's AppConfig.ready."""
    _KINDS[code] = SubjectKind(code, label, customer_of, page)


def kind_of(code: str) -> SubjectKind | None:
    """A declared kind."""
    return _KINDS.get(code)


def customer_of(subject: tuple[str, int], viewer: Viewer) -> int:
    """Whose record it is; raises SubjectNotFound for an unknown kind and for one out of the viewer's scope alike."""
    kind = _KINDS.get(subject[0])
    found = None if kind is None else kind.customer_of(subject[1], viewer)
    if found is None:
        raise SubjectNotFound
    return found


def _themselves(customer_id: int, viewer: Viewer) -> int | None:
    return customers.visible(viewer).filter(pk=customer_id).values_list("pk", flat=True).first()


declare(CUSTOMER, _("客户"), _themselves, "customer360:customer")


def _of_contract(contract_id: int, viewer: Viewer) -> int | None:
    return customers.visible_contracts(viewer).filter(pk=contract_id).values_list("customer_id", flat=True).first()


declare("contract", _("合同"), _of_contract, "customers:contract")
