"""Why things happen in the demo book: the known truth that mining is tested against. Pure; prose in docs/demo-book.md.

Every coefficient that the generator uses for a claim, a lapse or a complaint stands here and nowhere else.
Frequencies are a year; amounts are yuan; ``age`` is in whole years.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any


def _classes(*factors: float) -> dict[int, float]:
    return dict(enumerate(factors, start=1))


@dataclass(frozen=True)
class ClaimTruth:
    """Frequencies and severities. Severity is lognormal with the mean and sigma given here."""

    motor_base: float = 0.17
    motor_kilometres_power: float = 0.7
    motor_kilometres_usual: float = 12_000.0
    motor_young: float = 1.7  # under 25
    motor_early: float = 1.25  # 25 to 29
    motor_old: float = 1.3  # from 65
    motor_use: dict[str, float] = field(
        default_factory=lambda: {"private": 1.0, "ride_hailing": 1.9, "company": 1.3, "goods": 1.6}
    )
    motor_skill_sigma: float = 0.6
    motor_mean: float = 3_600.0
    motor_sigma: float = 1.1
    motor_value_power: float = 0.5
    motor_value_usual: float = 150_000.0
    motor_injury_share: float = 0.025
    motor_injury_mean: float = 90_000.0
    medical_base: float = 0.036  # at 40
    medical_age: float = 0.028
    medical_smoker: float = 1.35
    medical_class: dict[int, float] = field(default_factory=lambda: _classes(1.0, 1.02, 1.08, 1.18, 1.3, 1.45))
    medical_mean: float = 9_500.0
    medical_sigma: float = 1.2
    accident_base: float = 0.034
    accident_class: dict[int, float] = field(default_factory=lambda: _classes(0.6, 0.85, 1.2, 1.6, 2.2, 3.0))
    accident_mean: float = 3_600.0
    accident_sigma: float = 1.1
    travel_week: float = 0.010
    travel_old: float = 1.8  # from 65
    travel_mean: float = 6_000.0
    illness_base: float = 0.0017  # at 40
    illness_age: float = 0.075
    illness_smoker: float = 1.7
    death_base: float = 0.0006  # at 40
    death_age: float = 0.088
    death_smoker: float = 1.6
    death_male: float = 1.5
    home_base: float = 0.022
    home_old_building: float = 1.6  # 20 years and more
    home_mean: float = 7_000.0
    home_sigma: float = 1.2
    premises_base: float = 0.07
    premises_mean: float = 45_000.0
    premises_sigma: float = 1.4
    group_base: float = 0.045  # a member
    group_manual: float = 1.6  # more at a share of manual work of 1
    group_mean: float = 2_900.0
    group_sigma: float = 1.0
    refused_share: float = 0.07
    partial_share: float = 0.12
    refused_young_policy: float = 2.0  # times, in the first 180 days
    slow_share: float = 0.10


@dataclass(frozen=True)
class LapseTruth:
    """Log-odds of not going on, once a policy year."""

    intercept: dict[str, float] = field(
        default_factory=lambda: {
            "ACC": -1.55, "MED": -2.15, "MOT": -2.05, "HOM": -1.65, "ENT": -2.15, "GRP": -2.35,
            "CIL": -3.05, "TRM": -2.85, "WLF": -3.15, "PAR": -3.05, "ANN": -3.05, "EDU": -3.25,
        }
    )  # fmt: skip
    payment_pressure: float = 0.45  # for each tenth of income that the yearly premium takes, at most 3
    agent_left: float = 0.9
    claim_refused: float = 1.3  # within 24 months
    dearer: float = 2.5  # for a rise of 100 %, at most 1
    no_contact: float = 0.6  # within 12 months
    year_held: float = -0.10  # each, at most 6
    surrender_share: float = 0.5  # of long policies that stop with a value; the rest stop paying
    paid_up_share: float = 0.12
    withdrawn_with_contact: float = 0.35  # asked to surrender, stayed
    withdrawn_without: float = 0.15
    reinstated: float = 0.40
    reinstated_orphan: float = 0.5  # times
    late_payment: float = 0.08  # pays within grace
    cooling_off: float = 0.025
    cooling_off_bank: float = 2.0  # times
    rescinded: float = 0.5  # of refused illness claims within two years
    transferred: float = 0.004  # a long policy's year


@dataclass(frozen=True)
class ServiceTruth:
    """Who is looked after, who complains."""

    contact_by_agent: float = 0.78
    contact_orphan: float = 0.20
    orphan_handed_over: float = 0.6
    complaint_claim_refused: float = 0.12
    complaint_claim_slow: float = 0.10
    complaint_claim_partial: float = 0.05
    complaint_surrender: float = 0.06
    complaint_mis_selling: float = 0.02  # a bank's or telesales policy, holder under 60
    complaint_mis_selling_old: float = 0.06  # from 60
    complaint_nuisance: float = 0.01  # a renewal with three calls
    complaint_attitude: float = 0.0015  # any contact
    desk_households: int = 500  # the first of the book; those in the branch that is shown have the two that follow
    desk_complaint: float = 0.05  # one of the last fortnight, mostly still open
    desk_task: float = 0.25
    upheld: dict[str, float] = field(
        default_factory=lambda: {
            "claim_speed": 0.75, "claim_amount": 0.30, "mis_selling": 0.55, "service_attitude": 0.5,
            "surrender_value": 0.15, "nuisance": 0.6, "other": 0.3,
        }
    )  # fmt: skip


@dataclass(frozen=True)
class ProfitTruth:
    """What one yuan of premium is spent on beside claims: selling and running it, and the reserve put aside."""

    expense: dict[str, float] = field(
        default_factory=lambda: {
            "TRV": 0.48, "ACC": 0.45, "MED": 0.40, "MOT": 0.36, "HOM": 0.43, "ENT": 0.45, "GRP": 0.42,
            "CIL": 0.24, "TRM": 0.38, "WLF": 0.105, "PAR": 0.075, "ANN": 0.075, "EDU": 0.085,
        }
    )  # fmt: skip
    reserve: dict[str, float] = field(
        default_factory=lambda: {
            "CIL": 0.66, "TRM": 0.30, "WLF": 0.85, "PAR": 0.90, "ANN": 0.90, "EDU": 0.89,
        }
    )  # fmt: skip
    policy_cost: float = 100.0
    contact_cost: float = 12.0


CLAIM = ClaimTruth()
LAPSE = LapseTruth()
SERVICE = ServiceTruth()
PROFIT = ProfitTruth()


@dataclass(frozen=True, slots=True)
class LapseFactors:
    """What bears on one decision to go on or not. ``pressure``: yearly premium ÷ a tenth of income."""

    product: str
    pressure: float
    agent_left: bool
    claim_refused: bool
    dearer: float
    no_contact: bool
    years: int


def motor_age(age: int) -> float:
    """Factor of the driver's age."""
    if age < 25:
        return CLAIM.motor_young
    if age < 30:
        return CLAIM.motor_early
    return CLAIM.motor_old if age >= 65 else 1.0


