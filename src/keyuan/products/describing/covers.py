"""What a coverage pays, and under which conditions, in a line."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from keyuan.products.definition.coverage import Amount, Coverage
from keyuan.products.describing.words import listed, percent, yuan


def pays(coverage: Coverage) -> str:
    """What a coverage pays, in a line."""
    parts = [_amount(one) for one in coverage.benefit.amounts]
    text = _("；").join(parts)
    if len(parts) > 1:
        text = _("取较大者：%(parts)s") % {"parts": text}
    return _how(coverage) % {"amount": text}


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


def conditions(coverage: Coverage) -> list[str]:
    """Deductible, share paid back, waiting period and limits, one each."""
    return [*_deductible(coverage), *_reimbursement(coverage), *_waiting(coverage), *_limits(coverage)]


def _deductible(coverage: Coverage) -> list[str]:
    told = coverage.deductible
    if told is None:
        return []
    found = [_("免赔额%(amount)s") % {"amount": yuan(told.yuan)}] if told.yuan else []
    found += [_("免赔率%(share)s") % {"share": percent(told.share)}] if told.share else []
    if told.choices:
        found.append(_("免赔额可选%(amounts)s") % {"amounts": listed(map(yuan, told.choices))})
    return found


def _reimbursement(coverage: Coverage) -> list[str]:
    told = coverage.reimbursement
    if told is None:
        return []
    found = [_("报销%(amount)s") % {"amount": percent(told.share)}]
    if told.without_social is not None:
        found.append(_("未经社保结算的%(share)s") % {"share": percent(told.without_social)})
    return [*found, _("含社保目录外") if told.outside_social_list else _("限社保目录内")]


def _waiting(coverage: Coverage) -> list[str]:
    return [_("等待期%(days)s天") % {"days": coverage.waiting_days}] if coverage.waiting_days else []


def _limits(coverage: Coverage) -> list[str]:
    told = coverage.limits
    if told is None:
        return []
    named = (
        (told.per_event, _("每次限额%(amount)s")),
        (told.per_day, _("每天限额%(amount)s")),
        (told.per_year, _("每年限额%(amount)s")),
        (told.lifetime, _("累计限额%(amount)s")),
    )
    found = [words % {"amount": yuan(amount)} for amount, words in named if amount]
    if told.days_per_event:
        found.append(_("每次至多%(days)s天") % {"days": told.days_per_event})
    if told.days_per_year:
        found.append(_("每年至多%(days)s天") % {"days": told.days_per_year})
    if told.choices:
        found.append(_("限额可选%(amounts)s") % {"amounts": listed(map(yuan, told.choices))})
    return found
