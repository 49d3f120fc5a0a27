"""Ranked suggestions: which products fill which gaps, within the budget, why, and what each leaves out. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.money import Money
from keyuan.kernel.wording import in_language
from keyuan.products.rating import RiskRefused
from keyuan.products.suitability import Need, needs_met
from keyuan.sales.needs.facts import NeedsFacts
from keyuan.sales.needs.fitting import Fitted, fit, paid_up_at
from keyuan.sales.needs.gaps import Assumptions, Gap, gaps

if TYPE_CHECKING:
    from keyuan.products.definition import Definition

SAVES = frozenset({"maturity", "annuity", "survival"})
PENNIES = Decimal(1)
# At most this share of what is left goes to one need, so that the next is not left with nothing; the last takes all.
SHARES: Mapping[Need, Decimal] = {Need.CRITICAL_ILLNESS: Decimal("0.55"), Need.EDUCATION: Decimal("0.5")}

TEXTS: Mapping[str, str | Promise] = {
    # reasons
    "closes": _("补足“%(need)s”还缺的 %(short)s 元。"),
    "closes_part": _("“%(need)s”还缺 %(short)s 元，这份保 %(gives)s 元。"),
    "wished": _("您说最在意“%(need)s”。"),
    "within": _("一年 %(premium)s 元，在预算之内。"),
    "paid_by": _("%(age)s 岁前交清。"),
    "other_way": _("同一需求的另一种办法，可以对比。"),
    # what is left out
    "still_short": _("“%(need)s”仍缺 %(short)s 元。"),
    "no_money_back": _("平安到期不返还保险费。"),
    "waiting": _("生效后 %(days)s 天内因疾病出险，按等待期约定处理。"),
    "early_loss": _("头几年退保会有损失，只退现金价值。"),
    "not_guaranteed": _("红利不保证，可能为零。"),
    "one_year": _("保障一年，次年要重新投保或续保。"),
    "deductible": _("每年先自付 %(amount)s 元，超出部分才报销。"),
    "exclusions": _("有 %(count)s 项情形不赔，见责任免除。"),
    # why nothing is suggested
    "no_room": _("预算用完了，留到以后补。"),
    "not_taken": _("按目前的年龄或情况，没有可以投保的产品。"),
    "met": _("已有的保障已经足够。"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence by its code, said in the reader's language."""

    code: str
    gaps: Mapping[str, Any]

    def __str__(self) -> str:
        return str(TEXTS[self.code]) % self.gaps if self.gaps else str(TEXTS[self.code])


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One product for one need. ``chosen``: it is part of what the budget pays for; else another way for the same need."""

    need: Need
    definition: Definition
    raw: Mapping[str, Any]
    yearly: Money
    gives: Decimal
    short_after: Decimal
    chosen: bool
    reasons: tuple[Said, ...]
    leaves_out: tuple[Said, ...]

    @property
    def product(self) -> str:
        return self.definition.code

    @property
    def name(self) -> str:
        return self.definition.name.said(in_language("zh", "en"))


@dataclass(frozen=True, slots=True)
class Unmet:
    """A need for which nothing is suggested, and why."""

    gap: Gap
    why: Said


@dataclass(frozen=True, slots=True)
class Suggested:
    """``budget`` None: none is known. ``spent``: a year's premiums of what was chosen."""

    gaps: tuple[Gap, ...]
    budget: Decimal | None
    spent: Decimal
    suggestions: tuple[Suggestion, ...]
    unmet: tuple[Unmet, ...]

    @property
    def chosen(self) -> tuple[Suggestion, ...]:
        return tuple(one for one in self.suggestions if one.chosen)


def suggest(facts: NeedsFacts, numbers: Assumptions, offered: Sequence[Definition], *, on: date) -> Suggested:
    """Go through the gaps in order, spend the budget on them, and say what stays open."""
    found = gaps(facts, numbers)
    budget = budget_of(facts, numbers)
    spent = Decimal(0)
    suggestions: list[Suggestion] = []
    unmet: list[Unmet] = []
    queue = _in_order(facts, found)
    for place, gap in enumerate(queue):
        left = None if budget is None else max(budget - spent, Decimal(0))
        last = place == len(queue) - 1
        room = left if left is None or last else left * SHARES.get(gap.need, Decimal(1))
        ways = list(_ways(facts, gap, offered, room=room, on=on))
        if ways:
            suggestions += ways
            spent += ways[0].yearly.amount
        elif gap.short:
            refused = not _may_be_taken(facts, gap, offered, on=on)
            unmet.append(Unmet(gap, Said("not_taken" if refused else "no_room", {})))
    unmet += [Unmet(gap, Said("met", {})) for gap in found if not gap.short]
    ranked = sorted(suggestions, key=lambda one: not one.chosen)
    return Suggested(found, budget, spent, tuple(ranked), tuple(unmet))


