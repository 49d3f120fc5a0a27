"""Rules are drafted, changed, submitted with what they would have changed, and published by another person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record
from keyuan.eventlog.kinds import EventKind
from keyuan.kernel.clock import now, today
from keyuan.underwriting import events
from keyuan.underwriting.checks import faults
from keyuan.underwriting.engine import digest_of
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
from keyuan.underwriting.states import MOVES, RuleCode, RuleState

SHIPPER = "Keyuan"


@transaction.atomic
def draft_rules(code: str, *, by: Viewer, begin_with: int | None = None) -> RuleSet:
    """A draft of the next version, begun from the one in force or from an earlier one. Raises DraftExists."""
    _require(by, Permission.WRITE_UNDERWRITING_RULES)
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
    at, name = now(), by.actor.name
    made = RuleSet.objects.create(
        code=code,
        number=known[-1].number + 1,
        text=text,
        digest=digest_of(text),
        effective_from=today(),
        drafted_by=name,
        drafted_at=at,
        changed_by=name,
        changed_at=at,
        authors=_authors([], by),
    )
    _tell(events.DRAFTED, made, by=by)
    return made


def _enter_shipped(code: str) -> list[RuleSet]:
    """The versions of a rule set, held; the first is the shipped one, entered when it is first built on."""
    known = list(RuleSet.objects.select_for_update().filter(code=code).order_by("number"))
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
    _require(by, Permission.WRITE_UNDERWRITING_RULES)
    draft = _locked(code, number)
    _expect(draft, RuleState.DRAFT)
    if draft.digest != seen_digest:
        raise ChangedMeanwhile(field="text")
    draft.text, draft.digest = text, digest_of(text)
    draft.effective_from, draft.why = effective_from, why.strip()[:500]
    draft.changed_by, draft.changed_at = by.actor.name, now()
    draft.authors = _authors(draft.authors, by)
    draft.save()
    _tell(events.CHANGED, draft, by=by)
    return draft


@transaction.atomic
def submit_rules(code: str, number: int, *, by: Viewer) -> RuleSet:
    """Ask for approval of a model without faults; keeps what it would have changed. Raises BadModel, ReasonMissing."""
    _require(by, Permission.WRITE_UNDERWRITING_RULES)
    draft = _locked(code, number)
    _advance(draft, RuleState.SUBMITTED)
    if not draft.why:
        raise ReasonMissing(field="why")
    _sound(draft)
    draft.replay = replay(draft, viewer=by).as_json()
    draft.submitted_by, draft.submitted_at, draft.remark = by.actor.name, now(), ""
    draft.authors = _authors(draft.authors, by)
    draft.save()
    _tell(events.RULES_SUBMITTED, draft, by=by, changed=draft.replay["changed"])
    return draft


@transaction.atomic
def return_rules(code: str, number: int, *, reason: str, by: Viewer) -> RuleSet:
    """Back to its authors with a reason. Raises ReasonMissing."""
    _require(by, Permission.PUBLISH_UNDERWRITING_RULES)
    submitted = _locked(code, number)
    _advance(submitted, RuleState.DRAFT)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    submitted.submitted_by, submitted.submitted_at, submitted.remark = "", None, reason.strip()[:500]
    submitted.save()
    _tell(events.RETURNED, submitted, by=by, reason=submitted.remark)
    return submitted


@transaction.atomic
def publish_rules(code: str, number: int, *, by: Viewer) -> RuleSet:
    """Put submitted rules into force from their day on. Raises SecondPersonNeeded to whoever wrote any of them."""
    _require(by, Permission.PUBLISH_UNDERWRITING_RULES)
    version = _locked(code, number)
    _advance(version, RuleState.PUBLISHED)
    if by.user_id is None or by.user_id in version.authors:
        raise SecondPersonNeeded(number=number)
    _sound(version)
    later = RuleSet.objects.filter(
        code=code, published_at__isnull=False, effective_from__gt=version.effective_from
    ).exists()
    if version.effective_from < today() or later:
        raise StartsInThePast(number=number, since=version.effective_from)
    version.published_by, version.published_by_id, version.published_at = by.actor.name, by.user_id, now()
    version.save()
    _tell(events.PUBLISHED, version, by=by, **{"from": str(version.effective_from), "why": version.why})
    return version


@transaction.atomic
def discard_rules(code: str, number: int, *, by: Viewer) -> None:
    """Throw a draft away; the line in the log keeps its digest."""
    _require(by, Permission.WRITE_UNDERWRITING_RULES)
    draft = _locked(code, number)
    _expect(draft, RuleState.DRAFT)
    _tell(events.DISCARDED, draft, by=by)
    draft.delete()


def _require(by: Viewer, permission: Permission) -> None:
    require(by, permission)
    if not by.sees_whole_company:
        raise WholeCompanyNeeded


def _locked(code: str, number: int) -> RuleSet:
    """The version, with all of its rule set held, so that two of them are not published at once."""
    rows = {row.number: row for row in RuleSet.objects.select_for_update().filter(code=code).order_by("number")}
    if number not in rows:
        raise RulesNotFound
    return rows[number]


def _expect(version: RuleSet, state: RuleState) -> None:
    if version.state != state:
        raise NotADraft(number=version.number, state=version.state.label)


def _advance(version: RuleSet, to: RuleState) -> None:
    if to not in MOVES[version.state]:
        raise NotADraft(number=version.number, state=version.state.label)


def _sound(version: RuleSet) -> None:
    if found := faults(version.text):
        raise BadModel(field="text", count=len(found), faults="；".join(found[:10]))


def _authors(known: Sequence[int], by: Viewer) -> list[int]:
    return sorted({*known, *([] if by.user_id is None else [by.user_id])})


def _tell(kind: EventKind, version: RuleSet, *, by: Viewer, **more: Any) -> None:
    payload = {"version": version.number, "digest": version.digest, **more}
    record(kind, by=by.actor, subject=("underwriting_rules", version.code), payload=payload)
