"""The building blocks of a product as a person reads them: groups of name, value and where the value comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from keyuan.products.clocks import clock
from keyuan.products.definition.schema import Definition, Dividends, Loan, Scenario
from keyuan.products.describing.words import age, classes, listed, mode, percent, spans, years, yuan
from keyuan.products.vocabulary import VALUES, word


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and a value in words; ``note``: where it comes from, or a remark."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Some facts under a title."""

    title: str
    facts: tuple[Fact, ...]


def sections(it: Definition, language: str, *, on: date, channel: str = "") -> tuple[Section, ...]:
    """All groups that have something to say. ``on``: the day whose legal periods hold; ``channel``: how it is sold."""
    found = (
        Section(_("投保条件"), (*_insured(it), *_object(it, language), *_sums(it), *_channels(it))),
        Section(_("期间与缴费"), _terms(it)),
        Section(_("合同期限"), _clocks(it, on, channel)),
        Section(_("现金价值、贷款和红利"), _worth(it)),
        Section(_("续保与佣金"), _after(it, language)),
    )
    return tuple(section for section in found if section.facts)


def _insured(it: Definition) -> tuple[Fact, ...]:
    found = []
    if it.insured is not None:
        ages = _("%(low)s至%(high)s") % {"low": age(it.insured.min_age), "high": age(it.insured.max_age)}
        last = it.insured.renewal_max_age
        note = _("续保至%(age)s") % {"age": age(last)} if last else ""
        found += [
            Fact(_("投保年龄"), ages, note),
            Fact(_("职业类别"), classes(it.insured.occupation_classes)),
            Fact(_("与投保人的关系"), listed(word(one) for one in it.insured.relations)),
        ]
    if it.group is not None:
        gaps = {"people": it.group.min_people, "share": percent(it.group.participation)}
        found.append(Fact(_("团体"), _("至少%(people)s人，参保比例不低于%(share)s") % gaps))
    if "company" in it.holders:
        found.append(Fact(pgettext("产品", "投保人"), listed(word(f"holder_{one}") for one in it.holders)))
    return tuple(found)


def _object(it: Definition, language: str) -> tuple[Fact, ...]:
    if it.object is None:
        return ()
    found = [Fact(_("可保的种类"), listed(it.label(code, language) for code in it.object.classes))]
    if it.object.uses:
        found.append(Fact(pgettext("费率", "用途"), listed(it.label(code, language) for code in it.object.uses)))
    if it.object.oldest_years is not None:
        found.append(Fact(_("投保时的使用年限"), _("至多%(years)s年") % {"years": it.object.oldest_years}))
    return tuple(found)


def _sums(it: Definition) -> tuple[Fact, ...]:
    told = it.sum_insured
    if told is None:
        return ()
    gaps = {"min": yuan(told.min), "max": yuan(told.max), "step": yuan(told.step)}
    found = [Fact(str(VALUES[told.meaning]), _("%(min)s至%(max)s，每%(step)s一档") % gaps)]
    for cap in told.minors:
        most = _("不满%(age)s周岁身故保额至多%(most)s") % {"age": cap.until_age, "most": yuan(cap.most)}
        found.append(Fact(_("未成年人"), most, cap.source))
    return tuple(found)


def _channels(it: Definition) -> tuple[Fact, ...]:
    found = [Fact(pgettext("产品", "销售渠道"), listed(word(one) for one in it.channels))]
    if it.questionnaire:
        found.append(Fact(_("告知问卷"), word(f"questionnaire_{it.questionnaire}")))
    return tuple(found)


