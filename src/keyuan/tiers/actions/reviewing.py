"""A review: what counts today, and what follows for the tier. Of one customer, of some, or of the whole book."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import F, FilteredRelation, Q

from keyuan.accounts.scope import Viewer, system_viewer
from keyuan.customers import queries as customers
from keyuan.eventlog.actions import Line, record, record_many
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now, today
from keyuan.kernel.copying import commit_lazily
from keyuan.tiers import events, rules
from keyuan.tiers.actions.standing import Whom, write_standings
from keyuan.tiers.models import BookReview, Membership, Standing
from keyuan.tiers.queries.versions import ladders
from keyuan.tiers.refusals import DayNotReached, ReviewedLater
from keyuan.tiers.rules import Change, Ladder, Measure
from keyuan.tiers.states import Cause

log = logging.getLogger(__name__)
#: Reviews take turns: two of them would give one customer two memberships.
LOCK = 4_630_601
AT_ONCE = 20_000
KINDS = {Cause.RAISED: events.RAISED, Cause.KEPT: events.KEPT, Cause.LOWERED: events.LOWERED}
REVIEWER = Actor.system("tiers.review")


@dataclass(frozen=True, slots=True)
class Turned:
    """What a review changed: how many customers went up, stayed for another year, went down."""

    looked_at: int = 0
    raised: int = 0
    kept: int = 0
    lowered: int = 0

    def __add__(self, other: Turned) -> Turned:
        return Turned(
            self.looked_at + other.looked_at,
            self.raised + other.raised,
            self.kept + other.kept,
            self.lowered + other.lowered,
        )


def review(customer_id: int, *, by: Viewer, on: date | None = None) -> Turned:
    """Review one customer in the viewer's scope today; raises CustomerNotFound."""
    customers.in_scope(customer_id, viewer=by)
    customers.the_customer(customer_id, viewer=by)
    return review_these([customer_id], on=on, by=by.actor)


@transaction.atomic
def review_these(customer_ids: Iterable[int], *, on: date | None = None, by: Actor = REVIEWER) -> Turned:
    """Review some customers: the readers of the log call this the moment that something happened to their policies."""
    ids = tuple(sorted(set(customer_ids)))
    day = _a_day(on)
    if not ids:
        return Turned()
    _take_turns()
    return _review(Whom(ids=ids), ladders(on=day), day, by)


def review_book(
    *, on: date | None = None, stop: Callable[[], bool] = lambda: False, at_once: int = AT_ONCE, by: Actor = REVIEWER
) -> Turned:
    """Review everybody, so many ids at a time, each piece in a transaction of its own.

    One that was stopped goes on where it stood. Raises DayNotReached, and ReviewedLater for a day before one that was
    reviewed already: history is only appended to.
    """
    day = _a_day(on)
    later = _reviewed_after(day)
    if later is not None:
        raise ReviewedLater(day=day, later=later)
    BookReview.objects.get_or_create(day=day)
    known, last = ladders(on=day), _last_customer()
    done = Turned()
    while not stop():
        piece = _piece(day, known, last, at_once, by)
        if piece is None:
            break
        done += piece
    return done


def _reviewed_after(day: date) -> date | None:
    """The last day after ``day`` for which the book was reviewed, or on which a membership began."""
    run = BookReview.objects.filter(day__gt=day).order_by("-day").values_list("day", flat=True).first()
    return (
        run or Membership.objects.filter(starts_on__gt=day).order_by("-pk").values_list("starts_on", flat=True).first()
    )


def _last_customer() -> int:
    found = customers.visible(_everybody()).order_by("-pk").values_list("pk", flat=True).first()
    return 0 if found is None else int(found)


def _next_customer(after: int) -> int:
    """The next id that there is: numbers that were never given, or belong to nobody any more, are not walked over."""
    found = customers.visible(_everybody()).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True).first()
    return after + 1 if found is None else int(found)


def _everybody() -> Viewer:
    return system_viewer("tiers.review")


