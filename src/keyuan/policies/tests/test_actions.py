"""Every action on a policy: what happens, what is refused, and what then did not happen."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from keyuan.accounts.access import NotPermitted
from keyuan.accounts.roles import Role
from keyuan.customers import queries as customers
from keyuan.customers.refusals import CustomerNotFound, IdentifierTaken
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.kernel.money import Money
from keyuan.policies import actions, queries, refusals
from keyuan.policies.actions import ObjectDraft, PartyDraft, PolicyDraft
from keyuan.policies.models import Policy, PolicyFact
from keyuan.policies.states import FactKind, PolicyStatus
from keyuan.policies.tests import factories as make
from keyuan.products.states import Line

pytestmark = pytest.mark.django_db
S = PolicyStatus
PREMIUM = Money("5000.00")


def held(policy: Policy, on: str) -> frozenset[PolicyStatus]:
    (found,) = queries.holdings(policy.customer_id, viewer=make.staff(), on=date.fromisoformat(on))
    return found.statuses


def lines(policy: Policy) -> list[str]:
    found = Event.objects.filter(subject_type="policy", subject_id=str(policy.pk)).order_by("id")
    return list(found.values_list("name", flat=True))


def draft(holder, **changes) -> PolicyDraft:
    values = {
        "customer_id": holder.pk,
        "number": "PDAA202632050000000123",
        "product_code": make.product().code,
        "channel": "counter",
        "premium": Money("3200.00"),
        "payment_mode": 12,
        "signed_on": date(2026, 6, 1),
        "starts_on": date(2026, 6, 10),
        "ends_on": date(2027, 6, 10),
        "first_premium_on": date(2026, 6, 1),
        "objects": (ObjectDraft(kind="vehicle", label="测试轿车", plate="苏E·12345", vin="LSVAA4181E2123456"),),
        **changes,
    }
    return PolicyDraft(**values)


class TestIssue:
    def test_a_policy_is_issued_and_found_by_number_plate_and_vin(self):
        holder, by = make.customer(), make.staff()
        policy = actions.issue_policy(draft(holder), by=by)

        assert policy.org_unit_id == holder.org_unit_id
        (found,) = queries.holdings(holder.pk, viewer=by, on=date(2026, 6, 10))
        assert found.statuses == {S.ON_RISK}
        assert found.premiums_paid == Decimal("3200.00")
        assert [term.premium for term in found.terms] == [Decimal("3200.00")]
        for text in ("PDAA202632050000000123", "苏E12345", "LSVAA4181E2123456"):
            assert [one.pk for one in customers.by_identifier(text, viewer=by)] == [holder.pk], text
        assert lines(policy) == ["policy.issued"]
        line = Event.objects.get(name="policy.issued")
        assert line.payload["policy"] == policy.number
        assert line.payload["amount"] == "3200.00"

    def test_a_first_life_premium_pays_to_the_next_due_date(self):
        holder = make.customer()
        life = make.product(Line.LIFE, long_term=True)
        policy = actions.issue_policy(
            draft(holder, product_code=life.code, payment_years=20, ends_on=None, objects=()), by=make.staff()
        )
        assert PolicyFact.objects.get(policy=policy).until == date(2027, 6, 10)

    def test_a_plate_of_another_customer_refuses_the_whole_policy(self):
        by = make.staff()
        actions.issue_policy(draft(make.customer()), by=by)
        with pytest.raises(IdentifierTaken):
            actions.issue_policy(draft(make.customer(), number="PDAA202632050000000124"), by=by)
        assert Policy.objects.count() == 1
        assert Event.objects.filter(name="policy.issued").count() == 1

    def test_a_second_policy_on_the_same_car_of_the_same_customer_is_fine(self):
        holder, by = make.customer(), make.staff()
        actions.issue_policy(draft(holder), by=by)
        actions.issue_policy(draft(holder, number="PDAA202632050000000124"), by=by)
        assert len(queries.holdings(holder.pk, viewer=by, on=date(2026, 7, 1))) == 2

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"ends_on": date(2026, 6, 10)}, refusals.TermImpossible),
            ({"signed_on": today() + timedelta(days=1)}, refusals.FactInTheFuture),
            ({"agent_id": 999}, refusals.AgentUnknown),
            ({"parties": (PartyDraft(customer_id=999, role="insured"),)}, CustomerNotFound),
        ],
    )
    def test_an_impossible_draft_is_refused_and_leaves_nothing(self, changes, refusal):
        with pytest.raises(refusal):
            actions.issue_policy(draft(make.customer(), **changes), by=make.staff())
        assert not Policy.objects.exists()
        assert not Event.objects.exists()

    def test_beneficiaries_cannot_share_more_than_all(self):
        holder, one, two = make.customer(), make.customer(), make.customer()
        shares = tuple(PartyDraft(customer_id=who.pk, role="beneficiary", share=Decimal("0.6")) for who in (one, two))
        with pytest.raises(refusals.SharesExceedOne, match="120%"):
            actions.issue_policy(draft(holder, parties=shares), by=make.staff())

    def test_a_number_is_issued_once(self):
        by, holder = make.staff(), make.customer()
        actions.issue_policy(draft(holder), by=by)
        with pytest.raises(refusals.NumberTaken):
            actions.issue_policy(draft(holder), by=by)

    def test_only_those_who_serve_policies_issue_them_and_only_in_their_scope(self):
        holder = make.customer(make.branch("SZ"))
        with pytest.raises(NotPermitted):
            actions.issue_policy(draft(holder), by=make.staff(Role.HOTLINE))
        with pytest.raises(CustomerNotFound):
            actions.issue_policy(draft(holder), by=make.staff(Role.COUNTER, make.branch("NJ")))
        assert not Policy.objects.exists()


class TestPremiums:
    def test_a_premium_in_grace_pays_to_the_next_due_date(self):
        policy = make.life_policy(make.customer())
        fact = actions.receive_premium(policy.pk, amount=PREMIUM, on=date(2025, 4, 15), by=make.staff())
        assert fact.until == date(2026, 3, 1)
        assert held(policy, "2025-04-15") == {S.ON_RISK}
        assert lines(policy) == ["premium.received"]

    def test_two_premiums_pay_for_two_years(self):
        policy = make.life_policy(make.customer())
        fact = actions.receive_premium(policy.pk, amount=Money("10000.00"), on=date(2025, 3, 1), by=make.staff())
        assert fact.until == date(2027, 3, 1)

    @pytest.mark.parametrize(
        ("amount", "refusal"),
        [
            (Money("4999.99"), refusals.PremiumNotWhole),
            (Money("7500.00"), refusals.PremiumNotWhole),
            (Money("0.00"), refusals.AmountNotPositive),
            (Money("-5000.00"), refusals.AmountNotPositive),
            (Money("5000.00", "EUR"), refusals.WrongCurrency),
        ],
    )
    def test_a_part_of_a_premium_or_foreign_money_is_refused(self, amount, refusal):
        policy = make.life_policy(make.customer())
        with pytest.raises(refusal):
            actions.receive_premium(policy.pk, amount=amount, on=date(2025, 3, 1), by=make.staff())
        assert PolicyFact.objects.count() == 1
        assert lines(policy) == []

    def test_a_premium_does_not_revive_suspended_cover(self):
        policy = make.life_policy(make.customer())
        with pytest.raises(refusals.PremiumNotOwed) as refused:
            actions.receive_premium(policy.pk, amount=PREMIUM, on=date(2025, 5, 1), by=make.staff())
        assert "中止" in str(refused.value)
        assert PolicyFact.objects.count() == 1

    def test_a_premium_for_annual_cover_moves_no_clock(self):
        policy = make.policy(make.customer())
        fact = actions.receive_premium(policy.pk, amount=Money("1200.00"), on=date(2026, 1, 1), by=make.staff())
        assert fact.until is None

    def test_nobody_records_a_fact_of_tomorrow_or_before_the_contract(self):
        policy, by = make.life_policy(make.customer()), make.staff()
        with pytest.raises(refusals.FactInTheFuture):
            actions.receive_premium(policy.pk, amount=PREMIUM, on=today() + timedelta(days=1), by=by)
        with pytest.raises(refusals.BeforeTheContract):
            actions.receive_premium(policy.pk, amount=PREMIUM, on=date(2024, 2, 19), by=by)

    def test_a_policy_out_of_scope_is_not_found(self):
        policy = make.life_policy(make.customer(make.branch("SZ")))
        with pytest.raises(queries.PolicyNotFound):
            actions.receive_premium(
                policy.pk, amount=PREMIUM, on=date(2025, 3, 1), by=make.staff(Role.COUNTER, make.branch("NJ"))
            )

    def test_a_demand_starts_the_thirty_days(self):
        policy = make.life_policy(make.customer())
        actions.demand_premium(policy.pk, on=date(2025, 3, 10), by=make.staff())
        assert held(policy, "2025-04-10") == {S.SUSPENDED}
        with pytest.raises(refusals.NotLongTerm):
            actions.demand_premium(make.policy(make.customer()).pk, on=date(2026, 2, 1), by=make.staff())

    def test_dividends_are_paid_while_on_risk(self):
        policy = make.life_policy(make.customer())
        actions.pay_dividend(policy.pk, amount=Money("88.00"), on=date(2024, 12, 31), by=make.staff())
        (found,) = queries.holdings(policy.customer_id, viewer=make.staff(), on=date(2025, 1, 1))
        assert found.paid_out == Decimal("88.00")


class TestSuspension:
    def test_cover_is_reinstated_against_all_arrears(self):
        policy, by = make.life_policy(make.customer()), make.staff()
        with pytest.raises(refusals.ArrearsNotCovered, match="2期保费"):
            actions.reinstate(policy.pk, arrears=PREMIUM, on=date(2026, 4, 1), by=by)
        assert PolicyFact.objects.count() == 1

        actions.reinstate(policy.pk, arrears=Money("10000.00"), on=date(2026, 4, 1), by=by)
        assert held(policy, "2026-03-31") == {S.SUSPENDED}
        assert held(policy, "2026-04-01") == {S.ON_RISK}
        assert lines(policy) == ["premium.received", "policy.reinstated"]

    def test_after_two_years_it_can_lapse_and_no_longer_be_reinstated(self):
        policy, by = (
            make.life_policy(make.customer(), signed_on=date(2022, 2, 20), starts_on=date(2022, 3, 1)),
            make.staff(),
        )
        PolicyFact.objects.update(on=date(2022, 2, 20), until=date(2023, 3, 1))  # suspended since 2023-05-01
        with pytest.raises(refusals.TooEarlyToLapse, match="2025-05-01"):
            actions.lapse(policy.pk, on=date(2025, 4, 30), by=by)
        with pytest.raises(refusals.ReinstatementTooLate):
            actions.reinstate(policy.pk, arrears=Money("15000.00"), on=date(2025, 5, 1), by=by)
        actions.lapse(policy.pk, cash_value=Money("1234.50"), on=date(2025, 5, 1), by=by)
        assert held(policy, "2025-05-01") == {S.LAPSED}

    def test_cover_in_grace_cannot_be_suspended(self):
        policy = make.life_policy(make.customer())
        with pytest.raises(refusals.CannotSuspend):
            actions.suspend(policy.pk, on=date(2025, 3, 15), by=make.staff())

    def test_a_suspension_by_agreement_and_its_end(self):
        policy, by = make.policy(make.customer()), make.staff()
        actions.suspend(policy.pk, on=date(2026, 3, 1), note="停驶", by=by)
        assert held(policy, "2026-03-01") == {S.SUSPENDED}
        actions.reinstate(policy.pk, on=date(2026, 5, 1), by=by)
        assert held(policy, "2026-05-01") == {S.ON_RISK}
        with pytest.raises(refusals.NotSuspended):
            actions.reinstate(policy.pk, on=date(2026, 5, 2), by=by)

    def test_reduced_paid_up_owes_nothing_more(self):
        policy, by = make.life_policy(make.customer()), make.staff()
        actions.convert_to_paid_up(policy.pk, on=date(2025, 3, 15), by=by)
        assert held(policy, "2026-01-01") == {S.ON_RISK, S.PAID_UP}
        with pytest.raises(refusals.PremiumNotOwed):
            actions.receive_premium(policy.pk, amount=PREMIUM, on=date(2025, 3, 20), by=by)


class TestEnding:
    def test_a_cancellation_is_asked_for_withdrawn_and_asked_for_again(self):
        policy, by = make.life_policy(make.customer()), make.staff(Role.HOTLINE)
        actions.request_cancellation(policy.pk, on=date(2024, 6, 1), note="想换产品", by=by)
        with pytest.raises(refusals.CannotRequestCancellation):
            actions.request_cancellation(policy.pk, on=date(2024, 6, 1), by=by)
        assert held(policy, "2024-06-01") == {S.ON_RISK, S.CANCEL_PENDING}
        actions.withdraw_cancellation(policy.pk, on=date(2024, 6, 2), by=by)
        assert held(policy, "2024-06-02") == {S.ON_RISK}
        with pytest.raises(refusals.NoCancellationPending):
            actions.withdraw_cancellation(policy.pk, on=date(2024, 6, 3), by=by)
        actions.request_cancellation(policy.pk, on=date(2024, 6, 4), by=by)
        assert lines(policy) == ["policy.cancel_requested", "policy.cancel_withdrawn", "policy.cancel_requested"]

    def test_the_hotline_takes_the_request_but_does_not_surrender(self):
        policy = make.life_policy(make.customer())
        with pytest.raises(NotPermitted):
            actions.surrender(policy.pk, cash_value=Money("1.00"), on=date(2024, 6, 1), by=make.staff(Role.HOTLINE))

    def test_cooling_off_is_over_after_fifteen_days(self):
        policy, by = make.life_policy(make.customer()), make.staff()
        with pytest.raises(refusals.CoolingOffOver):
            actions.cancel_in_cooling_off(policy.pk, refund=PREMIUM, on=date(2024, 3, 7), by=by)
        actions.cancel_in_cooling_off(policy.pk, refund=Money("4990.00"), on=date(2024, 3, 6), by=by)
        assert held(policy, "2024-03-06") == {S.CANCELLED}

    def test_surrender_pays_the_cash_value_once(self):
        policy, by = make.life_policy(make.customer()), make.staff()
        actions.surrender(policy.pk, cash_value=Money("2500.00"), on=date(2025, 1, 10), by=by)
        with pytest.raises(refusals.AlreadyEnded):
            actions.surrender(policy.pk, cash_value=Money("2500.00"), on=date(2025, 1, 11), by=by)
        assert PolicyFact.objects.filter(kind=FactKind.SURRENDERED).count() == 1
        assert lines(policy) == ["policy.surrendered"]

    def test_a_contract_does_not_end_before_what_already_happened(self):
        policy, by = make.life_policy(make.customer()), make.staff()
        actions.receive_premium(policy.pk, amount=PREMIUM, on=date(2025, 3, 1), by=by)
        with pytest.raises(refusals.LaterFactsOnRecord, match="2025-03-01"):
            actions.surrender(policy.pk, on=date(2025, 1, 10), by=by)

    def test_maturity_comes_on_the_day_and_not_before(self):
        policy = make.life_policy(make.customer(), ends_on=date(2025, 3, 1), payment_years=1)
        by = make.staff()
        with pytest.raises(refusals.NotMaturedYet):
            actions.mature(policy.pk, benefit=Money("5500.00"), on=date(2025, 2, 28), by=by)
        actions.mature(policy.pk, benefit=Money("5500.00"), on=date(2025, 3, 1), by=by)
        assert held(policy, "2025-03-01") == {S.MATURED}

    @pytest.mark.parametrize(
        ("end", "status"),
        [
            (lambda id_, by: actions.rescind(id_, reason="未如实告知", on=date(2024, 6, 1), by=by), S.TERMINATED),
            (lambda id_, by: actions.terminate_by_claim(id_, on=date(2024, 6, 1), by=by), S.TERMINATED),
            (lambda id_, by: actions.transfer(id_, on=date(2024, 6, 1), by=by), S.TERMINATED),
        ],
    )
    def test_other_ways_to_end(self, end, status):
        policy, by = make.life_policy(make.customer()), make.staff()
        end(policy.pk, by)
        assert held(policy, "2024-06-01") == {status}
        with pytest.raises(refusals.MoveRefused):
            actions.rescind(policy.pk, reason="x", on=date(2024, 6, 2), by=by)


class TestRenewal:
    def test_a_renewal_agreed_in_time_follows_without_a_gap(self):
        policy, by = make.policy(make.customer()), make.staff()
        term = actions.renew_policy(policy.pk, premium=Money("1100.00"), on=date(2026, 11, 20), by=by)
        assert (term.starts_on, term.ends_on, term.agreed_on) == (
            date(2027, 1, 1),
            date(2028, 1, 1),
            date(2026, 11, 20),
        )
        policy.refresh_from_db()
        assert (policy.ends_on, policy.premium) == (date(2028, 1, 1), Decimal("1100.00"))
        assert held(policy, "2026-11-19") == {S.ON_RISK, S.RENEWAL_DUE}
        assert held(policy, "2026-11-20") == {S.ON_RISK}
        assert lines(policy) == ["policy.renewed"]

    def test_a_late_renewal_leaves_the_gap_uncovered(self):
        policy = make.policy(
            make.customer(), signed_on=date(2024, 1, 1), starts_on=date(2024, 1, 1), ends_on=date(2025, 1, 1)
        )
        term = actions.renew_policy(policy.pk, premium=Money("1100.00"), on=date(2025, 2, 1), by=make.staff())
        assert term.starts_on == date(2025, 2, 1)
        assert held(policy, "2025-01-31") == {S.EXPIRED}
        assert held(policy, "2025-02-01") == {S.ON_RISK}

    def test_terms_do_not_overlap(self):
        policy, by = make.policy(make.customer()), make.staff()
        with pytest.raises(refusals.TermOverlaps):
            actions.renew_policy(
                policy.pk, premium=Money("1.00"), starts_on=date(2026, 12, 31), on=date(2026, 11, 1), by=by
            )
        with pytest.raises(refusals.TermImpossible):
            actions.renew_policy(
                policy.pk, premium=Money("1.00"), ends_on=date(2027, 1, 1), on=date(2026, 11, 1), by=by
            )
        assert policy.terms.count() == 1

    def test_long_term_and_surrendered_cover_is_not_renewed(self):
        by = make.staff()
        with pytest.raises(refusals.RenewalNotOpen):
            actions.renew_policy(make.life_policy(make.customer()).pk, premium=PREMIUM, on=date(2024, 6, 1), by=by)
        motor = make.policy(make.customer())
        actions.surrender(motor.pk, on=date(2026, 5, 1), by=by)
        with pytest.raises(refusals.RenewalNotOpen):
            actions.renew_policy(motor.pk, premium=Money("1200.00"), on=date(2026, 6, 1), by=by)

    def test_who_declines_is_no_longer_due_and_may_still_renew(self):
        policy, by = make.policy(make.customer()), make.staff()
        actions.decline_renewal(policy.pk, reason="价格", on=date(2026, 11, 1), by=by)
        assert held(policy, "2026-11-01") == {S.ON_RISK}
        assert PolicyFact.objects.get(policy=policy).note == "价格"
        actions.renew_policy(policy.pk, premium=Money("1000.00"), on=date(2026, 11, 2), by=by)
        assert held(policy, "2027-01-01") == {S.ON_RISK}
