"""Where an order stands, and how long its cover lasts. Pure: no tables, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from keyuan.orders.states import MOVES, Move, Stage, Step

if TYPE_CHECKING:
    from keyuan.products.definition import Definition
    from keyuan.products.definition.values import Span

ACCEPTED = frozenset({"standard", "loading", "exclusion"})
#: How long an order may stay where something is to happen before somebody looks at it. Ours: a policy is made at once, an
#: underwriter answers within a day; the customer is given a day as well before they are asked whether they need help.
PATIENCE = {
    Stage.FILLING: timedelta(days=1),
    Stage.REFERRED: timedelta(days=1),
    Stage.OFFERED: timedelta(days=1),
    Stage.AGREED: timedelta(days=1),
    Stage.SIGNED: timedelta(hours=2),
    Stage.PAID: timedelta(minutes=5),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The dated facts of an order. ``outcome``: the last word of underwriting, "" before there is one."""

    expires_at: datetime
    submitted_at: datetime | None = None
    outcome: str = ""
    decided_at: datetime | None = None
    agreed_at: datetime | None = None
    signed_at: datetime | None = None
    paid_at: datetime | None = None
    issued_at: datetime | None = None
    withdrawn_at: datetime | None = None
    refunded_at: datetime | None = None


def stage(facts: Facts, *, at: datetime) -> Stage:
    """The stage at a moment. Money decides first: what is paid is never simply expired."""
    for fact, reached in (
        (facts.refunded_at, Stage.REFUNDED),
        (facts.issued_at, Stage.ISSUED),
        (facts.paid_at, Stage.PAID),
        (facts.withdrawn_at, Stage.WITHDRAWN),
    ):
        if fact is not None:
            return reached
    if facts.decided_at is not None and facts.outcome not in ACCEPTED:
        return Stage.DECLINED
    if facts.expires_at <= at:
        return Stage.EXPIRED
    if facts.submitted_at is None:
        return Stage.FILLING
    if facts.decided_at is None:
        return Stage.REFERRED
    if facts.signed_at is not None:
        return Stage.SIGNED
    return Stage.OFFERED if facts.agreed_at is None else Stage.AGREED


def since(facts: Facts, at: Stage, *, changed_at: datetime) -> datetime:
    """Since when an order has been in its stage."""
    reached = {
        Stage.REFERRED: facts.submitted_at,
        Stage.OFFERED: facts.decided_at,
        Stage.AGREED: facts.agreed_at,
        Stage.SIGNED: facts.signed_at,
        Stage.PAID: facts.paid_at,
        Stage.ISSUED: facts.issued_at,
        Stage.DECLINED: facts.decided_at,
        Stage.WITHDRAWN: facts.withdrawn_at,
        Stage.EXPIRED: facts.expires_at,
        Stage.REFUNDED: facts.refunded_at,
    }.get(at)
    return changed_at if reached is None else reached


def is_stuck(at: Stage, begun: datetime, *, now: datetime) -> bool:
    """Whether an order has waited in its stage longer than it should."""
    return at in PATIENCE and begun + PATIENCE[at] <= now


def may(move: Move, at: Stage) -> bool:
    """Whether the table of moves allows it."""
    return move in MOVES[at]


def steps(definition: Definition, extra: frozenset[Step] = frozenset()) -> tuple[Step, ...]:
    """The pages of the wizard that this product needs, and the ``extra`` ones of an order of it (needed.extra_steps)."""
    wanted = {
        Step.COVER,
        Step.PEOPLE,
        *([Step.MEMBERS] if definition.group is not None else []),
        *([Step.HEALTH] if definition.questionnaire else []),
        *([Step.MEANS] if definition.long_term else []),
        *extra,
        Step.READ,
        Step.IDENTITY,
        Step.CHECK,
    }
    return tuple(step for step in Step if step in wanted)


def ends_on(
    definition: Definition, cover: Span | None, *, starts_on: date, days: int = 0, born: date | None = None
) -> date | None:
    """The first day without cover; None for a whole life. ``days``: the length of a journey."""
    if days:
        return starts_on + timedelta(days=days)
    if cover is None or not definition.long_term:
        return years_later(starts_on, 1)
    if cover.kind == "years":
        return years_later(starts_on, cover.number)
    if cover.kind == "to_age" and born is not None:
        return years_later(starts_on, cover.number - _age(born, starts_on))
    return None


def years_later(day: date, years: int) -> date:
    """The same day of a later year; 29 February becomes 1 March where there is none, so that no day is lost."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
