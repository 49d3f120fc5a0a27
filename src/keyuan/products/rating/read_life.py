"""What somebody says about a life, checked against a definition: age, sum, terms, riders, what factors ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from keyuan.products.definition.values import OLDEST, Sex, Span, span
from keyuan.products.rating.reader import Reader
from keyuan.products.rating.risks import LifeRisk

if TYPE_CHECKING:
    from keyuan.products.definition.schema import Definition, Payout, Rider, SumInsured

MODES = {"0": 0, "1": 1, "3": 3, "6": 6, "12": 12}
# What a risk says of itself; other names on the axes of tables and among factors are answers.
STRUCTURAL = frozenset(
    {
        "age",
        "sex",
        "occupation_class",
        "plan",
        "region",
        "use",
        "structure",
        "days",
        "people",
        "coverage",
        "limit",
        "year",
        "sum",
        "vehicle_class",
        "size",
        "new_value",
        "vehicle_age",
        "clean_years",
        "claims",
        "compulsory_clean_years",
        "compulsory_accidents",
        "pay_years",
        "cover_years",
    }
)
MOST_LOADING = 500


def life_risk(definition: Definition, told: Reader, on: date | None) -> LifeRisk:
    """A LifeRisk; faults are noted in ``told``."""
    age = age_of(definition, told, on)
    sex = sex_of(definition, told)
    amount = sum_of(definition, told, age)
    cover = span_of(told, "cover_term", definition.terms.cover)
    pays = span_of(told, "pay_years", definition.terms.payment.years)
    mode = mode_of(definition, told, default=0 if pays.kind == "single" else None)
    terms(definition, told, age, cover, pays, mode)
    riders = riders_of(definition, told, age, amount)
    ages = definition.terms.payout
    starts, every, guaranteed = (None, "year", 0) if ages is None else payout_of(ages, told, age, sex)
    return LifeRisk(
        age=age,
        sex=sex,
        sum=amount,
        cover_term=cover,
        pay_years=pays,
        mode=mode,
        occupation_class=occupation_of(definition, told),
        answers=answers_of(definition, told),
        riders=riders,
        loading_percent=told.number("loading_percent", most=MOST_LOADING, default=0),
        payout_age=starts,
        payout_every=every,
        guaranteed_years=guaranteed,
    )


def age_of(definition: Definition, told: Reader, on: date | None) -> int:
    """The age at last birthday, said or reckoned from the birth date, within the definition's bounds."""
    born = told.day("birth_date")
    days: int | None = None
    if born is not None and on is not None:
        told.take("age"), told.take("age_days")
        age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
        days = (on - born).days
        if days < 0:
            told.fault("not_born_yet", "birth_date")
            return 0
    else:
        age = told.whole("age", most=120)
        raw_days = told.whole("age_days", most=366, default=0)
        days = raw_days if age == 0 and raw_days else None
    return bounded_age(definition, told, age, days)


def bounded_age(definition: Definition, told: Reader, age: int, days: int | None = None, field: str = "age") -> int:
    """The age, with a fault where the definition does not take it."""
    insured = definition.insured
    if insured is None:
        return min(age, OLDEST - 1)
    if age < insured.min_age.years:
        told.fault("too_young", field, least=insured.min_age.years, age=age)
    elif age == 0 and days is not None and days < insured.min_age.days:
        told.fault("too_young_days", field, least=insured.min_age.days)
    most = insured.max_age.years
    if age > most:
        told.fault("too_old", field, most=most, age=age)
    return min(max(age, insured.min_age.years), most)


def sex_of(definition: Definition, told: Reader) -> Sex:
    offered = definition.insured.sexes if definition.insured else ("male", "female")
    return "male" if told.choice("sex", offered) == "male" else "female"


def sum_of(definition: Definition, told: Reader, age: int) -> Decimal:
    """The sum insured within its bounds, on its step, and under the cap for minors."""
    bounds = definition.sum_insured
    if bounds is None:
        return told.number("sum", default=0)
    amount = told.number("sum", default=bounds.default)
    within(told, "sum", amount, bounds)
    for cap in bounds.minors:
        if age < cap.until_age and amount > cap.most and _pays_sum_on_death(definition, age):
            told.fault("minor_cap", "sum", age=cap.until_age, most=cap.most)
            break
    return amount


