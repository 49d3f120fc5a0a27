"""Sums, terms, clocks and money of a definition: what contradicts itself. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from keyuan.deadlines.parameters import parameters
from keyuan.products.definition.findings import Finding
from keyuan.products.definition.schema import Clock, Definition


def sums(it: Definition) -> Iterator[Finding]:
    """The sum insured and the plans."""
    if it.sum_insured is not None:
        yield from _sum_insured(it)
    always = {coverage.code for coverage in it.coverages if coverage.main and not coverage.optional}
    known = {coverage.code for coverage in it.coverages}
    for place, plan in enumerate(it.plans):
        for code in sorted(plan.sums.keys() - known):
            yield Finding(("plans", place, "sums", code), _("没有代码为 %(code)s 的责任或附加险。"), {"code": code})
        for code in sorted(always - plan.sums.keys()):
            gaps = {"plan": plan.code, "code": code}
            yield Finding(("plans", place, "sums"), _("计划 %(plan)s 没有责任 %(code)s 的保额。"), gaps)


def _sum_insured(it: Definition) -> Iterator[Finding]:
    sum_insured = it.sum_insured
    if sum_insured is None:
        return
    if sum_insured.max < sum_insured.min:
        gaps = {"max": sum_insured.max, "min": sum_insured.min}
        yield Finding(("sum_insured", "max"), _("最高保额 %(max)s 低于最低保额 %(min)s。"), gaps)
    elif not sum_insured.min <= sum_insured.default <= sum_insured.max:
        yield Finding(
            ("sum_insured", "default"), _("默认保额 %(default)s 不在可选范围内。"), {"default": sum_insured.default}
        )
    elif (sum_insured.default - sum_insured.min) % sum_insured.step or (
        sum_insured.max - sum_insured.min
    ) % sum_insured.step:
        yield Finding(
            ("sum_insured", "step"), _("从最低保额起按步长 %(step)s 到不了默认或最高保额。"), {"step": sum_insured.step}
        )


def terms(it: Definition) -> Iterator[Finding]:
    """Cover, payment and payout."""
    longest = max((span.number for span in it.terms.cover if span.kind == "years"), default=None)
    only_years = all(span.kind == "years" for span in it.terms.cover)
    for place, span in enumerate(it.terms.cover):
        if span.kind == "single":
            yield Finding(("terms", "cover", place), _("保障期间不能写 single。"))
        if it.insured and span.kind == "to_age" and span.number <= it.insured.min_age.years:
            gaps = {"age": span.number}
            yield Finding(("terms", "cover", place), _("保障到%(age)s岁，没有人能在此前投保。"), gaps)
    payment = it.terms.payment
    for place, span in enumerate(payment.years):
        if span.kind in ("whole", "days"):
            yield Finding(("terms", "payment", "years", place), _("缴费期间写年数、到某岁或 single。"))
        elif only_years and longest is not None and span.kind == "years" and span.number > longest:
            gaps = {"years": span.number, "longest": longest}
            yield Finding(
                ("terms", "payment", "years", place), _("缴费%(years)s年，长过最长的保障期间%(longest)s年。"), gaps
            )
    single = any(span.kind == "single" for span in payment.years)
    if single != (0 in payment.modes):
        yield Finding(("terms", "payment", "modes"), _("趸交要在 modes 里写 0，并在 years 里写 single，两处要一致。"))
    for mode in payment.modes:
        if it.rating.mode_factors and mode not in it.rating.mode_factors:
            yield Finding(("rating", "mode_factors"), _("缴费方式 %(mode)s 没有系数。"), {"mode": mode})


def clocks(it: Definition) -> Iterator[Finding]:
    """The periods, each from its parameter or its own source."""
    known = {parameter.key for parameter in parameters().all()}
    for name in type(it.clocks).model_fields:
        clock: Clock | None = getattr(it.clocks, name)
        if clock is None:
            continue
        path = ("clocks", name)
        if (clock.parameter is None) == (clock.value is None):
            yield Finding(path, _("要么写 parameter（法定期限的参数），要么写 value 和 source，两者只取其一。"))
        elif clock.parameter is not None and clock.parameter not in known:
            yield Finding((*path, "parameter"), _("没有名为 %(key)s 的参数。"), {"key": clock.parameter})
        elif clock.value is not None and not clock.source:
            yield Finding(path, _("自定的期限要写明出处（source）。"))
    if it.long_term and it.clocks.cooling_off_days is None:
        yield Finding(("clocks",), _("长期险要有犹豫期（cooling_off_days）。"))


def money(it: Definition) -> Iterator[Finding]:
    """Cash value, loan, dividends and commission."""
    if it.loan is not None and it.cash_value.basis != "policy_value":
        yield Finding(("loan",), _("没有现金价值的产品不能有保单贷款。"))
    if (it.line == "participating") != (it.dividends is not None):
        yield Finding(("dividends",) if it.dividends else (), _("分红险要写红利（dividends），其他产品不写。"))
    if it.dividends and it.dividends.low.interest > it.dividends.middle.interest:
        yield Finding(("dividends", "low", "interest"), _("低档利率高于中档利率。"))
    if it.cash_value.basis == "policy_value" and None in (it.cash_value.start_regular, it.cash_value.full_after_years):
        yield Finding(("cash_value",), _("现金价值按保单价值计算时，要写 start_regular 和 full_after_years。"))
    seen: set[tuple[int, str | None]] = set()
    for place, commission in enumerate(it.commission):
        if (commission.year, commission.channel) in seen:
            yield Finding(("commission", place, "year"), _("第%(year)s年的佣金写了两次。"), {"year": commission.year})
        seen.add((commission.year, commission.channel))
