"""What a definition says that cannot be right although each value is of its type. Pure; paths lead to the lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.products.definition.faults import Path
from keyuan.products.definition.findings import Finding
from keyuan.products.definition.numbers import clocks, money, sums, terms
from keyuan.products.definition.rates import rates
from keyuan.products.definition.schema import Definition
from keyuan.products.definition.vocabulary import OBJECT_LINES, QUESTIONNAIRES


def findings(definition: Definition) -> tuple[Finding, ...]:
    """Everything in one definition that contradicts itself or names something that is not there."""
    checks = (_dates, _codes_once, _who, _codes, _riders, sums, terms, clocks, money, rates)
    return tuple(finding for check in checks for finding in check(definition))


def _dates(it: Definition) -> Iterator[Finding]:
    if it.effective_until is not None and it.effective_until <= it.effective_from:
        yield Finding(("effective_until",), _("终止日 %(until)s 不晚于生效日 %(since)s。"), _days(it))


def _days(it: Definition) -> dict[str, Any]:
    return {"until": it.effective_until, "since": it.effective_from}


def _codes_once(it: Definition) -> Iterator[Finding]:
    for name in ("coverages", "riders", "plans", "exclusions"):
        codes = [part.code for part in getattr(it, name)]
        for place, code in enumerate(codes):
            if code in codes[:place]:
                yield Finding((name, place, "code"), _("代码 %(code)s 用了两次。"), {"code": code})
    shared = {rider.code for rider in it.riders} & {coverage.code for coverage in it.coverages}
    for place, rider in enumerate(it.riders):
        if rider.code in shared:
            yield Finding(("riders", place, "code"), _("附加险 %(code)s 与一项责任同名。"), {"code": rider.code})


def _who(it: Definition) -> Iterator[Finding]:
    if it.insured is not None:
        low, high = it.insured.min_age, it.insured.max_age
        if (low.years, low.days) > (high.years, high.days) and low.years >= high.years:
            yield Finding(
                ("insured", "max_age"), _("最高年龄 %(high)s 低于最低年龄 %(low)s。"), {"high": high, "low": low}
            )
    if it.line in OBJECT_LINES and it.object is None:
        yield Finding((), _("财产类产品要写明保险标的（object）。"))
    if it.line not in OBJECT_LINES and it.insured is None:
        yield Finding((), _("人身险产品要写明被保险人（insured）。"))
    if it.for_group != (it.group is not None):
        yield Finding(("for_group",), _("团体产品要写 for_group: true 和 group，其他产品都不写。"))


def _unknown(path: Path, codes: Iterable[str], known: Iterable[str]) -> Iterator[Finding]:
    names = set(known)
    for place, code in enumerate(codes):
        if code not in names:
            yield Finding((*path, place), _("没有代码为 %(code)s 的责任或附加险。"), {"code": code})


def _codes(it: Definition) -> Iterator[Finding]:
    known = [coverage.code for coverage in it.coverages]
    for place, exclusion in enumerate(it.exclusions):
        yield from _unknown(("exclusions", place, "coverages"), exclusion.coverages, known)
    for place, papers in enumerate(it.documents):
        yield from _unknown(("documents", place, "coverages"), papers.coverages, known)
    asked = {code for papers in it.documents for code in papers.coverages}
    for place, coverage in enumerate(it.coverages):
        if coverage.code not in asked:
            yield Finding(
                ("coverages", place), _("没有写明责任 %(code)s 的理赔单证（documents）。"), {"code": coverage.code}
            )
    if it.questionnaire is not None and it.questionnaire not in QUESTIONNAIRES:
        yield Finding(("questionnaire",), _("没有代码为 %(code)s 的告知问卷。"), {"code": it.questionnaire})


def _riders(it: Definition) -> Iterator[Finding]:
    coverages = {coverage.code: coverage for coverage in it.coverages}
    known = [*coverages, *(rider.code for rider in it.riders)]
    for place, rider in enumerate(it.riders):
        yield from _unknown(("riders", place, "coverages"), rider.coverages, coverages)
        yield from _unknown(("riders", place, "requires"), rider.requires, known)
        yield from _unknown(("riders", place, "excludes"), rider.excludes, known)
        for both in sorted(set(rider.requires) & set(rider.excludes)):
            yield Finding(
                ("riders", place, "excludes"),
                _("附加险 %(code)s 既要求又排除 %(both)s。"),
                {"code": rider.code, "both": both},
            )
        for number, code in enumerate(rider.coverages):
            if code in coverages and coverages[code].main:
                yield Finding(
                    ("riders", place, "coverages", number),
                    _("责任 %(code)s 是主险责任，不能又作附加险责任。"),
                    {"code": code},
                )
    carried = {code for rider in it.riders for code in rider.coverages}
    for place, coverage in enumerate(it.coverages):
        if not coverage.main and coverage.code not in carried:
            yield Finding(
                ("coverages", place, "main"),
                _("责任 %(code)s 不是主险责任，却没有附加险带上它。"),
                {"code": coverage.code},
            )
    if circle := _circle({rider.code: rider.requires for rider in it.riders}):
        place = next(number for number, rider in enumerate(it.riders) if rider.code == circle[0])
        yield Finding(
            ("riders", place, "requires"), _("附加险互相依赖，成了一个圈：%(circle)s。"), {"circle": " → ".join(circle)}
        )


def _circle(needs: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """A chain of riders that comes back to its beginning; empty if there is none."""
    for start in needs:
        trail: list[str] = [start]
        open_ways = [iter(needs[start])]
        while open_ways:
            code = next(open_ways[-1], None)
            if code is None:
                open_ways.pop()
                trail.pop()
            elif code == start:
                return (*trail, start)
            elif code in needs and code not in trail:
                trail.append(code)
                open_ways.append(iter(needs[code]))
    return ()
