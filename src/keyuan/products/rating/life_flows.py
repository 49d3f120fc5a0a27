"""From a definition and a life to cash flows: which event pays what in which policy year, on which table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from keyuan.products.rating.attributes import cell
from keyuan.products.rating.cash_values import CashValueBasis, cash_values
from keyuan.products.rating.exact import ONE, ZERO, exact
from keyuan.products.rating.flows import Amounts, Equation, Event, Flows, Loadings, equation, stays
from keyuan.products.rating.present_values import annuity_by_parts, discount
from keyuan.products.tables import table as shared

if TYPE_CHECKING:
    from keyuan.products.definition.coverage import Amount, Coverage
    from keyuan.products.definition.rating import Table
    from keyuan.products.definition.schema import Definition
    from keyuan.products.definition.values import Sex

THOUSAND = Decimal(1000)
MONTHS = 12
ROUNDS = 60  # of the search for a premium that its own refunds and cash values depend on
CLOSE = Decimal("1e-13")
ON_SURVIVAL = frozenset({"yearly", "monthly", "at_end"})


@dataclass(frozen=True, slots=True)
class Cell:
    """All that the rate of a life product depends on, besides the definition."""

    age: int
    sex: Sex
    years: int
    paying: int
    single: bool = False
    payout_age: int | None = None
    payout_every: str = "year"
    guaranteed_years: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """What benefits may refer to, per unit of sum: the yearly premium, and the cash value at the end of each year before
    what that year pays to the living.
    """

    premium: Decimal
    cash_values: tuple[Decimal, ...]


@dataclass(frozen=True)
class Basis:
    """A definition seen as the basis of a life product. Equal only to itself, so that what is reckoned can be kept."""

    definition: Definition

    def __hash__(self) -> int:
        return id(self.definition)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Basis) and other.definition is self.definition

    @property
    def interest(self) -> Decimal:
        return self.definition.rating.interest or ZERO

    @property
    def main(self) -> tuple[Coverage, ...]:
        """The coverages that everybody has."""
        return tuple(one for one in self.definition.coverages if one.main and not one.optional)

    def loadings(self, *, single: bool) -> Loadings:
        told = self.definition.rating.loadings
        if told is None:
            return Loadings()
        shares = (told.of_single_premium,) if single else told.of_premium
        return Loadings(shares, told.per_thousand / THOUSAND)

    @property
    def claims(self) -> Decimal:
        """What settling adds to a benefit."""
        told = self.definition.rating.loadings
        return ONE + (told.claims if told else ZERO)

    @property
    def cash_value(self) -> CashValueBasis | None:
        """How much of the reserve is the customer's; None: the contract has no cash value."""
        told = self.definition.cash_value
        if told.basis != "policy_value":
            return None
        regular = ONE if told.start_regular is None else told.start_regular
        single = ONE if told.start_single is None else told.start_single
        return CashValueBasis(regular, single, told.full_after_years or 1)


def rates(basis: Basis, role: str, of: Cell, base: tuple[Decimal, ...] = ()) -> tuple[Decimal, ...]:
    """The yearly rates of a role from the age of the cell on. ``base``: what a table of shares is a share of."""
    rating = basis.definition.rating
    table = rating.tables[role]
    share = rating.table_shares.get(role, ONE)
    if table.use is not None:
        return tuple(value * share for value in shared(table.use).since(of.age)[: of.years])
    return tuple(_own(table, role, of, t, base) * share for t in range(of.years))


def _own(table: Table, role: str, of: Cell, t: int, base: tuple[Decimal, ...]) -> Decimal:
    known = {"age": of.age + t, "sex": of.sex, "year": t + 1}
    value = cell(table, known, role=role)
    if table.unit == "per_thousand":
        return value / THOUSAND
    return value * base[t] if table.unit == "share" else value


def _role(basis: Basis, of: Cell, *names: str) -> str | None:
    """The first of these roles that has a table, for the sex of the life or for both."""
    found = (role for name in names for role in (f"{name}_{of.sex}", name))
    return next((role for role in found if role in basis.definition.rating.tables), None)


@lru_cache(maxsize=4096)
@exact
def decrements(basis: Basis, of: Cell) -> Mapping[str, tuple[Decimal, ...]]:
    """Rates by coverage code; ``""`` is death, of whatever the contract does not pay for otherwise.

    Where a critical illness is covered, deaths that it causes are its own: (1 − k)·q are left (k: share of deaths).
    """
    death = rates(basis, _role(basis, of, "mortality") or "mortality", of)
    found: dict[str, tuple[Decimal, ...]] = {}
    ill: tuple[Decimal, ...] = ()
    main = basis.main
    for coverage in sorted(main, key=lambda one: one.kind != "critical_illness"):
        role = _role(basis, of, coverage.code, *(("incidence",) if coverage.kind == "critical_illness" else ()))
        if coverage.kind == "death" or role is None:
            continue
        base = ill if coverage.kind == "mild_illness" and ill else death
        found[coverage.code] = rates(basis, role, of, base)
        ill = found[coverage.code] if coverage.kind == "critical_illness" and not ill else ill
    share = _role(basis, of, "share_of_deaths")
    if ill and share:
        causes = rates(basis, share, of)
        death = tuple(q * (ONE - k) for q, k in zip(death, causes, strict=True))
    return {**found, "": death}


