"""When policies ended: what the clocks that run after the end are counted from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from keyuan.accounts.scope import Viewer
from keyuan.policies.models import PolicyFact, PolicyTerm
from keyuan.policies.queries.scope import visible
from keyuan.policies.states import ENDINGS


class Ended(NamedTuple):
    """``on``: the first day without cover; None while the policy has not ended. ``long_term``: more than a year of cover."""

    on: date | None
    long_term: bool


def ended(numbers: Collection[str], *, viewer: Viewer, on: date) -> dict[str, Ended]:
    """The policies of these numbers in scope, by number, as known on the day. A later term outlives an ending."""
    rows = list(
        visible(viewer).filter(number__in=list(numbers)).values_list("pk", "number", "product__long_term", "ends_on")
    )
    ids = [pk for pk, *_rest in rows]
    endings: dict[int, date] = {}
    facts = PolicyFact.objects.filter(policy__in=ids, kind__in=ENDINGS, on__lte=on).order_by("on")
    for policy, day in facts.values_list("policy_id", "on"):
        endings[policy] = day
    terms: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for policy, starts, ends in PolicyTerm.objects.filter(policy__in=ids).values_list(
        "policy_id", "starts_on", "ends_on"
    ):
        terms[policy].append((starts, ends))
    found = {}
    for pk, number, long_term, ends_on in rows:
        last = _last_day(endings.get(pk), terms[pk], ends_on)
        found[number] = Ended(last if last is not None and last <= on else None, long_term)
    return found


def _last_day(ending: date | None, terms: list[tuple[date, date | None]], ends_on: date | None) -> date | None:
    if ending is None:
        return ends_on
    later = [ends for starts, ends in terms if starts > ending]
    if None in later:
        return None
    return max([ending, *(one for one in later if one is not None)])