def motor_frequency(*, age: int, kilometres: int, use: str, traffic: float, skill: float = 1.0) -> float:
    """Claims a year of one vehicle. ``skill`` is the driver's own hidden factor, 1 on average."""
    mileage: float = (kilometres / CLAIM.motor_kilometres_usual) ** CLAIM.motor_kilometres_power
    return CLAIM.motor_base * motor_age(age) * mileage * CLAIM.motor_use[use] * traffic * skill


def motor_mean(value: float) -> float:
    """Mean of a damage claim of a vehicle of this value."""
    mean: float = CLAIM.motor_mean * (value / CLAIM.motor_value_usual) ** CLAIM.motor_value_power
    return mean


def medical_frequency(*, age: int, smoker: bool, occupation_class: int) -> float:
    smoking = CLAIM.medical_smoker if smoker else 1.0
    ageing = math.exp(CLAIM.medical_age * (age - 40))
    return CLAIM.medical_base * ageing * smoking * CLAIM.medical_class[occupation_class]


def accident_frequency(*, occupation_class: int) -> float:
    return CLAIM.accident_base * CLAIM.accident_class[occupation_class]


def travel_frequency(*, age: int, days: int) -> float:
    """Claims of one trip."""
    return CLAIM.travel_week * days / 7 * (CLAIM.travel_old if age >= 65 else 1.0)