def _pays_sum_on_death(definition: Definition, age: int) -> bool:
    """Whether a death today would pay the sum insured, and not only premiums or the cash value."""
    amounts = [
        amount
        for coverage in definition.coverages
        if coverage.main and coverage.kind in ("death", "accident_death")
        for amount in coverage.benefit.amounts
    ]
    return any(amount.of == "sum_insured" and amount.holds(age=age, year=1) for amount in amounts)


def within(told: Reader, field: str, amount: Decimal, bounds: SumInsured) -> None:
    """Note a fault where an amount is outside the bounds or off the step."""
    if amount < bounds.min:
        told.fault("sum_too_small", field, least=bounds.min)
    elif amount > bounds.max:
        told.fault("sum_too_large", field, most=bounds.max)
    elif (amount - bounds.min) % bounds.step:
        told.fault("sum_off_step", field, least=bounds.min, step=bounds.step)


def span_of(told: Reader, field: str, offered: Sequence[Span]) -> Span:
    """One of the lengths offered: as words (``20 years``), or years as a number; the only one needs not be said."""
    raw = told.take(field)
    if raw is None and len(offered) == 1:
        return offered[0]
    wanted: Any = None
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= OLDEST:
        wanted = Span(kind="years", number=raw)
    elif isinstance(raw, str) and len(raw) <= 40:
        wanted = span(f"{raw} years" if raw.isascii() and raw.isdigit() else raw)
    if raw is None:
        told.fault("missing", field)
    elif wanted not in offered:
        told.fault("not_offered", field, offered=", ".join(str(one) for one in offered))
    return wanted if wanted in offered else offered[0]


def one_year(definition: Definition, told: Reader) -> None:
    """Cover for up to a year has one length and one premium: who names them all the same must name what is offered."""
    for field, offered in (("cover_term", definition.terms.cover), ("pay_years", definition.terms.payment.years)):
        if told.left.get(field) is not None:
            span_of(told, field, offered)
        told.take(field)


def mode_of(definition: Definition, told: Reader, *, default: int | None = None) -> int:
    """Months between premiums."""
    offered = definition.terms.payment.modes
    usual = default if default in offered else 12 if 12 in offered else offered[0]
    mode = told.whole("mode", most=12, default=usual)
    if mode not in offered:
        told.fault("not_offered", "mode", offered=", ".join(str(one) for one in offered))
        return usual
    return mode


def terms(definition: Definition, told: Reader, age: int, cover: Span, pays: Span, mode: int) -> None:
    """What does not go together: lengths, ages, and the way of paying."""
    covers, paid = cover.years(age=age), pays.years(age=age)
    payment = definition.terms.payment
    if covers <= 0:
        told.fault("cover_over", "cover_term")
    elif paid <= 0:
        told.fault("not_offered", "pay_years", offered=", ".join(str(one) for one in payment.years))
    elif paid > covers:
        told.fault("pays_longer_than_cover", "pay_years", pays=paid, covers=covers)
    elif payment.until_age is not None and pays.kind != "single" and age + paid > payment.until_age:
        told.fault("pays_too_late", "pay_years", age=payment.until_age)
    if (pays.kind == "single") != (mode == 0):
        told.fault("single_means_once", "mode")


def payout_of(offered: Payout, told: Reader, age: int, sex: Sex) -> tuple[int, str, int]:
    """When an annuity begins, how often it is paid, and for how long it is guaranteed."""
    ages = offered.ages.get(sex, ())
    usual = next(iter(ages), OLDEST)
    starts = told.whole("payout_age", most=OLDEST, default=usual)
    if starts not in ages:
        told.fault("no_payout_age", "payout_age", offered=", ".join(str(one) for one in ages))
    elif starts <= age:
        told.fault("payout_too_early", "payout_age")
    every = told.choice("payout_every", offered.every, default=offered.every[0])
    guaranteed = told.whole("guaranteed_years", most=100, default=next(iter(offered.guaranteed_years), 0))
    if offered.guaranteed_years and guaranteed not in offered.guaranteed_years:
        told.fault("not_offered", "guaranteed_years", offered=", ".join(map(str, offered.guaranteed_years)))
    return starts, every, guaranteed


def occupation_of(definition: Definition, told: Reader, field: str = "occupation_class") -> int:
    """The occupation class, one that the definition takes."""
    accepted = definition.insured.occupation_classes if definition.insured else (1, 2, 3, 4, 5, 6)
    found = told.whole(field, most=99, default=accepted[0])
    if found not in accepted:
        told.fault("occupation_not_accepted", field, value=found)
        return accepted[0]
    return found


