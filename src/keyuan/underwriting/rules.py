"""From findings to one decision, and who may take it. Pure: no tables, no clock, no engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from keyuan.underwriting.states import ACCEPTED, Outcome

INCOMPLETE, UNREADABLE, TOTAL, ENGINE = "AUTO-1", "AUTO-2", "AUTO-3", "AUTO-4"
MOST_LOADING = 200
#: The worst that was found decides; what could not be checked goes before everything, for it may change everything.
RANK = {
    Outcome.STANDARD: 0,
    Outcome.EXCLUSION: 1,
    Outcome.LOADING: 2,
    Outcome.REFER: 3,
    Outcome.POSTPONE: 4,
    Outcome.DECLINE: 5,
}
AUTOMATIC = frozenset({INCOMPLETE, UNREADABLE, ENGINE})


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that spoke: which, about which answer to which question, and what follows. Texts in both languages."""

    rule: str
    place: str
    question: Mapping[str, str]
    value: Any
    answer: Mapping[str, str]
    outcome: str
    text: Mapping[str, str]
    loading_percent: int = 0
    exclusion: str = ""
    postpone_months: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say of an application. ``rule_set`` and ``rule_version`` name the rules that said it."""

    outcome: str
    loading_percent: int = 0
    exclusions: tuple[str, ...] = ()
    postpone_months: int = 0
    reasons: tuple[Reason, ...] = ()
    rule_set: str = ""
    rule_version: int = 0
    sum_at_risk: Decimal = Decimal(0)
    trace: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """As the API shows it."""
        shown = asdict(self)
        shown.pop("trace")
        return {**shown, "sum_at_risk": str(self.sum_at_risk), "exclusions": list(self.exclusions)}

    def same_as(self, other: Decision) -> bool:
        """Whether the customer would see no difference."""
        return self._effect == other._effect

    @property
    def _effect(self) -> tuple[Any, ...]:
        return (self.outcome, self.loading_percent, tuple(sorted(self.exclusions)), self.postpone_months)


def combine(reasons: Iterable[Reason], *, most_loading: int = MOST_LOADING) -> Decision:
    """One decision of all that the rules found.

    Loadings add up, exclusions are joined, the longest postponement holds. More loading than ``most_loading`` is no
    price any more: a person looks at it. What could not be checked at all (AUTO-…) is referred, whatever else was found.
    """
    found = [one for one in reasons if one.outcome != Outcome.STANDARD]
    loading = sum(one.loading_percent for one in found)
    if loading > most_loading:
        found.append(_too_much(loading, most_loading))
    found.sort(key=lambda one: (one.rule not in AUTOMATIC, -RANK[Outcome(one.outcome)], one.rule))
    worst = Outcome(found[0].outcome) if found else Outcome.STANDARD
    accepted = worst in ACCEPTED
    kept = tuple(dict.fromkeys(one.exclusion for one in found if one.exclusion))
    return Decision(
        outcome=worst,
        loading_percent=loading if accepted else 0,
        exclusions=kept if accepted else (),
        postpone_months=max((one.postpone_months for one in found), default=0) if worst == Outcome.POSTPONE else 0,
        reasons=tuple(found),
    )


def _too_much(loading: int, most: int) -> Reason:
    return Reason(
        TOTAL,
        "loading",
        {"zh": "加费合计", "en": "Loadings together"},
        loading,
        {"zh": f"{loading}%", "en": f"{loading}%"},
        Outcome.REFER,
        {"zh": f"加费合计{loading}%，超过{most}%", "en": f"Loadings of {loading}% together, more than {most}%"},
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """How far somebody may decide alone: the sum at risk in yuan, the loading in percent, and whether to decline."""

    most_sum: Decimal
    most_loading: int
    may_decline: bool


NOTHING = Limits(Decimal(0), 0, may_decline=False)


def within(limits: Limits, *, outcome: str, loading_percent: int, sum_at_risk: Decimal) -> bool:
    """Whether a decision is inside somebody's authority; postponing commits nobody and needs none but to be a limit."""
    if limits == NOTHING:
        return False
    if outcome == Outcome.POSTPONE:
        return True
    if outcome == Outcome.DECLINE:
        return limits.may_decline
    return sum_at_risk <= limits.most_sum and loading_percent <= limits.most_loading


def tally(decisions: Sequence[Decision]) -> dict[str, int]:
    """How many of each outcome, in their order."""
    return {outcome.value: sum(one.outcome == outcome for one in decisions) for outcome in Outcome}
