"""Lives of long policies: instalments, grace, suspension, reinstatement, surrender, paid-up, maturity, the insured event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from keyuan.demo import causes
from keyuan.demo.chronicle import MACHINE
from keyuan.demo.claims_told import Loss, tell_claim, tell_complaint
from keyuan.demo.facts import texts
from keyuan.demo.policies_told import CENT, PolicyTeller
from keyuan.kernel.term import add_months
from keyuan.policies.states import Channel, FactKind, PaymentMode
from keyuan.servicedesk.states import CallOutcome, ComplaintReason, ContactChannel, Direction

GRACE_DAYS = 60  # 保险法 §36
REINSTATEMENT_MONTHS = 24  # 保险法 §37
CASH_VALUE_FIRST = {"CIL": 0.10, "TRM": 0.02, "WLF": 0.30, "PAR": 0.55, "ANN": 0.45, "EDU": 0.50}
CASH_VALUE_YEAR = 0.06


@dataclass(slots=True)
class Protection:
    """The insured event: its yearly frequency on a day, what is paid, and its texts. ``dies_on`` is the insured's death."""

    illness: Callable[[date], float] | None
    pays: Decimal
    dies_on: date | None
    covers_death: bool
    factors: Any = None


@dataclass(slots=True)
class State:
    """Where the life stands."""

    paid: Decimal = Decimal(0)
    place: int = 1  # the next due
    year: int = 1
    years_held: int = 0
    over: bool = False
    paid_up: bool = False
    resumed_on: date | None = None


