"""The list and the board of prospects: filters, order and scope as a queryset; the stage as SQL says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from keyuan.customers.masking import mask
from keyuan.customers.names import infix_query, latin_query
from keyuan.customers.standards import InvalidIdentifier, normalise
from keyuan.customers.states import IdentifierKind, Source
from keyuan.products.states import Line
from keyuan.sales.cleaning import digest_of
from keyuan.sales.models import Prospect
from keyuan.sales.queries.one import facts_of
from keyuan.sales.queries.scope import visible
from keyuan.sales.rules import stage
from keyuan.sales.states import Due, Stage

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

CARDS = 30
# What each stage is in the table, the first that fits; the same as rules.stage, and a test compares them.
STAGE_CONDITIONS = (
    (Q(won_on__isnull=False), Stage.WON),
    (Q(lost_on__isnull=False), Stage.LOST),
    (Q(proposed_on__isnull=False), Stage.PROPOSAL),
    (Q(qualified_on__isnull=False), Stage.QUALIFIED),
    (Q(contacted_on__isnull=False), Stage.CONTACTED),
)
STAGE = Case(*(When(condition, then=Value(name.value)) for condition, name in STAGE_CONDITIONS), default=Value("new"))
OPEN = Q(won_on__isnull=True, lost_on__isnull=True)


@dataclass(frozen=True, slots=True)
class ProspectFilter:
    """What the list is narrowed to; empty narrows nothing. ``owner`` is an agent's id, or ``none``."""

    text: str = ""
    stage: str = ""
    source: str = ""
    interest: str = ""
    owner: str = ""
    branch: int | None = None
    due: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ProspectRow:
    """A prospect as a row or a card."""

    id: int
    name: str
    mobile: str
    stage: Stage
    source: str
    source_detail: str
    source_on: date
    interests: tuple[str, ...]
    owner: str
    branch: str
    next_step: str
    next_step_on: date | None
    last_contact_at: Any
    created_at: Any


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A stage with the number of its prospects and the first cards."""

    stage: Stage
    count: int
    rows: tuple[ProspectRow, ...]


def listed(wanted: ProspectFilter, *, viewer: Viewer, on: date) -> QuerySet[Prospect]:
    """The prospects in scope that fit on the day ``on``, the newest first."""
    return _joined(visible(viewer).filter(_conditions(wanted, on))).order_by("-id")


def _joined(found: QuerySet[Prospect]) -> QuerySet[Prospect]:
    return found.select_related("owner", "org_unit").defer("name_grams", "note")


def stage_counts(wanted: ProspectFilter, *, viewer: Viewer, on: date) -> dict[str, int]:
    """How many prospects of each stage fit everything but the stage."""
    rest = visible(viewer).filter(_conditions(_without_stage(wanted), on))
    return dict(rest.annotate(at=STAGE).values_list("at").annotate(n=Count("*")).order_by())


def board(wanted: ProspectFilter, *, viewer: Viewer, on: date) -> list[BoardColumn]:
    """Every stage as a column, those with the nearest next step on top; nothing at all for who sees nobody."""
    rest = _without_stage(wanted)
    counts = stage_counts(rest, viewer=viewer, on=on)
    if not counts:
        return []
    found = visible(viewer).filter(_conditions(rest, on))
    nearest = (F("next_step_on").asc(nulls_last=True), F("id").desc())
    # The first cards of each column by themselves: the database need not put every prospect into order for them.
    first, *others = [found.filter(_stage(each)).order_by(*nearest).values("pk")[:CARDS] for each in Stage]
    ids = [row["pk"] for row in first.union(*others, all=True)]
    cards = rows_of(_joined(visible(viewer).filter(pk__in=ids)).order_by(*nearest))
    return [
        BoardColumn(each, counts.get(each, 0), tuple(card for card in cards if card.stage == each)) for each in Stage
    ]


def rows_of(found: Iterable[Prospect]) -> list[ProspectRow]:
    """Prospects as rows; the mobile masked as everywhere."""
    return [
        ProspectRow(
            id=one.pk,
            name=one.name,
            mobile=mask("mobile", one.mobile),
            stage=stage(facts_of(one)),
            source=str(Source(one.source).label),
            source_detail=one.source_detail,
            source_on=one.source_on,
            interests=tuple(str(Line(code).label) for code in one.interests),
            owner="" if one.owner is None else one.owner.name,
            branch=one.org_unit.label,
            next_step=one.next_step,
            next_step_on=one.next_step_on,
            last_contact_at=one.last_contact_at,
            created_at=one.created_at,
        )
        for one in found
    ]


def _without_stage(wanted: ProspectFilter) -> ProspectFilter:
    values = {name: getattr(wanted, name) for name in wanted.__dataclass_fields__}
    return ProspectFilter(**{**values, "stage": ""})


def _conditions(wanted: ProspectFilter, on: date) -> Q:
    plain = {
        "org_unit_id": wanted.branch,
        "source": wanted.source if wanted.source in Source.values else "",
        "interests__contains": [wanted.interest] if wanted.interest in Line.values else "",
        "source_on__gte": wanted.since,
        "source_on__lt": wanted.until,
    }
    conditions = Q(**{name: value for name, value in plain.items() if value not in ("", None)})
    if wanted.owner == "none":
        conditions &= Q(owner__isnull=True)
    elif wanted.owner.isdecimal():
        conditions &= Q(owner_id=int(wanted.owner))
    if wanted.text:
        conditions &= _text(wanted.text)
    return conditions & _stage(wanted.stage) & _due(wanted.due, on)


def _stage(code: str) -> Q:
    """The rows of one stage (``open`` is every stage but won and lost)."""
    if code == "open":
        return OPEN
    before = Q()
    for condition, name in STAGE_CONDITIONS:
        if name == code:
            return before & condition
        before &= ~condition
    return before if code == Stage.NEW else Q()


def _due(code: str, on: date) -> Q:
    days = {
        Due.OVERDUE: Q(next_step_on__lt=on),
        Due.TODAY: Q(next_step_on=on),
        Due.WEEK: Q(next_step_on__gte=on, next_step_on__lt=on + timedelta(days=7)),
        Due.NONE: Q(next_step_on__isnull=True),
    }
    return OPEN & days[Due(code)] if code in Due.values else Q()


def _text(text: str) -> Q:
    """A mobile, an e-mail, the initials or a piece of the name."""
    for kind, column in ((IdentifierKind.MOBILE, "mobile_digest"), (IdentifierKind.EMAIL, "email_digest")):
        try:
            return Q(**{column: digest_of(kind, normalise(kind, text))})
        except InvalidIdentifier:
            continue
    folded, grams = infix_query(text)
    found = Q(name__icontains=folded)
    if grams:
        found &= Q(name_grams__contains=list(grams))
    latin = latin_query(text) if text.isascii() else ""
    return found | Q(name_initials__startswith=latin) if latin else found
