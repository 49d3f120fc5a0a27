"""Every write of products: a version is drafted, changed, submitted, and published by another person; or withdrawn.

The text is kept whole with its digest. What was published never changes: a quote that pinned it prices as it did.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record
from keyuan.eventlog.kinds import EventKind
from keyuan.kernel.clock import now, today
from keyuan.products import events
from keyuan.products.definition import Definition, load
from keyuan.products.models import Product, ProductVersion
from keyuan.products.refusals import (
    AnotherProduct,
    ChangedMeanwhile,
    DraftExists,
    NotADraft,
    ProductNotFound,
    ReasonMissing,
    SecondPersonNeeded,
    StartsInThePast,
    TrialsFailed,
    VersionNotFound,
    WholeCompanyNeeded,
)
from keyuan.products.states import MOVES, VersionState
from keyuan.products.trials import Trial, digest_of, tried

_CODE = re.compile(r"^code:.*$", re.MULTILINE)
_VERSION = re.compile(r"^version:.*$", re.MULTILINE)
_FROM = re.compile(r"^effective_from:.*$", re.MULTILINE)
_UNTIL = re.compile(r"^effective_until:.*\n", re.MULTILINE)


@transaction.atomic
def draft_version(code: str, *, by: Viewer) -> ProductVersion:
    """A draft of the next version, begun from the text of the latest. Raises ProductNotFound or DraftExists."""
    _require(by, Permission.DEFINE_PRODUCTS)
    known = list(ProductVersion.objects.select_for_update().filter(code=code).order_by("number"))
    if not known:
        raise ProductNotFound(code)
    latest = known[-1]
    if latest.published_at is None:
        raise DraftExists(code=code, number=latest.number)
    text = begun_from(latest.text, code=code, number=latest.number + 1)
    return _new(code, latest.number + 1, text, by=by)


def begun_from(text: str, *, code: str, number: int) -> str:
    """The text of another version with its own code, number and day, open at the end; all else is as it was."""
    text = _CODE.sub(f"code: {code}", _VERSION.sub(f"version: {number}", text, count=1), count=1)
    return _UNTIL.sub("", _FROM.sub(f"effective_from: {today()}", text, count=1), count=1)


@transaction.atomic
def begin_product(text: str, *, by: Viewer) -> ProductVersion:
    """The first version of a new product, from a text that can be read. Raises BadDefinition, DraftExists, AnotherProduct."""
    _require(by, Permission.DEFINE_PRODUCTS)
    definition = load(text, file="new.yaml")
    if ProductVersion.objects.filter(code=definition.code).exists():
        raise DraftExists(code=definition.code, number=1)
    if definition.version != 1:
        raise AnotherProduct(found=f"{definition.code} {definition.version}", expected=f"{definition.code} 1")
    return _new(definition.code, 1, text, by=by)


def _new(code: str, number: int, text: str, *, by: Viewer) -> ProductVersion:
    at, name = now(), by.actor.name
    made = ProductVersion(
        code=code,
        number=number,
        drafted_by=name,
        drafted_at=at,
        changed_by=name,
        changed_at=at,
        authors=_authors([], by),
    )
    _write(made, text)
    made.save(force_insert=True)
    _tell(events.DRAFTED, made, by=by)
    return made


@transaction.atomic
def change_draft(code: str, number: int, text: str, *, seen_digest: str, by: Viewer) -> ProductVersion:
    """Other text for a draft, also one that has faults still. ``seen_digest``: of the text that was open.

    Raises NotADraft, or ChangedMeanwhile if somebody saved since.
    """
    _require(by, Permission.DEFINE_PRODUCTS)
    draft = _locked(code, number)
    _expect(draft, VersionState.DRAFT)
    if draft.digest != seen_digest:
        raise ChangedMeanwhile(field="text")
    text = text.replace("\r\n", "\n")
    if digest_of(text) != draft.digest:
        _write(draft, text)
        draft.changed_by, draft.changed_at = by.actor.name, now()
        draft.authors = _authors(draft.authors, by)
        draft.save()
        _tell(events.CHANGED, draft, by=by)
    return draft


@transaction.atomic
def submit_version(code: str, number: int, *, by: Viewer) -> ProductVersion:
    """Ask for approval of a draft that passes every trial. Raises BadDefinition, AnotherProduct or TrialsFailed."""
    _require(by, Permission.DEFINE_PRODUCTS)
    draft = _locked(code, number)
    _advance(draft, VersionState.SUBMITTED)
    definition = _sound(draft)
    draft.effective_from, draft.effective_until = definition.effective_from, definition.effective_until
    draft.submitted_by, draft.submitted_at, draft.remark = by.actor.name, now(), ""
    draft.authors = _authors(draft.authors, by)
    draft.save()
    _tell(events.SUBMITTED, draft, by=by)
    return draft


@transaction.atomic
def return_version(code: str, number: int, *, reason: str, by: Viewer) -> ProductVersion:
    """Back to its authors with a reason. Raises ReasonMissing."""
    _require(by, Permission.PUBLISH_PRODUCTS)
    submitted = _locked(code, number)
    _advance(submitted, VersionState.DRAFT)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    submitted.submitted_by, submitted.submitted_at, submitted.remark = "", None, reason.strip()[:500]
    submitted.save()
    _tell(events.RETURNED, submitted, by=by, reason=submitted.remark)
    return submitted


@transaction.atomic
def publish_version(code: str, number: int, *, by: Viewer) -> ProductVersion:
    """Put a submitted version into force from its day on. Raises SecondPersonNeeded to whoever wrote any of it.

    All trials run again: another version may have been published since.
    """
    _require(by, Permission.PUBLISH_PRODUCTS)
    version = _locked(code, number)
    _advance(version, VersionState.PUBLISHED)
    if by.user_id in version.authors:
        raise SecondPersonNeeded(number=number)
    definition = _sound(version)
    if definition.effective_from < today():
        raise StartsInThePast(number=number, since=definition.effective_from)
    version.published_by, version.published_by_id, version.published_at = by.actor.name, by.user_id, now()
    version.save()
    enter(definition)
    told = {"from": str(definition.effective_from), "trials": [trial["name"] for trial in version.trials]}
    _tell(events.PUBLISHED, version, by=by, **told)
    return version


@transaction.atomic
def withdraw_version(code: str, number: int, *, reason: str, by: Viewer) -> ProductVersion:
    """No new business under it from today on; what pinned it keeps it. The version before it is in force again."""
    _require(by, Permission.PUBLISH_PRODUCTS)
    version = _locked(code, number)
    _advance(version, VersionState.WITHDRAWN)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    version.withdrawn_by, version.withdrawn_at, version.withdrawn_on = by.actor.name, now(), today()
    version.remark = reason.strip()[:500]
    version.save()
    _tell(events.WITHDRAWN, version, by=by, reason=version.remark)
    return version


@transaction.atomic
def discard_draft(code: str, number: int, *, by: Viewer) -> None:
    """Throw a draft away; the line in the log keeps its digest."""
    _require(by, Permission.DEFINE_PRODUCTS)
    draft = _locked(code, number)
    _expect(draft, VersionState.DRAFT)
    _tell(events.DISCARDED, draft, by=by)
    draft.delete()


def enter(definition: Definition) -> None:
    """The product in the catalogue, with the names that its definition gives it."""
    Product.objects.update_or_create(
        code=definition.code,
        defaults={
            "name": definition.name.zh[:120],
            "name_en": definition.name.en[:160],
            "line": definition.line,
            "long_term": definition.long_term,
        },
    )


def _require(by: Viewer, permission: Permission) -> None:
    require(by, permission)
    if not by.sees_whole_company:
        raise WholeCompanyNeeded


def _locked(code: str, number: int) -> ProductVersion:
    """The version, with all of its product held, so that two of them are not published at once."""
    rows = {row.number: row for row in ProductVersion.objects.select_for_update().filter(code=code).order_by("number")}
    if number not in rows:
        raise VersionNotFound(code=code, number=number)
    return rows[number]


def _expect(version: ProductVersion, state: VersionState) -> None:
    if version.state != state:
        raise NotADraft(number=version.number, state=version.state.label)


def _advance(version: ProductVersion, to: VersionState) -> None:
    if to not in MOVES[version.state]:
        raise NotADraft(number=version.number, state=version.state.label)


def _authors(known: Sequence[int], by: Viewer) -> list[int]:
    return sorted({*known, *([] if by.user_id is None else [by.user_id])})


def _write(version: ProductVersion, text: str) -> None:
    version.text, version.digest = text, digest_of(text)
    version.effective_from = version.effective_until = None
    version.trials = []


def _sound(version: ProductVersion) -> Definition:
    """The definition of a version that passes every trial; keeps what was tried. Raises as ``submit_version`` does."""
    published = ProductVersion.objects.filter(code=version.code, published_at__isnull=False, withdrawn_at__isnull=True)
    others = [(one.file, one.text, one.digest) for one in published.exclude(pk=version.pk)]
    definition, trials = tried(version.file, version.text, published=others)
    version.trials = [trial.as_json() for trial in trials]
    if definition is None:
        load(version.text, file=version.file)
        raise AssertionError("a text that cannot be read was read")
    if (definition.code, definition.version) != (version.code, version.number):
        found = f"{definition.code} {definition.version}"
        raise AnotherProduct(field="text", found=found, expected=f"{version.code} {version.number}")
    if failed := [trial for trial in trials if not trial.passed]:
        raise TrialsFailed(field="text", count=len(failed), names=_names(failed))
    return definition


def _names(trials: Sequence[Trial]) -> str:
    return "；".join("；".join(trial.details) or trial.name for trial in trials)


def _tell(kind: EventKind, version: ProductVersion, *, by: Viewer, **more: Any) -> None:
    payload = {"version": version.number, "digest": version.digest, **more}
    record(kind, by=by.actor, subject=("product", version.code), payload=payload)
