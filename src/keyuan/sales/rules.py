"""Pure decisions about a prospect: the stage that its dated facts say, and what may be done at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from keyuan.sales.states import MOVES, Move, Stage


@dataclass(frozen=True, slots=True)
class ProspectFacts:
    """On which day each thing happened; None is not yet."""

    contacted_on: date | None = None
    qualified_on: date | None = None
    proposed_on: date | None = None
    won_on: date | None = None
    lost_on: date | None = None


def stage(facts: ProspectFacts) -> Stage:
    """The furthest that the facts tell; who was won is won, whatever else is written down."""
    told = (
        (facts.won_on, Stage.WON),
        (facts.lost_on, Stage.LOST),
        (facts.proposed_on, Stage.PROPOSAL),
        (facts.qualified_on, Stage.QUALIFIED),
        (facts.contacted_on, Stage.CONTACTED),
    )
    return next((name for day, name in told if day is not None), Stage.NEW)


def may(move: Move, at: Stage) -> bool:
    """Whether the table of moves allows the step at this stage."""
    return at in MOVES[move]


def moves_at(at: Stage) -> tuple[Move, ...]:
    """The steps that are open at a stage, in the order of the table."""
    return tuple(move for move in MOVES if at in MOVES[move])
