"""Minors, money laundering, and when a code is still good. No tables, no clock: numbers come in as parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from keyuan.deadlines.parameters import Parameter, parameter
from keyuan.kernel.money import Money

MOST_TRIES: Final = 5
Ask = Callable[..., Parameter]


class Age(StrEnum):
    """民法典 §17-20: what somebody may do by themselves."""

    NO_CAPACITY = "no_capacity"  # under 8: the guardian acts for them
    LIMITED = "limited"  # 8 to 17: the guardian agrees
    ADULT = "adult"


def age_on(birth: date, on: date) -> int:
    """Whole years. Who was born on 29 February is a year older on 1 March of a common year (民法典 §201, §259)."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def minor(birth: date, on: date, *, ask: Ask = parameter) -> Age:
    """Whether somebody is a minor on a day, and of which kind."""
    age = age_on(birth, on)
    if age >= ask("minor.adult_from", on=on).number:
        return Age.ADULT
    return Age.LIMITED if age >= ask("minor.limited_from", on=on).number else Age.NO_CAPACITY


def digital_consent_needs_guardian(birth: date, on: date, *, ask: Ask = parameter) -> bool:
    """个人信息保护法 §31: under 14 the parents agree to the handling of personal data."""
    return age_on(birth, on) < ask("minor.own_consent_from", on=on).number


@dataclass(frozen=True, slots=True)
class DeathCover:
    """保险法 §33-34 for an insured minor: who may insure them against death, and up to which sum over all policies."""

    allowed: bool
    most: Money | None


def death_cover(birth: date, on: date, *, holder_is_parent: bool, ask: Ask = parameter) -> DeathCover:
    """Death cover of an adult has no cap of this kind; a minor's parents alone may buy it, up to the regulator's sum."""
    if minor(birth, on, ask=ask) is Age.ADULT:
        return DeathCover(allowed=True, most=None)
    if not holder_is_parent:
        return DeathCover(allowed=False, most=Money(Decimal(0)))
    under = age_on(birth, on) < ask("minor.death_cover_split_at", on=on).number
    key = "minor.death_cover_most.under" if under else "minor.death_cover_most.over"
    return DeathCover(allowed=True, most=Money(ask(key, on=on).value))


class PayWay(StrEnum):
    """How money moves, as the law on money laundering tells it apart."""

    CASH = "cash"
    TRANSFER = "transfer"
    PAYOUT = "payout"  # surrender, claim: to the customer


class Duty(StrEnum):
    """What is due beside the ordinary check of the customer."""

    COPY_OF_DOCUMENT = "copy_of_document"
    BENEFICIARY = "beneficiary"  # verify who the beneficiary is, and keep it ten years


@dataclass(frozen=True, slots=True)
class AmlNeed:
    """The duties that an amount brings, and the threshold (with its article) that brought them; none: no duty."""

    duties: frozenset[Duty]
    threshold: Parameter

    def __bool__(self) -> bool:
        return bool(self.duties)


def aml(amount: Money, channel: PayWay | str, on: date, *, life: bool = True, ask: Ask = parameter) -> AmlNeed:
    """Whether an amount reaches a threshold of 反洗钱: at the threshold counts. ``life``: other lines have a lower one
    for cash. Amounts are in yuan; raises ValueError for another currency, which must be converted first."""
    if amount.currency != "CNY":
        raise ValueError("thresholds are in CNY")
    way = PayWay(channel)
    key = f"aml.{way.value}" + ("" if life or way is not PayWay.CASH else ".non_life")
    threshold = ask(key, on=on)
    reached = amount.amount >= threshold.value
    duties = {Duty.COPY_OF_DOCUMENT} | ({Duty.BENEFICIARY} if life or way is PayWay.PAYOUT else set())
    return AmlNeed(frozenset(duties) if reached else frozenset(), threshold)


@dataclass(frozen=True, slots=True)
class CodeState:
    """What is known of a code, without the code."""

    expires_at: datetime
    tries: int
    redeemed: bool
    replaced: bool


def may_try(code: CodeState, at: datetime) -> bool:
    """Whether the code may be tried (once more)."""
    return at < code.expires_at and code.tries < MOST_TRIES and not code.redeemed and not code.replaced
