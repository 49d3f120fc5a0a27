"""A definition in words: lengths of time, what a coverage pays, the building blocks as pairs of name and value."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keyuan.products.clocks import clock
from keyuan.products.definition.coverage import Amount, Coverage
from keyuan.products.definition.schema import Definition
from keyuan.products.definition.values import Age, Span


def spans(found: Iterable[Span]) -> str:
    """Lengths of time, one after the other."""
    return _("、").join(_span(one) for one in found)


def _span(one: Span) -> str:
    if one.kind == "years":
        return ngettext("%(number)s年", "%(number)s年", one.number) % {"number": one.number}
    if one.kind == "to_age":
        return _("至%(number)s岁") % {"number": one.number}
    if one.kind == "days":
        return _("%(least)s至%(most)s天") % {"least": one.number, "most": one.most}
    return _("终身") if one.kind == "whole" else _("趸交")


def age(one: Age) -> str:
    """An age in years, or an infant's in days."""
    return _("%(days)s天") % {"days": one.days} if one.days else _("%(years)s周岁") % {"years": one.years}


def mode(months: int) -> str:
    """A payment mode by its months."""
    return {0: _("趸交"), 1: _("月交"), 3: _("季交"), 6: _("半年交"), 12: _("年交")}[months]


def yuan(amount: Decimal) -> str:
    """An amount with thousands."""
    return f"¥{amount:,.2f}".removesuffix(".00")


def percent(share: Decimal) -> str:
    """A share in per cent."""
    return f"{(share * 100).normalize():f}%"


def pays(coverage: Coverage) -> str:
    """What a coverage pays, in a line."""
    parts = [_amount(one) for one in coverage.benefit.amounts]
    text = _("；").join(parts)
    if len(parts) > 1:
        text = _("取较大者：%(parts)s") % {"parts": text}
    return _("；").join([_how(coverage) % {"amount": text}, *_limits(coverage)])


def _how(coverage: Coverage) -> str:
    return {
        "once": _("一次给付%(amount)s"),
        "per_event": _("每次给付%(amount)s"),
        "per_day": _("每天给付%(amount)s"),
        "per_hours": _("每满规定小时给付%(amount)s"),
        "expenses": _("报销%(amount)s"),
        "by_grade": _("按伤残等级给付%(amount)s"),
        "yearly": _("每年给付%(amount)s"),
        "monthly": _("每月给付%(amount)s"),
        "at_end": _("期满给付%(amount)s"),
    }[coverage.benefit.pays]


def _amount(one: Amount) -> str:
    if one.of == "fixed":
        return yuan(one.yuan or Decimal(0))
    what = {
        "sum_insured": _("保额"),
        "premiums_paid": _("已交保险费"),
        "cash_value": _("现金价值"),
        "yearly_premium": _("年交保险费"),
        "expenses": _("合理费用"),
        "loss": _("实际损失"),
    }[one.of]
    text = what if one.share == 1 else _("%(what)s的%(share)s") % {"what": what, "share": percent(one.share)}
    return text + _while(one)


def _while(one: Amount) -> str:
    if one.from_age is not None and one.until_age is not None:
        return _("（%(since)s至%(last)s岁）") % {"since": one.from_age, "last": one.until_age - 1}
    if one.until_age is not None:
        return _("（%(age)s岁前）") % {"age": one.until_age}
    if one.from_age is not None:
        return _("（%(age)s岁起）") % {"age": one.from_age}
    return _("（开始领取前）") if one.phase == "before_payout" else ""


def _limits(coverage: Coverage) -> list[str]:
    found = []
    deductible = coverage.deductible
    if deductible is not None and deductible.yuan:
        found.append(_("免赔额%(amount)s") % {"amount": yuan(deductible.yuan)})
    if deductible is not None and deductible.share:
        found.append(_("免赔率%(share)s") % {"share": percent(deductible.share)})
    if coverage.waiting_days:
        found.append(_("等待期%(days)s天") % {"days": coverage.waiting_days})
    if coverage.limits is not None and coverage.limits.per_event:
        found.append(_("每次限额%(amount)s") % {"amount": yuan(coverage.limits.per_event)})
    return found


def facts(it: Definition, *, on: date) -> list[tuple[str, str]]:
    """The building blocks of a product, those that it has."""
    return [(name, value) for name, value in (*_entry(it), *_money(it), *_clocks(it, on), *_after(it)) if value]


def _entry(it: Definition) -> list[tuple[str, str]]:
    found = []
    if it.insured is not None:
        ages = _("%(low)s至%(high)s") % {"low": age(it.insured.min_age), "high": age(it.insured.max_age)}
        found += [(_("投保年龄"), ages), (_("职业类别"), _("、").join(map(str, it.insured.occupation_classes)))]
    if it.group is not None:
        gaps = {"people": it.group.min_people, "share": percent(it.group.participation)}
        found.append((_("团体"), _("至少%(people)s人，参保比例不低于%(share)s") % gaps))
    if it.sum_insured is not None:
        gaps = {"min": yuan(it.sum_insured.min), "max": yuan(it.sum_insured.max), "step": yuan(it.sum_insured.step)}
        found.append((_("保额"), _("%(min)s至%(max)s，每%(step)s一档") % gaps))
    modes = _("、").join(mode(one) for one in it.terms.payment.modes)
    found += [(_("保障期间"), spans(it.terms.cover)), (_("缴费方式"), modes)]
    return [*found, (_("缴费期间"), spans(it.terms.payment.years))]


def _money(it: Definition) -> list[tuple[str, str]]:
    loan = "" if it.loan is None else _("至多现金价值的%(share)s") % {"share": percent(it.loan.share_of_cash_value)}
    dividends = ""
    if it.dividends is not None:
        dividends = _("可分配盈余的%(share)s，不保证") % {"share": percent(it.dividends.customer_share)}
    interest = percent(it.rating.interest) if it.rating.interest is not None else ""
    commission = _("、").join(f"{percent(one.share)}" for one in it.commission)
    return [(_("预定利率"), interest), (_("保单贷款"), loan), (_("红利"), dividends), (_("佣金"), commission)]


def _clocks(it: Definition, on: date) -> list[tuple[str, str]]:
    labels = {
        "waiting_days": _("等待期（天）"),
        "cooling_off_days": _("犹豫期（天）"),
        "grace_days": _("宽限期（天）"),
        "reinstatement_years": _("复效期（年）"),
    }
    told = {name: clock(it, name, on=on) for name in labels}
    return [(labels[name], str(one.number)) for name, one in told.items() if one is not None]


def _after(it: Definition) -> list[tuple[str, str]]:
    kinds = {"none": "", "offered": _("可申请，需同意"), "guaranteed": _("保证续保")}
    return [(_("续保"), kinds[it.renewal.kind])]
