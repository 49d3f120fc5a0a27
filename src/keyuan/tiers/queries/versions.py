"""The versions of the rules, and the ladder in force on a day. The shipped book is version 1 of each ladder."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache

from django.db.models import QuerySet

from keyuan.accounts.four_eyes import digest_of
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.tiers.models import TierRules
from keyuan.tiers.reading import BOOK, load
from keyuan.tiers.refusals import RulesNotFound
from keyuan.tiers.rules import Ladder, Tier
from keyuan.tiers.states import LadderCode

SHIPPED_FROM = date(2010, 1, 1)
SHIPPER = "Keyuan"


@cache
def shipped_text(code: str) -> str:
    """The text that Keyuan ships for a ladder."""
    return (BOOK / f"{LadderCode(code).value}.yaml").read_text(encoding="utf-8")


@cache
def shipped(code: str) -> Ladder:
    return load(shipped_text(code), code=code, number=1)


@lru_cache(maxsize=128)
def _read(code: str, number: int, digest: str) -> Ladder:
    """A published ladder; its text never changes, so what was read is kept. The digest is only part of the key."""
    return load(
        TierRules.objects.values_list("text", flat=True).get(code=code, number=number), code=code, number=number
    )


def in_force(code: str, *, on: date) -> Ladder:
    """The ladder of a kind of customer on a day: the published version that began last; else the shipped one."""
    found = TierRules.objects.filter(code=code, published_at__isnull=False, effective_from__lte=on)
    row = found.order_by("-effective_from", "-number").values_list("number", "digest").first()
    return shipped(code) if row is None or row[0] == 1 else _read(code, *row)


def ladders(*, on: date) -> dict[str, Ladder]:
    """The ladder of every kind of customer."""
    return {code: in_force(code, on=on) for code in LadderCode.values}


def steps(*, on: date) -> list[tuple[str, Tier]]:
    """Every step of every ladder, also the lowest, with the ladder's code."""
    return [(code, tier) for code, ladder in ladders(on=on).items() for tier in ladder.tiers]


def code_of(ladder: str, level: int) -> str:
    """A step by one word, as conditions and the lake name it: ``individual-03``."""
    return f"{ladder}-{level:02d}"


def ladder_of(code: str, number: int) -> Ladder:
    """The ladder of a version that was published once. Asks nothing for the shipped one, or for one that was read."""
    return shipped(code) if number == 1 else _numbered(code, number)


@lru_cache(maxsize=128)
def _numbered(code: str, number: int) -> Ladder:
    found = TierRules.objects.filter(code=code, number=number, published_at__isnull=False).values_list(
        "digest", flat=True
    )
    digest = found.first()
    if digest is None:
        raise RulesNotFound
    return _read(code, number, digest)


def _rows(viewer: Viewer) -> QuerySet[TierRules]:
    """The rules are no secret to staff who see customers: they explain them to the people who ask."""
    if not viewer.is_staff or not viewer.may(Permission.SEE_CUSTOMERS):
        return TierRules.objects.none()
    return TierRules.objects.all()


def versions(code: str, *, viewer: Viewer) -> list[TierRules]:
    """The stored versions of a ladder, newest first."""
    return list(_rows(viewer).filter(code=code).order_by("-number"))


def the_version(code: str, number: int, *, viewer: Viewer) -> TierRules:
    """One version as it is stored; the shipped first version as a row that is not stored. Raises RulesNotFound."""
    row = _rows(viewer).filter(code=code, number=number).first()
    if row is not None:
        return row
    if number != 1 or code not in LadderCode.values or not viewer.is_staff or not viewer.may(Permission.SEE_CUSTOMERS):
        raise RulesNotFound
    return shipped_row(code)


def shipped_row(code: str) -> TierRules:
    """The shipped rules as a row, not saved."""
    text = shipped_text(code)
    return TierRules(
        code=code,
        number=1,
        text=text,
        digest=digest_of(text),
        effective_from=SHIPPED_FROM,
        drafted_by=SHIPPER,
        changed_by=SHIPPER,
    )
