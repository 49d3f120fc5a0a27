"""Every write of products: a version is drafted, changed, submitted, and published by another person; or withdrawn.

The text is kept whole with its digest. What was published never changes: a quote that pinned it prices as it did.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from keyuan.accounts.four_eyes import FourEyes, Kinds, Refusals, digest_of
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
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
from keyuan.products.trials import Trial, tried

EYES = FourEyes(
    ProductVersion,
    subject="product",
    write=Permission.DEFINE_PRODUCTS,
    approve=Permission.PUBLISH_PRODUCTS,
    moves=MOVES,
    kinds=Kinds(
        drafted=events.DRAFTED,
        changed=events.CHANGED,
        submitted=events.SUBMITTED,
        returned=events.RETURNED,
        published=events.PUBLISHED,
        discarded=events.DISCARDED,
    ),
    refuse=Refusals(
        not_found=lambda code, number: VersionNotFound(code=code, number=number),
        not_a_draft=NotADraft,
        changed_meanwhile=ChangedMeanwhile,
        reason_missing=ReasonMissing,
        second_person=SecondPersonNeeded,
        whole_company=WholeCompanyNeeded,
    ),
)
_CODE = re.compile(r"^code:.*$", re.MULTILINE)
_VERSION = re.compile(r"^version:.*$", re.MULTILINE)
_FROM = re.compile(r"^effective_from:.*$", re.MULTILINE)
_UNTIL = re.compile(r"^effective_until:.*\n", re.MULTILINE)


@transaction.atomic
def draft_version(code: str, *, by: Viewer) -> ProductVersion:
    """A draft of the next version, begun from the text of the latest. Raises ProductNotFound or DraftExists."""
    EYES.require(by, Permission.DEFINE_PRODUCTS)
    known = EYES.held(code)
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
    EYES.require(by, Permission.DEFINE_PRODUCTS)
    definition = load(text, file="new.yaml")
    if ProductVersion.objects.filter(code=definition.code).exists():
        raise DraftExists(code=definition.code, number=1)
    if definition.version != 1:
        raise AnotherProduct(found=f"{definition.code} {definition.version}", expected=f"{definition.code} 1")
    return _new(definition.code, 1, text, by=by)


def _new(code: str, number: int, text: str, *, by: Viewer) -> ProductVersion:
    made = ProductVersion(code=code, number=number)
    _write(made, text)
    return EYES.draft(made, by=by)


@transaction.atomic
def change_draft(code: str, number: int, text: str, *, seen_digest: str, by: Viewer) -> ProductVersion:
    """Other text for a draft, also one that has faults still. ``seen_digest``: of the text that was open.

    Raises NotADraft, or ChangedMeanwhile if somebody saved since.
    """
    draft = EYES.opened(code, number, seen_digest=seen_digest, by=by)
    text = text.replace("\r\n", "\n")
    if digest_of(text) == draft.digest:
        return draft
    _write(draft, text)
    return EYES.changed(draft, by=by)


def submit_version(code: str, number: int, *, by: Viewer) -> ProductVersion:
    """Ask for approval of a draft that passes every trial. Raises BadDefinition, AnotherProduct or TrialsFailed."""
    return EYES.submit(code, number, check=_dated, by=by)


def _dated(draft: ProductVersion) -> Mapping[str, Any]:
    definition = _sound(draft)
    draft.effective_from, draft.effective_until = definition.effective_from, definition.effective_until
    return {}


def return_version(code: str, number: int, *, reason: str, by: Viewer) -> ProductVersion:
    """Back to its authors with a reason. Raises ReasonMissing."""
    return EYES.send_back(code, number, reason=reason, by=by)


def publish_version(code: str, number: int, *, by: Viewer) -> ProductVersion:
    """Put a submitted version into force from its day on. Raises SecondPersonNeeded to whoever wrote any of it.

    All trials run again: another version may have been published since.
    """
    return EYES.publish(code, number, check=_entered, by=by)


def _entered(version: ProductVersion) -> Mapping[str, Any]:
    definition = _sound(version)
    if definition.effective_from < today():
        raise StartsInThePast(number=version.number, since=definition.effective_from)
    enter(definition)
    return {"from": str(definition.effective_from), "trials": [trial["name"] for trial in version.trials]}


@transaction.atomic
def withdraw_version(code: str, number: int, *, reason: str, by: Viewer) -> ProductVersion:
    """No new business under it from today on; what pinned it keeps it. The version before it is in force again."""
    EYES.require(by, Permission.PUBLISH_PRODUCTS)
    version = EYES.advancing(code, number, to=VersionState.WITHDRAWN)
    version.remark = EYES.reason(reason)
    version.withdrawn_by, version.withdrawn_at, version.withdrawn_on = by.actor.name, now(), today()
    version.save()
    EYES.tell(events.WITHDRAWN, version, by=by, reason=version.remark)
    return version


def discard_draft(code: str, number: int, *, by: Viewer) -> None:
    """Throw a draft away; the line in the log keeps its digest."""
    EYES.discard(code, number, by=by)


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
