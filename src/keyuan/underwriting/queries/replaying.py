"""What other rules would have decided on past applications."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.underwriting.engine import decide
from keyuan.underwriting.models import Application, RuleSet
from keyuan.underwriting.queries.applications import visible
from keyuan.underwriting.queries.versions import Model, in_force, model_of
from keyuan.underwriting.questions import Questionnaire, questionnaire
from keyuan.underwriting.rules import Decision, tally

MOST = 2_000


@dataclass(frozen=True, slots=True)
class Changed:
    """One past application on which the rules would now say something else."""

    application: Application
    before: Decision
    after: Decision


@dataclass(slots=True)
class Replay:
    """What a version changes: outcomes before and after, and each application that would be decided otherwise.

    ``before`` are the rules in force on the version's first day without it, so that only its own changes show.
    """

    looked_at: int = 0
    all: int = 0
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)
    changed: list[Changed] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """What is kept with a version: the counts, and which applications changed how. No names, no answers."""
        rows = [[one.application.pk, one.before.outcome, one.after.outcome] for one in self.changed]
        kept = {"looked_at": self.looked_at, "all": self.all, "before": self.before, "after": self.after}
        return {**kept, "changed": len(rows), "rows": rows[:200]}


def replay(version: RuleSet, *, viewer: Viewer, most: int = MOST) -> Replay:
    """The newest applications of a rule set decided again, by what is in force and by a version; to underwriters."""
    if not viewer.may(Permission.UNDERWRITE):
        return Replay()
    rows = visible(viewer).filter(rule_set=version.code)
    found = rows.select_related("customer").defer("reasons", "proposal", "decision_note").order_by("-id")
    old, new = _before(version), model_of(version)
    told = Replay(all=rows.count())
    pairs = []
    for one in found[:most]:
        before, after = again(one, old), again(one, new)
        pairs.append((before, after))
        if not before.same_as(after):
            told.changed.append(Changed(one, before, after))
    told.looked_at = len(pairs)
    told.before = tally([before for before, _after in pairs])
    told.after = tally([after for _before, after in pairs])
    return told


def _before(version: RuleSet) -> Model:
    """The rules that the version takes the place of."""
    earlier = RuleSet.objects.filter(code=version.code, published_at__isnull=False, number__lt=version.number)
    if version.published_at is None:
        return in_force(version.code, on=version.effective_from)
    row = earlier.order_by("-number").first()
    return in_force(version.code, on=date.min) if row is None else model_of(row)


def again(one: Application, model: Model) -> Decision:
    """What a model says of an application as it was submitted, with the questionnaire of that day."""
    return decide(
        model.text,
        one.told_facts(),
        asked_of(one),
        product=one.product,
        on=one.submitted_on,
        code=model.code,
        number=model.number,
    )


def asked_of(one: Application) -> Questionnaire:
    """The questionnaire that an application answered."""
    found = questionnaire(one.questionnaire, version=one.questionnaire_version)
    if found is None:
        raise LookupError(f"{one.number}: no questionnaire {one.questionnaire} {one.questionnaire_version}")
    return found


def changes(told: Replay) -> Iterator[tuple[str, int, int]]:
    """Outcome, before, after: the rows of the table of counts."""
    for outcome, before in told.before.items():
        yield outcome, before, told.after.get(outcome, 0)
