"""Every read of products. The list of products is the company's, not a customer's: all staff see all of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Q, QuerySet

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.kernel.clock import today
from keyuan.kernel.compiled import Compiled
from keyuan.kernel.statements import Answer
from keyuan.products.definition import Definition, load
from keyuan.products.definition.book import shipped
from keyuan.products.models import Product, ProductVersion
from keyuan.products.refusals import NotOnSale, ProductNotFound, VersionNotFound
from keyuan.products.states import Line

__all__ = ["ProductNotFound"]
LINES = {line.value: place for place, line in enumerate(Line)}  # in the order that people know them


def products() -> QuerySet[Product]:
    """Every product, by line and code."""
    return Product.objects.order_by("line", "code")


class ProductLine(NamedTuple):
    """A product as far as its line of business and the length of its cover decide something."""

    pk: int
    code: str
    line: str
    long_term: bool


_LINES = Compiled(lambda: products().values_list(*ProductLine._fields))


def product_lines() -> list[ProductLine]:
    """Every product, by line and code, by one ready statement: what falls due is worked out from it at each request."""
    return [ProductLine._make(row) for row in _LINES.rows()]


def product_by_code(code: str) -> Product:
    """The product of this code; raises ProductNotFound."""
    found = Product.objects.filter(code=code).first()
    if found is None:
        raise ProductNotFound(code)
    return found


@lru_cache(maxsize=512)
def _read(digest: str, key: int) -> Definition:
    """The definition of a stored text. The digest stands for the text: what was read is kept, and is the same object."""
    row = ProductVersion.objects.only("text", "code", "number").get(pk=key)
    return load(row.text, file=row.file)


def version(code: str, *, on: date | None = None, number: int | None = None) -> Definition:
    """The definition of a product: version ``number``, or the one in force on the day ``on``, or the newest published.

    A quote pins the number; a version that was withdrawn is still found by it. A product that has no version in the
    database is answered from the shipped book. Raises ProductNotFound, VersionNotFound or NotOnSale.
    """
    return ask_version(code, on=on, number=number)()


def ask_version(code: str, *, on: date | None = None, number: int | None = None) -> Callable[[], Definition]:
    """Ask for it; what is given back has the answer, or raises as ``version`` does (kernel.statements.together)."""
    if not code.isprintable():
        raise ProductNotFound(code)
    if number is not None:
        answer = Answer(rows=list(_published(code).filter(number=number)[:1]))
    elif on is not None:
        answer = _ON_DAY.ask(code=code, on=on)
    else:
        answer = _NEWEST.ask(code=code)

    def found() -> Definition:
        for digest, key in answer.rows():
            return _read(digest, key)
        if ProductVersion.objects.filter(code=code, published_at__isnull=False).exists():
            raise _not_found(code, on=on, number=number)
        return _shipped(code, on=on, number=number)

    return found


def _published(code: str) -> QuerySet[ProductVersion, tuple[str, int]]:
    """Of the published versions of a product the newest: what ``_read`` needs of it."""
    rows = ProductVersion.objects.filter(code=code, published_at__isnull=False)
    return rows.order_by("-effective_from", "-number").values_list("digest", "pk")


def _in_force(on: date) -> Q:
    ends = Q(effective_until__isnull=True) | Q(effective_until__gt=on)
    stays = Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on)
    return Q(effective_from__lte=on) & ends & stays


_ON_DAY = Compiled(lambda code, on: _published(code).filter(_in_force(on))[:1])
_NEWEST = Compiled(lambda code: _published(code).filter(withdrawn_at__isnull=True)[:1])


def _shipped(code: str, *, on: date | None, number: int | None) -> Definition:
    known = [it for it in shipped() if it.code == code]
    if not known:
        raise ProductNotFound(code)
    found = [it for it in known if number in (None, it.version) and (on is None or it.in_force(on))]
    if not found:
        raise _not_found(code, on=on, number=number)
    return found[-1]


def _not_found(code: str, *, on: date | None, number: int | None) -> NotOnSale | VersionNotFound:
    if number is not None:
        return VersionNotFound(code=code, number=number)
    return NotOnSale(code=code, on=on)


@dataclass(frozen=True, slots=True)
class Offered:
    """A product of the catalogue with the version that is in force today, and what is being prepared."""

    code: str
    definition: Definition | None
    next: ProductVersion | None
    versions: int

    @property
    def line(self) -> str:
        """Its line of business, of the version in force."""
        return self.definition.line if self.definition else ""

    @property
    def words(self) -> str:
        """What it is looked for by: its code and the names of it and its coverages in both languages."""
        if self.definition is None:
            return self.code.casefold()
        named = (self.definition.name, *(coverage.name for coverage in self.definition.coverages))
        return " ".join([self.code, *(f"{name.zh} {name.en}" for name in named)]).casefold()


def catalogue(*, viewer: Viewer, q: str = "", line: str = "") -> tuple[Offered, ...]:
    """Every product that has a definition, by line and code, to staff; nobody else sees it.

    ``q``: only those whose code, name or coverages contain these letters; ``line``: only of this line of business.
    """
    rows: dict[str, list[ProductVersion]] = {}
    for row in _versions(viewer).defer("text").order_by("code", "number"):
        rows.setdefault(row.code, []).append(row)
    found = [_offered(code, known) for code, known in rows.items()]
    found = [one for one in found if (not line or one.line == line) and q.casefold() in one.words]
    return tuple(sorted(found, key=lambda one: (LINES.get(one.line, len(LINES)), one.code)))


def _offered(code: str, known: list[ProductVersion]) -> Offered:
    day = today()
    in_force = [row for row in known if is_in_force(row, day)]
    current = max(in_force, key=lambda row: (row.effective_from or date.min, row.number), default=None)
    coming = [row for row in known if row.published_at is None or (row.effective_from and row.effective_from > day)]
    return Offered(
        code,
        None if current is None else _read(current.digest, current.pk),
        coming[-1] if coming else None,
        sum(row.published_at is not None for row in known),
    )


def is_in_force(row: ProductVersion, day: date) -> bool:
    """Whether new business is written under a version on a day."""
    return (
        row.published_at is not None
        and row.effective_from is not None
        and row.effective_from <= day
        and (row.effective_until is None or day < row.effective_until)
        and (row.withdrawn_on is None or day < row.withdrawn_on)
    )


def on_sale(on: date, *, viewer: Viewer) -> tuple[tuple[ProductVersion, Definition], ...]:
    """The version in force on a day of each product that has one, by line and code; to staff."""
    found: dict[str, ProductVersion] = {}
    rows = _versions(viewer).filter(_in_force(on), published_at__isnull=False).defer("text")
    for row in rows.order_by("effective_from", "number"):
        found[row.code] = row
    pairs = ((row, definition_of(row)) for row in found.values())
    return tuple(sorted(pairs, key=lambda pair: (pair[1].line, pair[1].code)))


def versions(code: str, *, viewer: Viewer) -> list[ProductVersion]:
    """The versions of a product, newest first. Drafts are seen by who writes or approves them. Raises ProductNotFound."""
    found = list(_versions(viewer).filter(code=code).order_by("-number"))
    if not found:
        raise ProductNotFound(code)
    return found


def the_version(code: str, number: int, *, viewer: Viewer) -> ProductVersion:
    """One version as it is stored. Raises VersionNotFound."""
    found = _versions(viewer).filter(code=code, number=number).first()
    if found is None:
        raise VersionNotFound(code=code, number=number)
    return found


def definition_of(row: ProductVersion) -> Definition:
    """The definition of a published version, kept once read."""
    return _read(row.digest, row.pk)


def waiting(*, viewer: Viewer) -> QuerySet[ProductVersion]:
    """The versions that wait for approval, oldest first, to who may approve them."""
    if not viewer.may(Permission.PUBLISH_PRODUCTS):
        return ProductVersion.objects.none()
    found = _versions(viewer).filter(published_at__isnull=True, submitted_at__isnull=False)
    return found.defer("text").order_by("submitted_at")


def _versions(viewer: Viewer) -> QuerySet[ProductVersion]:
    if not viewer.is_staff:
        return ProductVersion.objects.none()
    if viewer.may(Permission.DEFINE_PRODUCTS) or viewer.may(Permission.PUBLISH_PRODUCTS):
        return ProductVersion.objects.all()
    return ProductVersion.objects.filter(published_at__isnull=False)


def sold_on(on: date) -> tuple[Definition, ...]:
    """The version in force on a day of each product, by line and code: what is for sale is no secret to anybody."""
    found: dict[str, ProductVersion] = {}
    rows = ProductVersion.objects.filter(_in_force(on), published_at__isnull=False).defer("text")
    for row in rows.order_by("effective_from", "number"):
        found[row.code] = row
    known = [definition_of(row) for row in found.values()] or [one for one in shipped() if one.in_force(on)]
    return tuple(sorted(known, key=lambda one: (one.line, one.code)))


def shipped_on(on: date, *, viewer: Viewer) -> tuple[Definition, ...]:
    """The shipped book as in force on a day, for an installation whose own products are not recorded yet; to staff."""
    if not viewer.is_staff:
        return ()
    return tuple(one for one in shipped() if one.in_force(on))


def is_empty() -> bool:
    """Whether there is no version of any product yet: an insurer who has just begun."""
    return not ProductVersion.objects.exists()
