"""Every read of traces; each names who asks."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import brotli
from django.db.models import BinaryField, ExpressionWrapper, F, Q

from keyuan.customers import queries as customers
from keyuan.eventlog.queries import named
from keyuan.evidence.offline.chain import Fault, Row, faults
from keyuan.evidence.pages import events
from keyuan.evidence.pages.dress import unpacked
from keyuan.evidence.pages.folding import fold, unfold
from keyuan.evidence.pages.models import PageBody, PageFile, Trace, TraceRow
from keyuan.evidence.pages.refusals import TraceNotFound
from keyuan.evidence.pages.writing import body_digest
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.kernel.sealing import CannotUnseal, keyring_for

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.evidence.pages.writing import Shown


@dataclass(frozen=True)
class File:
    """A style, script, picture or list of them as it was then."""

    digest: str
    media_type: str
    raw: bytes


@dataclass(frozen=True)
class Traced:
    """A sale's trace, whole: rows with their pages in clear, and what the pages were dressed in.

    ``fixed``: how many rows the last line of the log about it tells of; what came after is told of at the latest a day on.
    """

    sale: UUID
    number: str
    product: str
    policy_number: str
    customer_id: int | None
    started_at: datetime
    last_at: datetime
    head: bytes
    length: int
    fixed: int
    rows: tuple[Row, ...]
    files: Mapping[str, File]
    with_pages: bool = True

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """What does not fit the chain; nothing if it is intact."""
        kept = {digest: one.raw for digest, one in self.files.items()} if self.with_pages else None
        found = faults(self.rows, head=self.head, length=self.length, kept=kept)
        return found if self.with_pages else tuple(one for one in found if one.part != "page")

    def pages_shown(self) -> list[str]:
        """The names of the pages in the order in which they were shown."""
        told = (said_of(row) for row in self.rows)
        return [str(one["view"]) for one in told if "page" in one and "view" in one]


def said_of(row: Row) -> dict[str, Any]:
    """What a row says; nothing if it cannot be read any more (which is a fault of the chain)."""
    try:
        return row.said()
    except ValueError:
        return {}


def visible(viewer: Viewer) -> QuerySet[Trace]:
    """The traces of the customers in scope; those of nobody known are nobody's to see."""
    return Trace.objects.filter(customer__in=customers.visible(viewer), sale__isnull=False)


@dataclass(frozen=True, slots=True)
class TraceFilter:
    """Which sales: ``text`` is the number of an order or a policy, or how the customer's name begins."""

    text: str = ""
    policy: str = ""
    since: date | None = None
    until: date | None = None


def listed(wanted: TraceFilter, *, viewer: Viewer) -> QuerySet[Trace]:
    """The sales on record of the customers in scope, as the filter says."""
    rows = visible(viewer).select_related("customer__org_unit")
    if wanted.text:
        one = wanted.text.strip()
        rows = rows.filter(Q(number=one) | Q(policy_number=one) | Q(customer__name__startswith=one))
    if wanted.policy in ("yes", "no"):
        rows = rows.exclude(policy_number="") if wanted.policy == "yes" else rows.filter(policy_number="")
    if wanted.since is not None:
        rows = rows.filter(started_at__gte=_midnight(wanted.since))
    if wanted.until is not None:
        rows = rows.filter(started_at__lt=_midnight(wanted.until + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), COMPANY_ZONE)


def the_trace(sale: UUID, *, viewer: Viewer) -> Trace:
    """What is known of a sale without opening it; raises TraceNotFound."""
    found = visible(viewer).select_related("customer").filter(sale=sale).first()
    if found is None:
        raise TraceNotFound
    return found


def openings(sale: UUID, *, viewer: Viewer) -> list[tuple[datetime, str, str]]:
    """When and why staff opened the replay of a sale in scope, and who, the latest first."""
    found = visible(viewer).filter(sale=sale).values_list("customer_id", flat=True).first()
    lines = named(events.REPLAYED.name).filter(customer_id=found, payload__sale=str(sale)).order_by("-occurred_at")
    return [(one.occurred_at, one.actor_name, str(one.payload.get("purpose", ""))) for one in lines[:20]]


def trace_of(sale: UUID, *, viewer: Viewer) -> Traced:
    """Everything of one sale, in clear; raises TraceNotFound. Opening it is a line of the log, which the caller writes."""
    found = visible(viewer).filter(sale=sale).first()
    if found is None:
        raise TraceNotFound
    return _whole(found)