@transaction.atomic
def _piece(day: date, known: Mapping[str, Ladder], last: int, at_once: int, by: Actor) -> Turned | None:
    """The next piece of the day's review; None when there is none. Two who review at once take pieces in turn."""
    commit_lazily()
    run = BookReview.objects.select_for_update().get(day=day)
    if run.finished_at is not None:
        return None
    if run.upto >= last:
        run.finished_at = now()
        run.save(update_fields=["finished_at"])
        told = {"day": day.isoformat(), "looked_at": run.looked_at}
        told |= {"raised": run.raised, "kept": run.kept, "lowered": run.lowered}
        record(events.REVIEWED, by=by, subject=("tier_review", run.pk), payload=told)
        return None
    _take_turns()
    since = _next_customer(run.upto)
    whom = Whom(since=since, until=since + at_once)
    turned = _review(whom, known, day, by)
    run.upto = whom.until - 1
    run.looked_at += turned.looked_at
    run.raised, run.kept, run.lowered = run.raised + turned.raised, run.kept + turned.kept, run.lowered + turned.lowered
    run.save()
    return turned


def _a_day(on: date | None) -> date:
    day = today() if on is None else on
    if day > today():
        raise DayNotReached(day=day)
    return day


def _take_turns() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _review(whom: Whom, known: Mapping[str, Ladder], day: date, by: Actor) -> Turned:
    """Everybody is measured in the database; only whose tier changes, or whose year is over, is decided one by one."""
    write_standings(whom, known, viewer=_everybody(), on=day)
    standing = Standing.objects.filter(whom.by("customer_id"))
    of_whom = FilteredRelation("customer__memberships", condition=Q(customer__memberships__ends_on__isnull=True))
    turning = (
        standing.annotate(now=of_whom)
        .filter(Q(now__id__isnull=True, level__gt=0) | Q(level__gt=F("now__level")) | Q(now__year_ends_on__lte=day))
        .filter(Q(now__starts_on__isnull=True) | Q(now__starts_on__lte=day))
        .order_by("customer_id")
    )
    columns = ("customer_id", "customer__kind", "customer__org_unit_id", "converted", "contribution")
    held = ("now__id", "now__level", "now__starts_on", "now__year_ends_on")
    turns = [_turn(row, known, day) for row in turning.values_list(*columns, *held)]
    changes = [(row, change) for row, change in turns if change is not None]
    _write(changes, known, by)
    counts = [change.cause for _row, change in changes]
    return Turned(standing.count(), *(counts.count(cause) for cause in (Cause.RAISED, Cause.KEPT, Cause.LOWERED)))


def _turn(row: tuple[Any, ...], known: Mapping[str, Ladder], day: date) -> tuple[tuple[Any, ...], Change | None]:
    _customer, kind, _unit, converted, contribution, held, level, starts_on, year_ends_on = row
    current = None if held is None else rules.Membership(level, starts_on, year_ends_on)
    return row, rules.review(current, Measure(converted, contribution), known[kind], on=day)


def _write(changes: list[tuple[tuple[Any, ...], Change]], known: Mapping[str, Ladder], by: Actor) -> None:
    """End what was held, begin what follows, and say so in the log."""
    ended: dict[date, list[int]] = {}
    for row, change in changes:
        if row[5] is not None:
            ended.setdefault(change.starts_on, []).append(row[5])
    for day, ids in ended.items():
        Membership.objects.filter(pk__in=ids).update(ends_on=day)
    begun = [_membership(row, change, known[row[1]]) for row, change in changes if change.level]
    Membership.objects.bulk_create(begun, batch_size=2000)
    lines = [_line(row, change, known[row[1]], by) for row, change in changes]
    for place in range(0, len(lines), 2000):
        record_many(lines[place : place + 2000])


def _membership(row: tuple[Any, ...], change: Change, ladder: Ladder) -> Membership:
    return Membership(
        customer_id=row[0],
        level=change.level,
        starts_on=change.starts_on,
        year_ends_on=change.year_ends_on,
        cause=change.cause,
        converted=row[3],
        contribution=row[4],
        ladder=ladder.code,
        rules=ladder.number,
    )


def _line(row: tuple[Any, ...], change: Change, ladder: Ladder, by: Actor) -> Line:
    tier = ladder.tier(change.level)
    payload = {
        "from": row[6] or 0,
        "to": change.level,
        "name": tier.name.zh,
        "name_en": tier.name.en,
        "converted": str(row[3]),
        "contribution": None if row[4] is None else str(row[4]),
        "until": change.year_ends_on.isoformat() if change.level else "",
        "ladder": ladder.code,
        "rules": ladder.number,
    }
    return Line(KINDS[change.cause], by, row[0], row[2], ("customer", row[0]), payload)
