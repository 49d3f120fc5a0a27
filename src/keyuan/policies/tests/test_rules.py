"""Statuses by the clause: what holds on which day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from keyuan.policies.clocks import clocks_for
from keyuan.policies.rules import Cover, Fact, NextDate, PolicyFacts, next_dates, statuses
from keyuan.policies.states import FactKind, NextDateKind, PaymentMode, PolicyStatus

S = PolicyStatus
LIFE = clocks_for(line="life", channel="agent", long_term=True, on=date(2026, 11, 22))
MOTOR = clocks_for(line="motor", channel="agent", long_term=False, on=date(2026, 11, 22))


def day(text: str) -> date:
    return date.fromisoformat(text)


def motor(*terms: Cover, facts: tuple[Fact, ...] = ()) -> PolicyFacts:
    return PolicyFacts(signed_on=terms[0].starts_on, terms=terms, facts=facts)


def life(*facts: Fact, ends_on: date | None = None, years: int | None = 20, mode: int = 12) -> PolicyFacts:
    return PolicyFacts(
        signed_on=day("2024-02-20"),
        terms=(Cover(day("2024-03-01"), ends_on),),
        facts=facts,
        long_term=True,
        payment_mode=mode,
        payment_years=years,
    )


def paid(on: str, until: str) -> Fact:
    return Fact(FactKind.PREMIUM_PAID, day(on), day(until))


def fact(kind: FactKind, on: str) -> Fact:
    return Fact(kind, day(on))


FIRST_YEAR = paid("2024-02-20", "2025-03-01")


class TestAnnualCover:
    TERM = Cover(day("2025-01-01"), day("2026-01-01"))

    @pytest.mark.parametrize(
        ("on", "held"),
        [
            ("2024-12-31", {S.NOT_YET_ON_RISK}),
            ("2025-01-01", {S.ON_RISK}),
            ("2025-10-02", {S.ON_RISK}),
            ("2025-10-03", {S.ON_RISK, S.RENEWAL_DUE}),  # 90 days before the end
            ("2025-12-31", {S.ON_RISK, S.RENEWAL_DUE}),
            ("2026-01-01", {S.EXPIRED}),  # the day on which cover ends is outside
        ],
    )
    def test_a_term_is_half_open(self, on, held):
        assert statuses(motor(self.TERM), on=day(on), clocks=MOTOR) == held

    def test_a_gap_between_terms_is_expired_and_then_on_risk_again(self):
        facts = motor(self.TERM, Cover(day("2026-02-01"), day("2027-02-01")))
        assert statuses(facts, on=day("2026-01-31"), clocks=MOTOR) == {S.EXPIRED}
        assert statuses(facts, on=day("2026-02-01"), clocks=MOTOR) == {S.ON_RISK}

    def test_a_renewal_agreed_before_the_end_is_no_longer_due_from_that_day(self):
        facts = motor(self.TERM, Cover(day("2026-01-01"), day("2027-01-01"), agreed_on=day("2025-12-01")))
        assert S.RENEWAL_DUE in statuses(facts, on=day("2025-11-30"), clocks=MOTOR)
        assert statuses(facts, on=day("2025-12-01"), clocks=MOTOR) == {S.ON_RISK}

    def test_a_declined_renewal_is_not_due_and_the_policy_expires(self):
        facts = motor(self.TERM, facts=(fact(FactKind.RENEWAL_DECLINED, "2025-11-01"),))
        assert S.RENEWAL_DUE in statuses(facts, on=day("2025-10-31"), clocks=MOTOR)
        assert statuses(facts, on=day("2025-11-01"), clocks=MOTOR) == {S.ON_RISK}
        assert next_dates(facts, on=day("2025-11-01"), clocks=MOTOR) == (
            NextDate(NextDateKind.EXPIRY, day("2026-01-01")),
        )

    def test_declining_one_renewal_does_not_decline_the_next(self):
        facts = motor(
            self.TERM,
            Cover(day("2026-02-01"), day("2027-02-01")),
            facts=(fact(FactKind.RENEWAL_DECLINED, "2025-11-01"),),
        )
        assert S.RENEWAL_DUE in statuses(facts, on=day("2027-01-15"), clocks=MOTOR)

    def test_a_term_agreed_after_the_end_of_the_contract_opens_cover_again(self):
        facts = motor(
            self.TERM,
            Cover(day("2026-01-01"), day("2027-01-01")),
            facts=(fact(FactKind.CANCEL_REQUESTED, "2025-05-01"), fact(FactKind.SURRENDERED, "2025-06-01")),
        )
        assert statuses(facts, on=day("2025-12-31"), clocks=MOTOR) == {S.SURRENDERED}
        assert statuses(facts, on=day("2026-01-01"), clocks=MOTOR) == {S.ON_RISK}

    def test_a_renewal_agreed_before_the_surrender_does_not_open_cover_again(self):
        facts = motor(
            self.TERM,
            Cover(day("2026-01-01"), day("2027-01-01"), agreed_on=day("2025-11-01")),
            facts=(fact(FactKind.SURRENDERED, "2025-12-01"),),
        )
        assert statuses(facts, on=day("2026-06-01"), clocks=MOTOR) == {S.SURRENDERED}


class TestLongTermCover:
    """保险法 §36-37 and the cooling-off period; days are counted from the next day (民法典 §201)."""

    @pytest.mark.parametrize(
        ("on", "held"),
        [
            ("2024-02-20", {S.NOT_YET_ON_RISK, S.IN_COOLING_OFF}),
            ("2024-03-01", {S.ON_RISK, S.IN_COOLING_OFF}),
            ("2024-03-06", {S.ON_RISK, S.IN_COOLING_OFF}),  # the fifteenth day after signing
            ("2024-03-07", {S.ON_RISK}),
            ("2025-03-01", {S.ON_RISK}),  # due today
            ("2025-03-02", {S.ON_RISK, S.IN_GRACE}),
            ("2025-04-30", {S.ON_RISK, S.IN_GRACE}),  # the sixtieth day after the due date
            ("2025-05-01", {S.SUSPENDED}),
            ("2030-01-01", {S.SUSPENDED}),  # two years later the insurer may rescind; until then it stays suspended
        ],
    )
    def test_an_unpaid_instalment_runs_through_grace_into_suspension(self, on, held):
        assert statuses(life(FIRST_YEAR), on=day(on), clocks=LIFE) == held

    def test_thirty_days_after_a_demand_end_the_grace_sooner(self):
        facts = life(FIRST_YEAR, fact(FactKind.PREMIUM_DEMANDED, "2025-03-10"))
        assert statuses(facts, on=day("2025-04-09"), clocks=LIFE) == {S.ON_RISK, S.IN_GRACE}
        assert statuses(facts, on=day("2025-04-10"), clocks=LIFE) == {S.SUSPENDED}

    def test_a_late_demand_does_not_lengthen_the_grace(self):
        facts = life(FIRST_YEAR, fact(FactKind.PREMIUM_DEMANDED, "2025-04-25"))
        assert statuses(facts, on=day("2025-05-01"), clocks=LIFE) == {S.SUSPENDED}

    def test_a_premium_paid_in_grace_ends_it_on_that_day(self):
        facts = life(FIRST_YEAR, paid("2025-04-15", "2026-03-01"))
        assert S.IN_GRACE in statuses(facts, on=day("2025-04-14"), clocks=LIFE)
        assert statuses(facts, on=day("2025-04-15"), clocks=LIFE) == {S.ON_RISK}

    def test_reinstatement_with_the_arrears_puts_it_on_risk_again(self):
        facts = life(FIRST_YEAR, paid("2025-09-01", "2026-03-01"), fact(FactKind.REINSTATED, "2025-09-01"))
        assert statuses(facts, on=day("2025-08-31"), clocks=LIFE) == {S.SUSPENDED}
        assert statuses(facts, on=day("2025-09-01"), clocks=LIFE) == {S.ON_RISK}

    def test_a_suspension_on_record_needs_a_reinstatement_on_record(self):
        facts = life(FIRST_YEAR, fact(FactKind.SUSPENDED, "2024-08-01"), paid("2024-09-01", "2026-03-01"))
        assert statuses(facts, on=day("2024-10-01"), clocks=LIFE) == {S.SUSPENDED}

    def test_the_insurer_may_rescind_two_years_after_suspension(self):
        found = next_dates(life(FIRST_YEAR), on=day("2025-06-01"), clocks=LIFE)
        assert found == (NextDate(NextDateKind.REINSTATEMENT_DEADLINE, day("2027-05-01")),)

    def test_no_clock_runs_before_a_first_premium_is_on_record(self):
        assert statuses(life(), on=day("2026-01-01"), clocks=LIFE) == {S.ON_RISK}

    def test_single_premium_is_never_in_grace(self):
        facts = life(paid("2024-02-20", "2025-03-01"), mode=PaymentMode.SINGLE, years=None)
        assert statuses(facts, on=day("2026-01-01"), clocks=LIFE) == {S.ON_RISK}

    def test_nothing_is_due_when_the_payment_years_are_over(self):
        facts = life(paid("2024-02-20", "2025-03-01"), years=1)
        assert statuses(facts, on=day("2040-01-01"), clocks=LIFE) == {S.ON_RISK}

    def test_reduced_paid_up_cover_owes_nothing(self):
        facts = life(FIRST_YEAR, fact(FactKind.PAID_UP, "2025-03-20"))
        assert statuses(facts, on=day("2026-01-01"), clocks=LIFE) == {S.ON_RISK, S.PAID_UP}

    def test_whole_life_cover_has_no_end(self):
        facts = life(paid("2024-02-20", "2044-03-01"))
        assert statuses(facts, on=day("2120-01-01"), clocks=LIFE) == {S.ON_RISK}

    def test_cover_ends_by_itself_and_matures_by_a_fact(self):
        facts = life(paid("2024-02-20", "2034-03-01"), ends_on=day("2034-03-01"), years=10)
        assert statuses(facts, on=day("2034-02-28"), clocks=LIFE) == {S.ON_RISK}
        assert statuses(facts, on=day("2034-03-01"), clocks=LIFE) == {S.EXPIRED}
        matured = life(
            paid("2024-02-20", "2034-03-01"),
            fact(FactKind.MATURED, "2034-03-01"),
            ends_on=day("2034-03-01"),
            years=10,
        )
        assert statuses(matured, on=day("2034-03-01"), clocks=LIFE) == {S.MATURED}

    def test_on_risk_in_grace_and_cancel_pending_hold_together(self):
        facts = life(FIRST_YEAR, fact(FactKind.CANCEL_REQUESTED, "2025-03-20"))
        assert statuses(facts, on=day("2025-03-20"), clocks=LIFE) == {S.ON_RISK, S.IN_GRACE, S.CANCEL_PENDING}
        withdrawn = life(
            FIRST_YEAR, fact(FactKind.CANCEL_REQUESTED, "2025-03-20"), fact(FactKind.CANCEL_WITHDRAWN, "2025-03-22")
        )
        assert statuses(withdrawn, on=day("2025-03-22"), clocks=LIFE) == {S.ON_RISK, S.IN_GRACE}

    @pytest.mark.parametrize(
        ("ending", "held"),
        [
            (FactKind.COOLING_OFF_CANCELLED, S.CANCELLED),
            (FactKind.SURRENDERED, S.SURRENDERED),
            (FactKind.LAPSED, S.LAPSED),
            (FactKind.RESCINDED, S.TERMINATED),
            (FactKind.CLAIM_TERMINATED, S.TERMINATED),
            (FactKind.TRANSFERRED, S.TERMINATED),
        ],
    )
    def test_an_ending_is_the_only_status_from_its_day(self, ending, held):
        facts = life(FIRST_YEAR, fact(ending, "2024-03-03"))
        assert S.ON_RISK in statuses(facts, on=day("2024-03-02"), clocks=LIFE)
        assert statuses(facts, on=day("2024-03-03"), clocks=LIFE) == {held}
        assert next_dates(facts, on=day("2024-03-03"), clocks=LIFE) == ()

    def test_a_contract_cancelled_before_its_first_day_does_not_start(self):
        facts = life(FIRST_YEAR, fact(FactKind.COOLING_OFF_CANCELLED, "2024-02-25"))
        assert statuses(facts, on=day("2024-06-01"), clocks=LIFE) == {S.CANCELLED}

    def test_next_dates_tell_what_is_due_and_when_grace_ends(self):
        found = next_dates(life(FIRST_YEAR, ends_on=day("2054-03-01")), on=day("2024-03-02"), clocks=LIFE)
        assert found == (
            NextDate(NextDateKind.COOLING_OFF_END, day("2024-03-07")),
            NextDate(NextDateKind.PREMIUM_DUE, day("2025-03-01")),
            NextDate(NextDateKind.GRACE_END, day("2025-05-01")),
            NextDate(NextDateKind.MATURITY, day("2054-03-01")),
        )


def test_the_time_machine_leaves_out_what_was_recorded_later():
    noon = datetime(2025, 6, 1, 12, tzinfo=UTC)
    facts = life(
        FIRST_YEAR,
        Fact(FactKind.SURRENDERED, day("2024-12-01"), recorded_at=noon),
        Fact(FactKind.SUSPENDED, day("2025-01-01"), recorded_at=noon),
    )
    assert statuses(facts, on=day("2025-02-01"), clocks=LIFE, known_at=noon) == {S.SURRENDERED}
    assert statuses(facts, on=day("2025-02-01"), clocks=LIFE, known_at=noon - timedelta(seconds=1)) == {S.ON_RISK}


def test_an_online_life_policy_has_twenty_days_of_cooling_off():
    online = clocks_for(line="life", channel="online", long_term=True, on=day("2026-11-22"))
    assert (LIFE.cooling_off_days, online.cooling_off_days) == (15, 20)
