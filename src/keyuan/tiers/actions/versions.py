"""Rules are drafted, changed, submitted, and published by another person; from their day on they hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from keyuan.accounts.four_eyes import LONGEST_REASON, FourEyes, Kinds, Refusals, digest_of
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.kernel.clock import now, today
from keyuan.tiers import events
from keyuan.tiers.models import TierRules
from keyuan.tiers.queries.versions import SHIPPED_FROM, SHIPPER, in_force, shipped_text
from keyuan.tiers.reading import faults_of, load
from keyuan.tiers.refusals import (
    BadRules,
    ChangedMeanwhile,
    DraftExists,
    NotADraft,
    ReasonMissing,
    RulesNotFound,
    SecondPersonNeeded,
    StartsInThePast,
    WholeCompanyNeeded,
)
from keyuan.tiers.states import MOVES, LadderCode
from keyuan.tiers.trying import preview

EYES = FourEyes(
    TierRules,
    subject="tier_rules",
    write=Permission.WRITE_TIER_RULES,
    approve=Permission.PUBLISH_TIER_RULES,
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
def draft_rules(code: str, *, by: Viewer) -> TierRules:
    """A draft of the next version, begun from the one in force. Raises DraftExists."""
    EYES.require(by, Permission.WRITE_TIER_RULES)
    if code not in LadderCode.values:
        raise RulesNotFound
    known = _enter_shipped(code)
    if known[-1].published_at is None:
        raise DraftExists(name=LadderCode(code).label, number=known[-1].number)
    number = in_force(code, on=today()).number
    text = next(row.text for row in known if row.number == number)
    made = TierRules(code=code, number=known[-1].number + 1, text=text, digest=digest_of(text), effective_from=today())
    return EYES.draft(made, by=by)


def _enter_shipped(code: str) -> list[TierRules]:
    """The versions of a ladder, held; the first is the shipped one, entered when it is first built on."""
    known = EYES.held(code)
    if known:
        return known
    text, at = shipped_text(code), now()
    made = TierRules(code=code, number=1, text=text, digest=digest_of(text), effective_from=SHIPPED_FROM)
    for name in ("drafted", "changed", "submitted", "published"):
        setattr(made, f"{name}_by", SHIPPER)
        setattr(made, f"{name}_at", at)
    made.save(force_insert=True)
    return [made]


@transaction.atomic
def change_rules(
    code: str, number: int, *, text: str, effective_from: date, why: str, seen_digest: str, by: Viewer
) -> TierRules:
    """Another text, day or reason for a draft, also one with faults still. Raises NotADraft or ChangedMeanwhile."""
    draft = EYES.opened(code, number, seen_digest=seen_digest, by=by)
    draft.text = text.replace("\r\n", "\n")
    draft.digest = digest_of(draft.text)
    draft.effective_from, draft.why = effective_from, why.strip()[:LONGEST_REASON]
    return EYES.changed(draft, by=by)


def submit_rules(code: str, number: int, *, by: Viewer) -> TierRules:
    """Ask for approval of rules without faults; keeps who would stand where. Raises BadRules, ReasonMissing."""

    def looked_at(draft: TierRules) -> Mapping[str, Any]:
        if not draft.why:
            raise ReasonMissing(field="why")
        _require_sound(draft)
        draft.preview = preview(load(draft.text, code=code, number=number), viewer=by, on=today())
        return {"why": draft.why}

    return EYES.submit(code, number, check=looked_at, by=by)


def return_rules(code: str, number: int, *, reason: str, by: Viewer) -> TierRules:
    """Back to its authors with a reason. Raises ReasonMissing."""
    return EYES.send_back(code, number, reason=reason, by=by)


def publish_rules(code: str, number: int, *, by: Viewer) -> TierRules:
    """Put submitted rules into force from their day on. Raises SecondPersonNeeded to whoever wrote any of them.

    The next review applies them: who reaches more goes up at once, nobody goes down before their year is over.
    """
    return EYES.publish(code, number, check=_in_time, by=by)


def _in_time(version: TierRules) -> Mapping[str, Any]:
    _require_sound(version)
    published = TierRules.objects.filter(code=version.code, published_at__isnull=False)
    if version.effective_from < today() or published.filter(effective_from__gt=version.effective_from).exists():
        raise StartsInThePast(number=version.number, since=version.effective_from)
    return {"from": str(version.effective_from), "why": version.why}


def discard_rules(code: str, number: int, *, by: Viewer) -> None:
    """Throw a draft away; the line in the log keeps its digest."""
    EYES.discard(code, number, by=by)


def _require_sound(version: TierRules) -> None:
    found = faults_of(version.text, code=version.code, number=version.number)
    if found:
        raise BadRules(field="text", count=len(found), faults="；".join(str(one) for one in found[:10]))