def _terms(it: Definition) -> tuple[Fact, ...]:
    payment = it.terms.payment
    until = _("交清不晚于%(age)s岁") % {"age": payment.until_age} if payment.until_age else ""
    found = [
        Fact(_("保障期间"), spans(it.terms.cover)),
        Fact(_("缴费方式"), listed(mode(one) for one in payment.modes)),
        Fact(_("缴费期间"), spans(payment.years), until),
    ]
    payout = it.terms.payout
    if payout is not None:
        for sex, ages in payout.ages.items():
            start = _("%(sex)s%(ages)s岁") % {"sex": word(sex), "ages": listed(map(str, ages))}
            found.append(Fact(_("开始领取"), start))
        found.append(Fact(_("领取频率"), listed(word(one) for one in payout.every)))
        if payout.guaranteed_years:
            told = listed(years(number) for number in payout.guaranteed_years)
            found.append(Fact(_("保证领取"), told))
    return tuple(found)


def _clocks(it: Definition, on: date, channel: str) -> tuple[Fact, ...]:
    named = {
        "cooling_off_days": _("犹豫期"),
        "waiting_days": _("等待期"),
        "grace_days": pgettext("产品", "宽限期"),
        "reinstatement_years": _("复效期"),
        "contest_days": _("不可抗辩期"),
    }
    told = {name: clock(it, name, on=on, channel=channel) for name in named}
    return tuple(
        Fact(
            named[name],
            years(one.number) if name.endswith("_years") else _("%(days)s天") % {"days": one.number},
            one.source,
        )
        for name, one in told.items()
        if one is not None
    )


def _worth(it: Definition) -> tuple[Fact, ...]:
    basis = it.cash_value.basis
    value = str(VALUES[f"basis_{basis}"])
    if basis == "policy_value" and it.cash_value.start_regular is not None:
        gaps = {"share": percent(it.cash_value.start_regular), "years": it.cash_value.full_after_years or 1}
        value = _("保单价值的%(share)s起，第%(years)s年起为全额") % gaps
    found = [Fact(_("现金价值"), value, it.cash_value.source)]
    if it.cash_value.reduced_paid_up:
        found.append(Fact(_("减额交清"), _("可以办理")))
    return (*found, *_loan(it.loan), *_dividends(it.dividends))


def _loan(loan: Loan | None) -> tuple[Fact, ...]:
    if loan is None:
        return ()
    gaps = {"share": percent(loan.share_of_cash_value), "rate": percent(loan.rate), "months": loan.months}
    found = [Fact(_("保单贷款"), _("至多现金价值的%(share)s，年利率%(rate)s，每次%(months)s个月") % gaps, loan.source)]
    return (*found, Fact(_("自动垫交"), _("可以选择"))) if loan.automatic_premium_loan else tuple(found)


def _dividends(told: Dividends | None) -> tuple[Fact, ...]:
    if told is None:
        return ()
    share = _("可分配盈余的%(share)s归客户，不保证") % {"share": percent(told.customer_share)}
    return (
        Fact(_("红利"), share, told.source),
        Fact(_("红利领取"), listed(word(one) for one in told.uses)),
        Fact(_("演示低档"), _scenario(told.low), _("不保证")),
        Fact(_("演示中档"), _scenario(told.middle), _("不保证")),
    )


def _scenario(told: Scenario) -> str:
    gaps = {
        "interest": percent(told.interest),
        "mortality": percent(told.mortality),
        "expenses": percent(told.expenses),
    }
    return _("投资回报%(interest)s，死亡为预期的%(mortality)s，费用为预期的%(expenses)s") % gaps


def _after(it: Definition, language: str) -> tuple[Fact, ...]:
    value = str(VALUES[f"renewal_{it.renewal.kind}"])
    if it.renewal.until_age:
        value = _("%(how)s，至%(age)s岁") % {"how": value, "age": it.renewal.until_age}
    found = [Fact(pgettext("产品", "续保"), value, it.renewal.note.said(language) if it.renewal.note else "")]
    commission = [
        _("第%(year)s年%(share)s") % {"year": one.year, "share": percent(one.share)}
        + (_("（%(channel)s）") % {"channel": word(one.channel)} if one.channel else "")
        for one in it.commission
    ]
    if commission:
        found.append(Fact(pgettext("产品", "佣金"), listed(commission)))
    return tuple(found)