def amount_of(amounts: tuple[Amount, ...], *, take: str, age: int, year: int, given: Given) -> tuple[Decimal, Decimal]:
    """What is paid per unit of sum, and how many yearly premiums besides, of amounts that hold at once."""
    return taken([one for one in amounts if one.holds(age=age, year=year, paying_out=given.paying_out)], take, given)


def taken(amounts: Sequence[Amount], take: str, given: Given) -> tuple[Decimal, Decimal]:
    """The same of amounts that are known to hold."""
    if not amounts:
        return ZERO, ZERO
    worth = [_worth(one, given) for one in amounts]
    if take == "sum":
        return sum((one[0] for one in worth), ZERO), sum((one[1] for one in worth), ZERO)
    return worth[0] if len(worth) == 1 else max(worth, key=lambda one: one[0] + one[1] * given.premium)


@dataclass(frozen=True, slots=True)
class Given:
    """What an amount may be a share of, per unit of sum."""

    premium: Decimal
    paid: int
    cash_value: Decimal
    paying_out: bool = False


def _worth(one: Amount, given: Given) -> tuple[Decimal, Decimal]:
    if one.of == "premiums_paid":
        return ZERO, one.share * given.paid
    if one.of == "yearly_premium":
        return ZERO, one.share
    if one.of == "cash_value":
        return one.share * given.cash_value, ZERO
    return (one.share, ZERO) if one.of == "sum_insured" else (ZERO, ZERO)


def _events(basis: Basis, of: Cell, state: State) -> Iterator[Event]:
    told = decrements(basis, of)
    nothing = (ZERO,) * of.years
    on_event = [one for one in basis.main if one.code in told and one.benefit.pays not in ON_SURVIVAL]
    death = [one for one in basis.main if one.kind == "death"][:1]
    before: Coverage | None = None
    for coverage in (*on_event, *death):
        # Death and disability mostly pay the same: reckoned once.
        if before is None or before.benefit != coverage.benefit:
            pays, refunds = _payments(basis, of, state, coverage)
        before = coverage
        ends = coverage.ends_policy or coverage.kind == "death"
        yield Event(told["" if coverage in death else coverage.code], pays, refunds, ends)
    if not death:
        yield Event(told[""], nothing, nothing)
    yield from _certain(basis, of, told[""])


def _payments(basis: Basis, of: Cell, state: State, coverage: Coverage) -> tuple[Amounts, Amounts]:
    """What an event pays in each policy year, and how many premiums it gives back, with the costs of settling."""
    pays, refunds, claims, premium = [], [], basis.claims, state.premium
    adds_up = coverage.benefit.take == "sum"
    for parts, value in zip(_parts(basis, of, coverage.code), state.cash_values, strict=True):
        paid, returned = _part(parts[0], value) if parts else (ZERO, ZERO)
        for one in parts[1:]:
            more, again = _part(one, value)
            if adds_up:
                paid, returned = paid + more, returned + again
            elif more + again * premium > paid + returned * premium:
                paid, returned = more, again
        pays.append(paid * claims)
        refunds.append(returned * claims)
    return tuple(pays), tuple(refunds)


def _part(one: tuple[Decimal, Decimal, Decimal], cash_value: Decimal) -> tuple[Decimal, Decimal]:
    of_sum, of_cash_value, premiums = one
    return (of_sum + of_cash_value * cash_value if of_cash_value else of_sum), premiums


@lru_cache(maxsize=4096)
@exact
def _parts(basis: Basis, of: Cell, code: str) -> tuple[tuple[tuple[Decimal, Decimal, Decimal], ...], ...]:
    """The amounts of a coverage that hold in each policy year, whatever the premium is: the share of the sum, the share of
    the cash value, and how many premiums each is. Worked out once for all rounds of ``solved``.
    """
    amounts = basis.definition.coverage(code).benefit.amounts
    years = []
    for t in range(of.years):
        holding = [one for one in amounts if one.holds(age=of.age + t, year=t + 1, paying_out=paying_out(of, t))]
        nothing, one_yuan = Given(ZERO, min(t + 1, of.paying), ZERO), Given(ZERO, min(t + 1, of.paying), ONE)
        parts = []
        for one in holding:
            of_sum, premiums = _worth(one, nothing)
            parts.append((of_sum, _worth(one, one_yuan)[0] - of_sum, premiums))
        years.append(tuple(parts))
    return tuple(years)


def paying_out(of: Cell, t: int) -> bool:
    """Whether an annuity has begun by policy year t + 1."""
    return of.payout_age is not None and of.age + t >= of.payout_age


def payout(coverage: Coverage, of: Cell) -> range:
    """The policy years at whose end something is paid to who is alive: half-open, and never the end of the cover."""
    benefit = coverage.benefit
    if benefit.pays == "at_end":
        return range(of.years, of.years + 1)
    starts_age = benefit.starts_age if benefit.starts_age is not None else of.payout_age
    start = benefit.starts_year or (max(starts_age - of.age, 1) if starts_age is not None else 1)
    ends = benefit.ends_year or (benefit.ends_age - of.age if benefit.ends_age is not None else of.years)
    return range(start, min(ends, of.years))