class LongLife:
    """Tells one long policy from its signature to its end or the end of the book."""

    def __init__(
        self, policy: PolicyTeller, *, income: float, protection: Protection, holder_dies_on: date | None, age: int
    ) -> None:
        self.policy, self.customer, self.stream = policy, policy.customer, policy.stream
        self.deal, self.income, self.protection = policy.deal, income, protection
        self.holder_dies_on, self.age = holder_dies_on, age
        self.last = policy.customer.last_day
        self.state = State()
        self.pressure = float(self.yearly_premium) / max(income, 20_000) * 10

    # -- the plan -------------------------------------------------------------------------------------------------

    @property
    def step(self) -> int:
        """Months from one premium to the next."""
        return self.deal.mode or 12

    @property
    def yearly_premium(self) -> Decimal:
        return self.deal.premium * (12 // self.deal.mode if self.deal.mode else 1)

    def due(self, place: int) -> date:
        return add_months(self.deal.starts_on, place * self.step)

    @property
    def number_of_dues(self) -> int:
        if self.deal.mode == PaymentMode.SINGLE:
            return 1
        return (self.deal.payment_years or 1) * 12 // self.deal.mode

    def paid_until(self, place: int) -> date | None:
        """The day that due number ``place`` pays to."""
        if self.deal.mode == PaymentMode.SINGLE:
            return self.deal.ends_on
        return self.due(place + 1)

    # -- the telling ----------------------------------------------------------------------------------------------

    def tell(self) -> None:
        policy, signed = self.policy, self.deal.signed_on
        policy.pay(signed, self.deal.premium, until=self.paid_until(0))
        self.state.paid += self.deal.premium
        if self._cooled_off():
            return
        self._call_back()
        event_on = self._insured_event()
        stop = event_on or self.last + timedelta(days=1)
        if self.holder_dies_on is not None and self.holder_dies_on < stop and not self._insured_is_holder():
            self._pay_until(self.holder_dies_on)
            if not self.state.over:
                self._transfer()
            return
        self._pay_until(stop)
        if event_on is not None and not self.state.over:
            self._claim(event_on)
        self._mature()

    def _insured_is_holder(self) -> bool:
        return self.deal.insured is None or self.deal.insured == self.customer.customer

    def _cooled_off(self) -> bool:
        likely = causes.LAPSE.cooling_off
        if self.deal.channel == Channel.BANCASSURANCE:
            likely *= causes.LAPSE.cooling_off_bank
        day = self.deal.signed_on + timedelta(days=self.stream.between(3, 14))
        if not self.stream.chance(likely) or day > self.last:
            return False
        customer = self.customer
        customer.contact(
            day, "cooling_off", customer.counter(), channel=ContactChannel.COUNTER, direction=Direction.INBOUND
        )
        self.policy.fact(
            FactKind.COOLING_OFF_CANCELLED, day, amount=max(self.deal.premium - 10, CENT), by=customer.counter()
        )
        self.policy.premiums = Decimal(0)
        self.state.over = True
        return True

    def _call_back(self) -> None:
        day = self.deal.signed_on + timedelta(days=self.stream.between(2, 12))
        customer = self.customer
        customer.contact(day, "call_back", customer.staff("hotline"), outcome=CallOutcome.REACHED)
        if self.deal.channel in (Channel.BANCASSURANCE, Channel.TELESALES):
            truth = causes.SERVICE
            likely = truth.complaint_mis_selling_old if self.age >= 60 else truth.complaint_mis_selling
            if self.stream.chance(likely):
                later = day + timedelta(days=self.stream.between(20, 900))
                if self.holder_dies_on is None or later < self.holder_dies_on:
                    tell_complaint(customer, later, ComplaintReason.MIS_SELLING, policy=self.policy.policy)

    def _insured_event(self) -> date | None:
        """The day on which the insured falls ill or dies, if the book sees it."""
        protection, found = self.protection, None
        if protection.illness is not None:
            day = self.deal.starts_on + timedelta(days=90)  # waiting period
            while day <= self.last and found is None:
                expected = protection.illness(day)
                came = self.stream.chance(expected)
                exposure = min(365, (self.last - day).days + 1)
                offset = int(self.stream.random() * 365)
                seen = came and offset < exposure
                self.policy.note("illness", protection.factors, expected * exposure / 365, seen)
                if seen:
                    found = day + timedelta(days=offset)
                day += timedelta(days=365)
        death = protection.dies_on
        if death is not None and death >= self.deal.starts_on and (protection.covers_death or found is None):
            found = death if found is None else min(found, death)
        if found is not None and self.deal.ends_on is not None and found >= self.deal.ends_on:
            return None
        return found

    def _pay_until(self, stop: date) -> None:
        """Premium by premium, with the yearly decision to go on, until ``stop`` (outside) or the end of the story."""
        state = self.state
        end = min(stop, self.last + timedelta(days=1))
        while not state.over:
            anniversary = add_months(self.deal.starts_on, 12 * state.year)
            if anniversary >= end or (self.deal.ends_on is not None and anniversary >= self.deal.ends_on):
                state.place = self._dues_before(state.place, end, end)
                return
            state.place = self._dues_before(state.place, anniversary, end)
            if state.over:
                return
            state.years_held = state.year
            state.year += 1
            if state.resumed_on is None or anniversary > state.resumed_on:
                self._dividend(anniversary)
                state.place = self._decide(state.place, anniversary, end)

    def _dues_before(self, place: int, day: date, end: date) -> int:
        """Pay the dues that fall before ``day``; returns the next one. ``end``: when the story is cut short."""
        while place < self.number_of_dues and not self.state.over and not self.state.paid_up and self.due(place) < day:
            if not self._pay(place, end):
                return place
            place += 1
        return place

    def _pay(self, place: int, end: date) -> bool:
        """Pay one premium, mostly on time; False if the book ends before the late payment comes."""
        due, stream = self.due(place), self.stream
        late = stream.chance(causes.LAPSE.late_payment)
        # A monthly premium is never so late that the next one overtakes it.
        day = due + timedelta(days=stream.between(8, 25 if self.step == 1 else 55) if late else stream.between(-4, 0))
        if late and end <= self.last and day >= end:
            day, late = due, False
        if late:
            self._dun(due, day)
        if day > self.last:
            self.state.over = late
            return not late
        self.policy.pay(day, self.deal.premium, until=self.paid_until(place))
        self.state.paid += self.deal.premium
        return True

    def _dun(self, due: date, until: date) -> None:
        """What is done about an unpaid premium up to a day."""
        customer, policy = self.customer, self.policy
        gaps: dict[str, Any] = {"product": policy.product.name, "premium": self.deal.premium, "day": due.isoformat()}
        reminder = due - timedelta(days=15)
        if reminder > self.deal.signed_on:
            customer.contact(reminder, "premium_reminder", MACHINE, channel=ContactChannel.SMS, outcome="", **gaps)
        failed = due + timedelta(days=1)
        if failed < until:
            customer.contact(failed, "debit_failed", MACHINE, channel=ContactChannel.SMS, outcome="")
        call = due + timedelta(days=20)
        if call < until:
            customer.contact(call, "grace_call", customer.server(call))
        by = customer.server(failed)
        if failed <= self.last < until and by.user is not None:
            title = f"宽限期催缴：{policy.number}"
            customer.task(failed, title, by.user, due=due + timedelta(days=GRACE_DAYS - 10), done=None)

    # -- the yearly decision --------------------------------------------------------------------------------------

    def _decide(self, place: int, anniversary: date, end: date) -> int:
        """Go on, stop paying, surrender or pay up; returns the next due."""
        state, stream = self.state, self.stream
        paying = place < self.number_of_dues and not state.paid_up
        factors = self.policy.lapse_factors(
            anniversary, pressure=self.pressure if paying else 0.0, dearer=0.0, years=state.years_held
        )
        if stream.chance(causes.LAPSE.transferred) and not self._insured_is_holder():
            day = anniversary + timedelta(days=stream.between(5, 200))
            if day < end:
                self.policy.fact(FactKind.TRANSFERRED, day, note="投保人变更，保单转移", by=self.customer.counter())
                state.over = True
                return place
        if not self.policy.stops(factors):
            return place
        reason = self.policy.reason(factors)
        draw = stream.random()
        if paying and state.years_held >= 3 and draw < causes.LAPSE.paid_up_share:
            return self._pay_up(place, anniversary, end)
        if not paying or draw < causes.LAPSE.paid_up_share + causes.LAPSE.surrender_share:
            return self._surrender(place, anniversary, end, reason)
        return self._stop_paying(place, anniversary, end, reason)

    def _pay_up(self, place: int, anniversary: date, end: date) -> int:
        day = anniversary + timedelta(days=self.stream.between(0, 25))
        if day < end:
            customer = self.customer
            customer.contact(
                day, "paid_up", customer.counter(), channel=ContactChannel.COUNTER, direction=Direction.INBOUND
            )
            self.policy.fact(FactKind.PAID_UP, day, by=customer.counter())
            self.state.paid_up = True
        return place

    def _cash_value(self) -> Decimal:
        first = CASH_VALUE_FIRST[self.deal.product]
        share = min(0.99, first + CASH_VALUE_YEAR * self.state.years_held)
        return (self.state.paid * Decimal(str(round(share, 4)))).quantize(CENT)

    def _surrender(self, place: int, anniversary: date, end: date, reason: str) -> int:
        """Ask for the surrender value; some are talked to and stay."""
        customer, stream, truth = self.customer, self.stream, causes.LAPSE
        asked = anniversary + timedelta(days=stream.between(20, 320))
        if self.deal.ends_on is not None:
            asked = min(asked, self.deal.ends_on - timedelta(days=40))
        if asked >= end or asked <= anniversary:
            return place
        place = self._dues_before(place, asked, end)
        if self.state.over:
            return place
        said = texts()["reason"][reason]
        customer.contact(
            asked, "surrender_asked", customer.counter(), channel=ContactChannel.COUNTER,
            direction=Direction.INBOUND, reason=said,
        )  # fmt: skip
        self.policy.fact(FactKind.CANCEL_REQUESTED, asked, note=said, by=customer.counter())
        served = customer.care.agent_on(asked) is not None
        stays = stream.chance(truth.withdrawn_with_contact if served else truth.withdrawn_without)
        answered = asked + timedelta(days=stream.between(10, 30))
        if answered >= end:
            self.state.over = True
            return place
        if stays:
            customer.contact(answered, "surrender_stayed", customer.server(answered), outcome=CallOutcome.RESOLVED)
            self.policy.fact(FactKind.CANCEL_WITHDRAWN, answered, by=customer.server(answered))
            return place
        value = self._cash_value()
        self.policy.fact(FactKind.SURRENDERED, answered, amount=value, note=said, by=customer.counter())
        customer.contact(
            answered, "surrender_done", customer.counter(), channel=ContactChannel.SMS, outcome="", amount=value
        )
        if stream.chance(causes.SERVICE.complaint_surrender):
            day = answered + timedelta(days=stream.between(1, 20))
            if day < end:
                tell_complaint(customer, day, ComplaintReason.SURRENDER_VALUE, policy=self.policy.policy)
        self.state.over = True
        return place

    def _stop_paying(self, place: int, anniversary: date, end: date, reason: str) -> int:
        """Leave one premium of this year unpaid: grace, suspension, and then reinstatement or lapse."""
        skip = self.stream.between(0, max(0, 12 // self.step - 1))
        place = self._dues_before(place, self.due(min(place + skip, self.number_of_dues - 1)), end)
        if self.state.over or place >= self.number_of_dues:
            return place
        due, customer = self.due(place), self.customer
        suspended = due + timedelta(days=GRACE_DAYS + 1)
        self._dun(due, suspended)
        if suspended >= end:
            self.state.over = True
            return place
        note = texts()["reason"][reason]
        self.policy.fact(FactKind.SUSPENDED, suspended, note=note, by=MACHINE)
        gaps = {"product": self.policy.product.name}
        customer.contact(suspended, "suspended_sms", MACHINE, channel=ContactChannel.SMS, outcome="", **gaps)
        likely = causes.LAPSE.reinstated
        if customer.care.orphan_on(suspended):
            likely *= causes.LAPSE.reinstated_orphan
        back = suspended + timedelta(days=self.stream.between(20, 600))
        if self.stream.chance(likely):
            return self._reinstate(place, back, end)
        deadline = add_months(suspended, REINSTATEMENT_MONTHS) + timedelta(days=self.stream.between(5, 40))
        if deadline < end:
            self.policy.fact(FactKind.LAPSED, deadline, amount=self._cash_value(), note=note)
        self.state.over = True
        return place

    def _reinstate(self, place: int, day: date, end: date) -> int:
        if day >= end or (self.deal.ends_on is not None and day >= self.deal.ends_on):
            self.state.over = True
            return place
        customer = self.customer
        customer.contact(
            day, "reinstate_asked", customer.counter(), channel=ContactChannel.COUNTER, direction=Direction.INBOUND
        )
        while place < self.number_of_dues and self.due(place) <= day:
            self.policy.pay(day, self.deal.premium, until=self.paid_until(place))
            self.state.paid += self.deal.premium
            place += 1
        self.policy.fact(FactKind.REINSTATED, day, by=customer.counter())
        self.state.resumed_on = day
        return place

    # -- endings and payouts --------------------------------------------------------------------------------------

    def _dividend(self, day: date) -> None:
        if self.deal.product != "PAR" or day > self.last:
            return
        amount = (self.state.paid * Decimal(self.stream.between(11, 21)) / 1000).quantize(CENT)
        self.policy.fact(FactKind.DIVIDEND_PAID, day, amount=amount, by=MACHINE)

    def _claim(self, day: date) -> None:
        """The insured event, paid or refused; a refusal for non-disclosure within two years may end the contract."""
        policy, stream = self.policy, self.stream
        died = day == self.protection.dies_on
        line = "life" if died else "critical_illness"
        amount = float(self.protection.pays if self.protection.covers_death or not died else self.state.paid)
        loss = Loss(day, stream.pick(texts()["cause"][line]), amount, line)
        settled = tell_claim(policy, loss, certain=True)
        if settled.paid_on is not None:
            policy.ended_by_claim = True
            policy.fact(FactKind.CLAIM_TERMINATED, settled.paid_on, by=self.customer.staff("claims"))
            self.state.over = True
            return
        if settled.decided_on is None and settled.reported:
            self.state.over = True  # not decided yet
        elif settled.refused and settled.decided_on is not None:
            young = (day - self.deal.starts_on).days < 730
            if died or (young and stream.chance(causes.LAPSE.rescinded)):
                note = "投保前未如实告知" if young else "拒赔后合同终止"
                policy.fact(FactKind.RESCINDED, settled.decided_on, note=note)
                self.state.over = True
        elif settled.reported:
            self.state.over = True  # decided, not paid yet
        if not self.state.over:
            self._pay_until(self.last + timedelta(days=1))

    def _transfer(self) -> None:
        """The holder has died, the insured has not: the contract passes to the family."""
        day = (self.holder_dies_on or self.last) + timedelta(days=self.stream.between(20, 90))
        if day <= self.last:
            self.policy.fact(FactKind.TRANSFERRED, day, note="投保人身故，变更投保人", by=self.customer.counter())
        self.state.over = True

    def _mature(self) -> None:
        end = self.deal.ends_on
        if end is None or self.state.over or end > self.last or self.deal.product == "TRM":
            return
        amount = (self.state.paid * Decimal("1.06")).quantize(CENT)
        self.policy.fact(FactKind.MATURED, end, amount=amount, by=MACHINE)
        self.customer.contact(
            end, "matured", self.customer.server(end), product=self.policy.product.name, amount=amount
        )
        self.state.over = True
