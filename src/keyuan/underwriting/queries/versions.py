"""The versions of the rules, and the one in force on a day. The shipped book is version 1 of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from django.db.models import QuerySet

from keyuan.accounts.four_eyes import digest_of
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.underwriting.models import RuleSet
from keyuan.underwriting.questions import BOOK
from keyuan.underwriting.refusals import RulesNotFound
from keyuan.underwriting.states import RuleCode

SHIPPED_FROM = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Model:
    """The text of a version of the rules, ready to be run."""

    code: str
    number: int
    text: str


@cache
def shipped(code: str) -> Model:
    """The rules that Keyuan ships for a group of products."""
    return Model(code, 1, (BOOK / "rules" / f"{RuleCode(code)}.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=64)
def _read(digest: str, key: int) -> Model:
    """The text of a published version; the digest stands for it, so what was read is kept."""
    row = RuleSet.objects.only("code", "number", "text").get(pk=key)
    return Model(row.code, row.number, row.text)


def in_force(code: str, *, on: date) -> Model:
    """The rules of a group of products on a day: the published version that began last; else those shipped."""
    found = RuleSet.objects.filter(code=code, published_at__isnull=False, effective_from__lte=on)
    row = found.order_by("-effective_from", "-number").values_list("digest", "pk").first()
    return shipped(code) if row is None else _read(*row)


def in_force_of(code: str, stored: Iterable[RuleSet], *, on: date) -> Model:
    """The same for who has read the stored versions already."""
    begun = [row for row in stored if row.published_at is not None and row.effective_from <= on]
    newest = max(begun, key=lambda row: (row.effective_from, row.number), default=None)
    return shipped(code) if newest is None else _read(newest.digest, newest.pk)


def model_of(row: RuleSet) -> Model:
    """A version, also a draft, ready to be run."""
    return Model(row.code, row.number, row.text)


def _rows(viewer: Viewer) -> QuerySet[RuleSet]:
    if not viewer.is_staff or not viewer.may(Permission.UNDERWRITE):
        return RuleSet.objects.none()
    return RuleSet.objects.all()


def rule_sets(*, viewer: Viewer) -> dict[str, list[RuleSet]]:
    """The stored versions of every rule set, newest first, without their texts; to underwriters."""
    found: dict[str, list[RuleSet]] = {}
    for row in _rows(viewer).defer("text", "replay").order_by("code", "-number"):
        found.setdefault(row.code, []).append(row)
    return found


def versions(code: str, *, viewer: Viewer) -> list[RuleSet]:
    """The stored versions of one rule set, newest first."""
    return list(_rows(viewer).filter(code=code).order_by("-number"))


def the_version(code: str, number: int, *, viewer: Viewer) -> RuleSet:
    """One version as it is stored; the shipped first version as a row that is not stored. Raises RulesNotFound."""
    row = _rows(viewer).filter(code=code, number=number).first()
    if row is not None:
        return row
    if number != 1 or code not in RuleCode.values or not viewer.may(Permission.UNDERWRITE):
        raise RulesNotFound
    return as_row(shipped(code))


def as_row(model: Model) -> RuleSet:
    """Shipped rules as a row, not saved."""
    return RuleSet(
        code=model.code,
        number=model.number,
        text=model.text,
        digest=digest_of(model.text),
        effective_from=SHIPPED_FROM,
        drafted_by="Keyuan",
        changed_by="Keyuan",
    )