def _alive(basis: Basis, of: Cell, left: tuple[Decimal, ...], state: State) -> tuple[list[Decimal], list[Decimal]]:
    alive, refunds = [ZERO] * of.years, [ZERO] * of.years
    for coverage in basis.main:
        if coverage.benefit.pays not in ON_SURVIVAL or coverage.kind == "premium_waiver":
            continue
        for year in payout(coverage, of):
            given = Given(state.premium, min(year, of.paying), state.cash_values[year - 1])
            benefit = coverage.benefit
            worth = amount_of(benefit.amounts, take=benefit.take, age=of.age + year, year=year, given=given)
            spread = _spread(basis, of, left, year) if _monthly(coverage, of) else ONE
            alive[year - 1] += worth[0] * spread
            refunds[year - 1] += worth[1] * spread
    return alive, refunds


def _monthly(coverage: Coverage, of: Cell) -> bool:
    return coverage.benefit.pays == "monthly" or (coverage.kind == "annuity" and of.payout_every == "month")


def _spread(basis: Basis, of: Cell, left: tuple[Decimal, ...], year: int) -> Decimal:
    """What a year's amount is worth at its start if a twelfth is paid each month to who is alive."""
    leave = ONE - left[year] if year < of.years else ONE
    return annuity_by_parts((leave,), basis.interest, MONTHS, years=1)


def _certain(basis: Basis, of: Cell, death: tuple[Decimal, ...]) -> Iterator[Event]:
    """Guaranteed payments go on after a death: their value at the end of the year of death is paid by the event."""
    v = discount(basis.interest)
    for coverage in basis.main:
        guaranteed = max(coverage.benefit.guaranteed_years, of.guaranteed_years if coverage.kind == "annuity" else 0)
        years = payout(coverage, of)
        if coverage.benefit.pays in ("yearly", "monthly") and guaranteed and len(years):
            last = min(years.start + guaranteed, years.stop)
            share = sum((one.share for one in coverage.benefit.amounts if one.of == "sum_insured"), ZERO)
            certain = [ZERO]
            for _ in range(last):
                certain.append(certain[-1] * v + ONE)
            worth = [share * certain[last - (t + 1)] if years.start < t + 1 < last else ZERO for t in range(of.years)]
            yield Event(death, tuple(worth), (ZERO,) * of.years, ends=False)


@exact
def flows(basis: Basis, of: Cell, state: State) -> Flows:
    """The contract's cash flows, where its benefits refer to the premium and cash values of ``state``."""
    events = tuple(_events(basis, of, state))
    left = stays(events, of.years)
    alive, refunds = _alive(basis, of, left, state)
    found = Flows(basis.interest, of.paying, events, tuple(alive), tuple(refunds))
    found.__dict__["stays"] = left  # its cached property, reckoned above already
    return found


@dataclass(frozen=True, slots=True)
class Solved:
    """A priced cell, per unit of sum: the gross premium before rounding, the flows that it pays for, its equation.

    ``cash_values`` are those after the benefits of the year, ``held`` those before what it pays to the living.
    """

    premium: Decimal
    flows: Flows
    equation: Equation
    cash_values: tuple[Decimal, ...]
    held: tuple[Decimal, ...]


@lru_cache(maxsize=4096)
@exact
def solved(basis: Basis, of: Cell) -> Solved:
    """The premium of a cell. Raises NoPremium or NoCell.

    Benefits such as “the greater of premiums paid and cash value” depend on the premium that they determine: reckoned
    again until nothing changes any more.
    """
    state = State(ZERO, (ZERO,) * of.years)
    loadings = basis.loadings(single=of.single)
    circular = _circular(basis, of)
    for _ in range(ROUNDS):
        cash_flows = flows(basis, of, state)
        told = equation(cash_flows, loadings)
        premium = (told.benefits + loadings.of_sum * told.years) / told.per_premium
        values = _cash_values(basis, cash_flows, premium)
        held = tuple(value + cash_flows.kept(t, premium) for t, value in enumerate(values))
        if not circular or abs(premium - state.premium) < CLOSE:
            break
        state = State(premium, held)
    return Solved(premium, cash_flows, told, values, held)


def _cash_values(basis: Basis, cash_flows: Flows, premium: Decimal) -> tuple[Decimal, ...]:
    told = basis.cash_value
    return (ZERO,) * cash_flows.years if told is None else cash_values(cash_flows, told, premium)


def _circular(basis: Basis, of: Cell) -> bool:
    """Whether a benefit of this cell depends on the premium or the cash value other than in proportion."""
    last = of.age + of.years
    for coverage in basis.main:
        amounts = coverage.benefit.amounts
        held = [one for one in amounts if one.until_age is None or one.until_age > of.age]
        held = [one for one in held if one.from_age is None or one.from_age <= last]
        if any(one.of == "cash_value" for one in held) or len({one.of for one in held}) > 1:
            return True
    return False