def answers_of(definition: Definition, told: Reader) -> dict[str, str | int]:
    """What factors and tables ask for besides what every risk says.

    A factor that is not answered takes its neutral choice; a table that is not answered is left out.
    """
    found: dict[str, str | int] = {}
    for name, choices in definition.rating.factors.items():
        if name not in STRUCTURAL:
            found[name] = _answer(told, name, choices)
    for name in asked_by_tables(definition):
        if name not in found and name in told.left:
            found[name] = told.whole(name, most=1_000_000)
    return found


def asked_by_tables(definition: Definition) -> list[str]:
    """The axes of the definition's tables that no risk says of itself."""
    tables = definition.rating.tables.values()
    axes = [axis.axis for table in tables for axis in (table.rows, table.columns) if axis is not None]
    return [name for name in dict.fromkeys(axes) if name not in STRUCTURAL]


def _answer(told: Reader, name: str, choices: Mapping[str | int, Decimal]) -> str | int:
    neutral = next((choice for choice, factor in choices.items() if factor == 1), next(iter(choices)))
    raw = told.take(name)
    if raw is None:
        return neutral
    if isinstance(raw, bool):
        raw = "yes" if raw else "no"
    if isinstance(raw, str) and raw not in choices and raw.isascii() and raw.isdigit() and len(raw) < 10:
        raw = int(raw)
    if isinstance(raw, str | int) and raw in choices:
        return raw
    told.fault("not_offered", name, offered=", ".join(str(one) for one in choices))
    return neutral


def riders_of(
    definition: Definition, told: Reader, age: int | None, main: Decimal, chosen: Collection[str] = ()
) -> dict[str, Decimal]:
    """The riders chosen, each with its sum (0 where it has none): bounds, ages, and what needs or excludes what.

    ``chosen``: the optional coverages that stand beside them.
    """
    inside = told.inside("riders")
    offered = {rider.code: rider for rider in definition.riders}
    found: dict[str, Decimal] = {}
    for code in list(inside.left)[:40]:
        rider = offered.get(code)
        if rider is None:
            inside.take(code)
            inside.fault("rider_unknown", code[:40], rider=code[:40])
            continue
        found[code] = _rider_sum(rider, inside, code, main)
        _rider_age(rider, inside, code, age)
        _rider_asks(definition, rider, told)
    here = {one.code for one in definition.coverages if one.main and not one.optional} | found.keys() | set(chosen)
    here |= {coverage for code in found for coverage in offered[code].coverages}
    for code in found:
        for needs in offered[code].requires:
            if needs not in here:
                inside.fault("rider_requires", code, rider=code, needs=needs)
        for other in offered[code].excludes:
            if other in here:
                inside.fault("rider_excludes", code, rider=code, other=other)
    return found


def _rider_sum(rider: Rider, inside: Reader, code: str, main: Decimal) -> Decimal:
    raw = inside.left.get(code)
    told = rider.sum
    if raw is True or raw is None:
        inside.left[code] = None
    if told is None or told.same_as_main:
        inside.take(code)
        return main if told else Decimal(0)
    least, most = told.min or Decimal(0), told.max
    usual = told.default if told.default is not None else main
    if told.share_of_main is not None:
        usual = min(usual, main * told.share_of_main)
    amount = inside.number(code, default=usual)
    if amount < least:
        inside.fault("sum_too_small", code, least=least)
    elif most is not None and amount > most:
        inside.fault("sum_too_large", code, most=most)
    elif told.share_of_main is not None and amount > main * told.share_of_main:
        inside.fault("rider_over_main", code, rider=code, share=told.share_of_main)
    return amount


def _rider_asks(definition: Definition, rider: Rider, told: Reader) -> None:
    """Note what a rider's own table asks for and nobody said."""
    table = definition.rating.tables.get(rider.code)
    for axis in (table.rows, table.columns) if table else ():
        if axis is not None and axis.axis not in STRUCTURAL and axis.axis not in told.left:
            told.fault("missing", axis.axis)


def _rider_age(rider: Rider, inside: Reader, code: str, age: int | None) -> None:
    if age is None:
        return
    if rider.min_age is not None and age < rider.min_age.years:
        inside.fault("rider_too_young", code, rider=code, least=rider.min_age.years)
    if rider.max_age is not None and age > rider.max_age.years:
        inside.fault("rider_too_old", code, rider=code, most=rider.max_age.years)
