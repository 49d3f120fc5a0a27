"""Rules are drafted, changed, submitted with what they would have changed, and published by another person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from keyuan.accounts.four_eyes import LONGEST_REASON, FourEyes, Kinds, Refusals, digest_of
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.kernel.clock import now, today
from keyuan.underwriting import events
from keyuan.underwriting.checks import faults
from keyuan.underwriting.models import RuleSet
from keyuan.underwriting.queries import in_force, replay, shipped
from keyuan.underwriting.queries.versions import SHIPPED_FROM
from keyuan.underwriting.refusals import (
    BadModel,
    ChangedMeanwhile,
    DraftExists,
    NotADraft,
    ReasonMissing,
    RulesNotFound,
    SecondPersonNeeded,
    StartsInThePast,
    WholeCompanyNeeded,
)
from keyuan.underwriting.states import MOVES, RuleCode

SHIPPER = "Keyuan"
EYES = FourEyes(
    RuleSet,
    subject="underwriting_rules",
    write=Permission.WRITE_UNDERWRITING_RULES,
    approve=Permission.PUBLISH_UNDERWRITING_RULES,
    moves=MOVES,
    kinds=Kinds(
        drafted=events.DRAFTED,
        changed=events.CHANGED,
        submitted=events.RULES_SUBMITTED,
        returned=events.RETURNED,
        published=events.PUBLISHED,
        discarded=events.DISCARDED,
    ),
    refuse=Refusals(
        not_found=lambda code, number: RulesNotFound(),
        not_a_draft=NotADraft,
        changed_meanwhile=ChangedMeanwhile,
        reason_missing=ReasonMissing,
        second_person=SecondPersonNeeded,
        whole_company=WholeCompanyNeeded,
    ),
)


@transaction.atomic
def draft_rules(code: str, *, by: Viewer, begin_with: int | None = None) -> RuleSet:
    """A draft of the next version, begun from the one in force or from an earlier one. Raises DraftExists."""
    EYES.require(by, Permission.WRITE_UNDERWRITING_RULES)
    if code not in RuleCode.values:
        raise RulesNotFound
    known = _enter_shipped(code)
    if known[-1].published_at is None:
        raise DraftExists(name=RuleCode(code).label, number=known[-1].number)
    text = in_force(code, on=today()).text
    if begin_with is not None:
        text = next((row.text for row in known if row.number == begin_with), "")
    if not text:
        raise RulesNotFound
    made = RuleSet(code=code, number=known[-1].number + 1, text=text, digest=digest_of(text), effective_from=today())
    return EYES.draft(made, by=by)


def _enter_shipped(code: str) -> list[RuleSet]:
    """The versions of a rule set, held; the first is the shipped one, entered when it is first built on."""
    known = EYES.held(code)
    if known:
        return known
    text, at = shipped(code).text, now()
    made = RuleSet(code=code, number=1, text=text, digest=digest_of(text), effective_from=SHIPPED_FROM)
    for name in ("drafted", "changed", "submitted", "published"):
        setattr(made, f"{name}_by", SHIPPER)
        setattr(made, f"{name}_at", at)
    made.save(force_insert=True)
    return [made]


@transaction.atomic
def change_rules(
    code: str, number: int, *, text: str, effective_from: date, why: str, seen_digest: str, by: Viewer
) -> RuleSet:
    """Another model, day or reason for a draft, also one with faults still. Raises NotADraft or ChangedMeanwhile."""
    draft = EYES.opened(code, number, seen_digest=seen_digest, by=by)
    draft.text, draft.digest = text, digest_of(text)
    draft.effective_from, draft.why = effective_from, why.strip()[:LONGEST_REASON]
    return EYES.changed(draft, by=by)


def submit_rules(code: str, number: int, *, by: Viewer) -> RuleSet:
    """Ask for approval of a model without faults; keeps what it would have changed. Raises BadModel, ReasonMissing."""

    def replayed(draft: RuleSet) -> Mapping[str, Any]:
        if not draft.why:
            raise ReasonMissing(field="why")
        _require_sound(draft)
        draft.replay = replay(draft, viewer=by).as_json()
        return {"changed": draft.replay["changed"]}

    return EYES.submit(code, number, check=replayed, by=by)


def return_rules(code: str, number: int, *, reason: str, by: Viewer) -> RuleSet:
    """Back to its authors with a reason. Raises ReasonMissing."""
    return EYES.send_back(code, number, reason=reason, by=by)


def publish_rules(code: str, number: int, *, by: Viewer) -> RuleSet:
    """Put submitted rules into force from their day on. Raises SecondPersonNeeded to whoever wrote any of them."""
    return EYES.publish(code, number, check=_in_time, by=by)


def _in_time(version: RuleSet) -> Mapping[str, Any]:
    _require_sound(version)
    published = RuleSet.objects.filter(code=version.code, published_at__isnull=False)
    later = published.filter(effective_from__gt=version.effective_from).exists()
    if version.effective_from < today() or later:
        raise StartsInThePast(number=version.number, since=version.effective_from)
    return {"from": str(version.effective_from), "why": version.why}


def discard_rules(code: str, number: int, *, by: Viewer) -> None:
    """Throw a draft away; the line in the log keeps its digest."""
    EYES.discard(code, number, by=by)


def _require_sound(version: RuleSet) -> None:
    if found := faults(version.text):
        raise BadModel(field="text", count=len(found), faults=" ".join(found[:10]))
