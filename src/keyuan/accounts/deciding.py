"""The pages of four eyes: what every room's version page shows of the order of things, and the step that is taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext

from keyuan.accounts.four_eyes import Version
from keyuan.accounts.scope import Viewer

STEPS = ("submit", "return", "publish", "withdraw", "discard")


class WayStep(NamedTuple):
    """One thing that happened to a version."""

    word: str
    who: str
    at: datetime | None
    note: str | Promise = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """A version between its authors and whoever puts it into force. ``address``: of each step, by its name."""

    state: str
    remark: str
    digest: str
    is_author: bool
    may_write: bool
    may_publish: bool
    address: Mapping[str, str]
    way: tuple[WayStep, ...]
    before_submitting: str | Promise = ""
    before_publishing: str | Promise = ""


def eyes(
    row: Version,
    *,
    state: str,
    route: str,
    may_write: bool,
    may_publish: bool,
    viewer: Viewer,
    submitted_note: str | Promise = "",
    before_submitting: str | Promise = "",
    before_publishing: str | Promise = "",
) -> Eyes:
    """What the page of a version shows of it; ``route`` takes code, number and step."""
    way = [WayStep(pgettext("版本", "起草"), row.drafted_by, row.drafted_at)]
    if row.submitted_at is not None:
        way.append(WayStep(pgettext("版本", "提交"), row.submitted_by, row.submitted_at, submitted_note))
    if row.published_at is not None:
        way.append(WayStep(pgettext("版本", "发布"), row.published_by, row.published_at))
    if (withdrawn := getattr(row, "withdrawn_at", None)) is not None:
        way.append(WayStep(pgettext("版本", "撤回"), getattr(row, "withdrawn_by", ""), withdrawn))
    return Eyes(
        state=state,
        remark=row.remark,
        digest=row.digest,
        is_author=viewer.user_id in row.authors,
        may_write=may_write,
        may_publish=may_publish,
        address={step: reverse(route, args=[row.code, row.number, step]) for step in STEPS},
        way=tuple(way),
        before_submitting=before_submitting,
        before_publishing=before_publishing,
    )


def take(step: str, ways: Mapping[str, Callable[[], object]]) -> None:
    """Take the step of this name; one that the room does not know does not exist."""
    if step not in ways:
        raise Http404
    ways[step]()