def trace_of_policy(policy_number: str, *, viewer: Viewer) -> UUID | None:
    """The sale that a policy came of, if it is on record and in scope."""
    return visible(viewer).filter(policy_number=policy_number).values_list("sale", flat=True).first()


def traced_of_policies(numbers: Collection[str], *, viewer: Viewer) -> dict[str, UUID]:
    """The sales that policies came of, by policy number."""
    found = visible(viewer).filter(policy_number__in=[one for one in numbers if one])
    return {number: sale for number, sale in found.values_list("policy_number", "sale") if sale is not None}


def is_last_shown(sale: UUID, shown: Shown) -> bool:
    """Whether the page that was shown last in a sale said the same, but for what is another each time."""
    body, _volatile = fold(shown.page, also=[one.encode("ascii") for one in shown.own])
    last = (
        TraceRow.objects.filter(trace__sale=sale, body__isnull=False).order_by("-n").values_list("body_id", flat=True)
    )
    return last.first() == body_digest(body)


def rows_alone(sale: UUID) -> Traced | None:
    """The rows of a sale without pages and files, for the system's own check before a signature."""
    found = Trace.objects.filter(sale=sale).first()
    if found is None:
        return None
    rows = _sealed_rows(found).values_list("n", "raw_told", "head")
    whole = tuple(Row(n, _opened(told, TOLD), bytes(head)) for n, told, head in rows)
    return _traced(found, whole, {}, with_pages=False)


def _whole(found: Trace) -> Traced:
    rows = _sealed_rows(found).values_list("n", "raw_told", "head", "raw_volatile", "raw_page")
    whole = tuple(Row(n, _opened(told, TOLD), bytes(head), _page(packed, held)) for n, told, head, held, packed in rows)
    return _traced(found, whole, files_of(whole), with_pages=True)


TOLD, VOLATILE = TraceRow._meta.get_field("told").seal_context, TraceRow._meta.get_field("volatile").seal_context
PACKED = PageBody._meta.get_field("packed").seal_context


def _sealed_rows(found: Trace) -> QuerySet[Any]:
    """The rows with their seals on: one that was tampered with is then one fault, and the others still read."""
    return (
        TraceRow.objects.filter(trace=found)
        .order_by("n")
        .annotate(raw_told=_raw("told"), raw_volatile=_raw("volatile"), raw_page=_raw("body__packed"))
    )


def _raw(name: str) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(F(name), output_field=BinaryField())


def _opened(sealed: bytes | memoryview, context: str) -> bytes:
    """What a seal holds; nothing if it was tampered with."""
    raw = bytes(sealed)
    try:
        return keyring_for(raw).unseal_bytes(raw, context=context)
    except CannotUnseal:
        return b""


def _page(packed: bytes | memoryview | None, held: bytes | memoryview | None) -> bytes | None:
    if packed is None:
        return None
    try:
        body = brotli.decompress(_opened(packed, PACKED))
    except brotli.error:
        return None
    return unfold(body, _opened(held, VOLATILE).decode().split("\n") if held else ())


def files_of(rows: Collection[Row]) -> dict[str, File]:
    """What the pages of these rows were dressed in: the lists, and everything in them."""
    lists = _files({str(said_of(row).get("with", "")) for row in rows} - {""})
    return {**lists, **_files({digest for one in lists.values() for digest in addresses_in(one).values()})}


def addresses_in(manifest: File) -> dict[str, str]:
    """A list of files: address → digest. Empty if it cannot be read any more."""
    try:
        found: dict[str, str] = json.loads(manifest.raw)
    except ValueError:
        return {}
    return found


def _files(digests: Collection[str]) -> dict[str, File]:
    found = {}
    for one in PageFile.objects.filter(pk__in=digests):
        try:
            found[one.digest] = File(one.digest, one.media_type, unpacked(one))
        except brotli.error:
            continue
    return found


def file_of(digest: str) -> File | None:
    """A style, script or picture by its digest: nobody's, so for everybody."""
    return _files([digest]).get(digest)


def _traced(found: Trace, rows: tuple[Row, ...], files: Mapping[str, File], *, with_pages: bool) -> Traced:
    assert found.sale is not None  # noqa: S101  both callers asked by it
    return Traced(
        sale=found.sale,
        number=found.number,
        product=found.product,
        policy_number=found.policy_number,
        customer_id=found.customer_id,
        started_at=found.started_at,
        last_at=found.last_at,
        head=bytes(found.head),
        length=found.rows,
        fixed=found.fixed,
        rows=rows,
        files=files,
        with_pages=with_pages,
    )