def illness_frequency(*, age: int, smoker: bool) -> float:
    """A first critical illness in a year."""
    return CLAIM.illness_base * math.exp(CLAIM.illness_age * (age - 40)) * (CLAIM.illness_smoker if smoker else 1.0)


def death_frequency(*, age: int, smoker: bool, male: bool) -> float:
    smoking = CLAIM.death_smoker if smoker else 1.0
    return CLAIM.death_base * math.exp(CLAIM.death_age * (age - 40)) * smoking * (CLAIM.death_male if male else 1.0)


def home_frequency(*, flood: float, building_age: int) -> float:
    return CLAIM.home_base * flood * (CLAIM.home_old_building if building_age >= 20 else 1.0)


def premises_frequency(*, flood: float, hazard: float) -> float:
    return CLAIM.premises_base * hazard * (0.5 + 0.5 * flood)


def group_frequency(*, members: int, manual: float) -> float:
    return CLAIM.group_base * members * (1.0 + (CLAIM.group_manual - 1.0) * manual)


def lapse_terms(factors: LapseFactors) -> dict[str, float]:
    """What each cause adds to the log-odds."""
    return {
        "payment_pressure": LAPSE.payment_pressure * min(factors.pressure, 3.0),
        "agent_left": LAPSE.agent_left * factors.agent_left,
        "claim_refused": LAPSE.claim_refused * factors.claim_refused,
        "dearer": LAPSE.dearer * min(max(factors.dearer, 0.0), 1.0),
        "no_contact": LAPSE.no_contact * factors.no_contact,
    }


def lapse_probability(factors: LapseFactors) -> float:
    """That the customer does not go on with the policy in this policy year."""
    odds = (
        LAPSE.intercept[factors.product] + sum(lapse_terms(factors).values()) + LAPSE.year_held * min(factors.years, 6)
    )
    return 1.0 / (1.0 + math.exp(-odds))


def lapse_reasons(factors: LapseFactors) -> dict[str, float]:
    """How likely each reason is the one that the customer names: in proportion to what it added, 0.4 for none of them."""
    weights = {**lapse_terms(factors), "other": 0.4}
    total = sum(weights.values())
    return {reason: weight / total for reason, weight in weights.items()}


def no_claim_factor(free_years: int, claims_last_year: int) -> float:
    """Motor bonus-malus (商业车险 NCD): years without claim reduce, claims of the last year raise."""
    if claims_last_year >= 2:
        return {2: 1.25, 3: 1.5, 4: 1.75}.get(claims_last_year, 2.0)
    if claims_last_year == 1:
        return 1.0
    return {0: 1.0, 1: 0.85, 2: 0.7}.get(free_years, 0.6)


def profit(
    product: str, *, paid_in: float, claims: float, policies: int = 1, contacts: int = 0, ended_by_claim: bool = False
) -> float:
    """What one policy earned. A claim that ends a long policy is first paid out of the reserve put aside for it."""
    put_aside = PROFIT.reserve.get(product, 0.0) * paid_in
    kept = paid_in * (1.0 - PROFIT.expense[product]) - put_aside
    burden = max(claims - put_aside, 0.0) if ended_by_claim else claims
    return kept - burden - PROFIT.policy_cost * policies - PROFIT.contact_cost * contacts


def truth() -> dict[str, Any]:
    """Every true parameter, for ``keyuan demo --truth``."""
    return {"claim": asdict(CLAIM), "lapse": asdict(LAPSE), "service": asdict(SERVICE), "profit": asdict(PROFIT)}