def budget_of(facts: NeedsFacts, numbers: Assumptions) -> Decimal | None:
    """What they said; else a share of the household's income less what they pay already; None where neither is known."""
    if facts.budget is not None:
        return facts.budget
    income = facts.household_income if facts.household_income is not None else facts.income
    return None if income is None else max(income * numbers.budget_share - facts.paying, Decimal(0))


def _in_order(facts: NeedsFacts, found: Sequence[Gap]) -> list[Gap]:
    """Wishes first, else the usual order. Saving has no gap; it is answered where it is wished for."""
    queue = sorted((gap for gap in found if gap.short), key=lambda gap: gap.need not in facts.wishes)
    if Need.SAVING in facts.wishes:
        queue.append(Gap(Need.SAVING, Decimal(0), Decimal(0), ()))
    return queue


def _ways(
    facts: NeedsFacts, gap: Gap, offered: Sequence[Definition], *, room: Decimal | None, on: date
) -> Iterator[Suggestion]:
    """Products that answer the gap: the one that closes most of it first, then, where that is alike, the cheaper."""
    made = []
    for definition in offered:
        if gap.need in needs_met(definition) and not definition.for_group:
            found = fit(definition, facts, gap, room=room, on=on)
            if isinstance(found, Fitted):
                made.append((definition, found))
    made.sort(key=lambda pair: (-min(pair[1].gives, gap.short), pair[1].price.yearly.amount, pair[0].code))
    for place, (definition, found) in enumerate(made):
        yield _suggestion(facts, gap, definition, found, chosen=place == 0, budgeted=room is not None)


def _may_be_taken(facts: NeedsFacts, gap: Gap, offered: Sequence[Definition], *, on: date) -> bool:
    found = [one for one in offered if gap.need in needs_met(one) and not one.for_group]
    return any(not isinstance(fit(one, facts, gap, room=None, on=on), RiskRefused) for one in found)


def _suggestion(
    facts: NeedsFacts, gap: Gap, definition: Definition, found: Fitted, *, chosen: bool, budgeted: bool
) -> Suggestion:
    after = max(gap.short - found.gives, Decimal(0))
    return Suggestion(
        need=gap.need,
        definition=definition,
        raw=found.raw,
        yearly=found.price.yearly,
        gives=found.gives,
        short_after=after,
        chosen=chosen,
        reasons=tuple(_reasons(facts, gap, found, after, chosen=chosen, budgeted=budgeted)),
        leaves_out=tuple(_leaves_out(gap, definition, after)),
    )


def _reasons(
    facts: NeedsFacts, gap: Gap, found: Fitted, after: Decimal, *, chosen: bool, budgeted: bool
) -> Iterator[Said]:
    if gap.short:
        told = {"need": gap.need.label, "short": f"{gap.short:,.0f}", "gives": f"{found.gives:,.0f}"}
        yield Said("closes_part" if after else "closes", told)
    if gap.need in facts.wishes:
        yield Said("wished", {"need": gap.need.label})
    if budgeted:
        yield Said("within", {"premium": f"{found.price.yearly.amount:,.2f}"})
    age = paid_up_at(found.risk)
    if age is not None and found.price.years > 1:
        yield Said("paid_by", {"age": age})
    if not chosen:
        yield Said("other_way", {})


def _leaves_out(gap: Gap, definition: Definition, after: Decimal) -> Iterator[Said]:
    if after >= PENNIES:
        yield Said("still_short", {"need": gap.need.label, "short": f"{after:,.0f}"})
    if definition.dividends is not None:
        yield Said("not_guaranteed", {})
    if definition.long_term:
        yield Said("early_loss", {})
    else:
        yield Said("one_year", {})
    term = all(one.kind != "whole" for one in definition.terms.cover)
    if definition.long_term and term and not any(one.kind in SAVES and one.main for one in definition.coverages):
        yield Said("no_money_back", {})
    clock = definition.clocks.waiting_days
    if clock is not None and clock.value:
        yield Said("waiting", {"days": clock.value})
    paid = [one.deductible.yuan for one in definition.coverages if one.main and one.deductible and one.deductible.yuan]
    if gap.need == Need.MEDICAL and paid:
        yield Said("deductible", {"amount": f"{max(paid):,.0f}"})
    yield Said("exclusions", {"count": len(definition.exclusions)})
