"""Who is insured, who agrees, who inherits, and what the law wants shown: over the pages, to the policy or to the reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from keyuan.accounts.limits import Limit
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.billing.tests.conftest import gateway_folder, sandbox
from keyuan.files.models import Attachment
from keyuan.identity.actions import decide_by_hand
from keyuan.identity.models import Check
from keyuan.messages.models import Message
from keyuan.policies.models import Party, Policy
from tests.buying import Buyer, Heir, Insured, Stuck, purchase, somebody
from tests.buying.driver import PDF
from tests.buying.people import abroad
from tests.fixtures.organisation import Organisation
from tests.journeys.test_every_product_over_http import bought, buyer, newest_code, people_of

__all__ = ["buyer", "gateway_folder", "sandbox"]
pytestmark = pytest.mark.django_db
Buyers = Callable[[], Buyer]


@pytest.fixture(autouse=True)
def _codes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits a minute here for another code."""
    monkeypatch.setattr("keyuan.identity.limits.CODES_A_MINUTE", Limit("codes_in_tests", 100, 60))


def test_a_family_goes_on_one_journey_with_heirs_in_ranks(buyer: Buyers) -> None:
    spouse = somebody(11, born=date(1989, 1, 2), sex="male", mobile=False)
    children = [somebody(11, born=date(2014 + k, 5, 6), mobile=False) for k in range(2)]
    heirs = (
        Heir(person=spouse, relation="spouse", share="100"),
        Heir(person=children[0], relation="child", share="33.33", rank=2),
        Heir(person=children[1], relation="child", share="66.67", rank=2),
    )
    wanted = purchase("TRV", 11).but(
        insured=(Insured(spouse, "spouse"), *(Insured(one, "child") for one in children)), heirs=heirs
    )
    _made, order, policy = bought(buyer, wanted)
    assert len(people_of(policy, "insured")) == 4
    assert people_of(policy, "beneficiary") == [
        (spouse.name, Decimal(1), 1),
        (children[0].name, Decimal("0.3333"), 2),
        (children[1].name, Decimal("0.6667"), 2),
    ]
    assert order.quote is not None
    assert len(order.quote.risk["ages"]) == 4


def test_shares_of_a_rank_that_do_not_make_one_are_refused_beside_what_was_typed(buyer: Buyers) -> None:
    spouse = somebody(12, born=date(1989, 1, 2), sex="male", mobile=False)
    wanted = purchase("TRV", 12).but(heirs=(Heir(person=spouse, relation="spouse", share="60"),))
    with pytest.raises(Stuck, match="第1顺位受益人的份额合计是60%"):
        buyer().buy(wanted)


def test_only_a_parent_insures_a_minor_against_death(buyer: Buyers) -> None:
    nephew = somebody(13, born=date(2015, 5, 6), mobile=False)
    with pytest.raises(Stuck, match="只有父母可以为未成年人投保"):
        buyer().buy(purchase("TRV", 13).but(insured=(Insured(nephew, "other_interest"),)))
    assert not Policy.objects.exists()


def test_a_childs_death_cover_is_cut_to_the_laws_limit_and_signed_so(buyer: Buyers) -> None:
    driver = buyer()
    wanted = purchase("TRV", 14)
    order = driver.start(wanted)
    page = driver.fill(order, wanted)
    assert re.search(r"依法身故保险金最多\s*¥500,000", page.text) is None
    child = somebody(14, born=date(2020, 5, 6), mobile=False)
    page = driver.fill(order, wanted.but(insured=(Insured(child, "child"),)))
    assert "依法身故保险金最多¥200,000.00" in page.all("//main")[0].text_content()
    driver.submit(order)
    told = driver.web.get(f"{order}sign/")
    assert "&quot;death_at_most&quot;" in told.text or '"death_at_most": {"1": "200000.00"}' in told.text


def test_an_adult_insured_agrees_on_their_own_telephone_before_long_cover_on_their_death(buyer: Buyers) -> None:
    spouse = somebody(17, born=date(1989, 1, 2), sex="male")
    spouse = replace(spouse, mobile="13700000017")
    wanted = purchase("TRM", 17).but(self_insured=False, insured=(Insured(spouse, "spouse"),))
    driver = buyer()
    order = driver.start(wanted)
    page = driver.fill(order, wanted, until="consent")
    page = driver.web.send(page.form(goes_to="/consent/"))
    assert "还有人没有同意" in page.text
    page = driver.web.send(page.form(goes_to="/consent/"), button=("more", "send.0"))
    told = Message.objects.get(template="insured_consent")
    assert told.address == "13700000017"
    assert "¥500,000" in (told.text or "")
    page = driver.web.send(page.form(goes_to="/consent/").fill({"code.0": "000000"}), button=("more", "agree.0"))
    assert page.status == 422
    driver.fill(order, wanted)
    driver.submit(order)
    driver.sign(order)
    made = driver.pay(order)
    assert people_of(Policy.objects.get(number=made.policy), "insured") == [(spouse.name, None, 1)]


def test_their_word_is_for_a_sum_and_another_sum_needs_another_word(buyer: Buyers) -> None:
    spouse = replace(somebody(18, born=date(1989, 1, 2), sex="male"), mobile="13700000018")
    wanted = purchase("TRM", 18).but(self_insured=False, insured=(Insured(spouse, "spouse"),))
    driver = buyer()
    order = driver.start(wanted)
    driver.fill(order, wanted)
    page = driver.web.get(f"{order}cover/")
    driver.web.send(page.form(has="starts_on").fill({"sum": "600000"}))
    page = driver.web.get(f"{order}check/")
    assert f"{spouse.name}的同意" in page.text
    assert not page.all("//form[contains(@action, '/submit/')]")


def test_the_applicant_says_so_for_cover_of_a_year(buyer: Buyers) -> None:
    mother = somebody(19, born=date(1968, 2, 3), mobile=False)
    wanted = purchase("ACC", 19).but(self_insured=False, insured=(Insured(mother, "parent"),))
    driver = buyer()
    order = driver.start(wanted)
    page = driver.fill(order, wanted, until="read")
    form = page.form(goes_to="/read/")
    assert "agree.insured_agrees" in form
    ticked = {
        name: "on" for name in form.names if name.startswith(("read.", "agree.")) and name != "agree.insured_agrees"
    }
    assert driver.web.send(form.fill(ticked)).status == 422


def test_from_the_threshold_on_copies_and_the_register_are_asked_and_filed(buyer: Buyers) -> None:
    spouse = Heir(person=somebody(20, born=date(1988, 8, 8), sex="male", mobile=False), relation="spouse", share="100")
    wanted = purchase("PAR", 20).but(
        told={"sum": "400000", "mode": "0", "pay_years": "single"},
        heirs=(spouse,),
        means={"household_income": "2000000", "budget": "900000"},
        facts={"annual_income": "2000000"},
    )
    driver = buyer()
    order = driver.start(wanted)
    page = driver.fill(order, wanted, until="papers")
    assert "转账缴费20万元以上" in page.text
    form = page.form(goes_to="/papers/")
    assert {name for name in form.names if name.startswith("paper.")} == {"paper.id.applicant", "paper.id.heir.0"}
    page = driver.web.send(form.attach("paper.id.applicant", "me.pdf", PDF))
    assert "me.pdf" in page.text
    assert "请上传" in page.text
    driver.fill(order, wanted)
    driver.submit(order)
    driver.sign(order)
    made = driver.pay(order)
    policy = Policy.objects.get(number=made.policy)
    kept = Attachment.objects.filter(subject_kind="policy", subject_id=policy.pk)
    assert sorted(one.note for one in kept) == ["id.applicant", "id.heir.0"]
    assert policy.premium >= 200_000


def test_below_the_threshold_nobody_is_asked_for_a_copy(buyer: Buyers) -> None:
    wanted = purchase("PAR", 21)
    driver = buyer()
    order = driver.start(wanted)
    page = driver.fill(order, wanted)
    assert driver.web.get(f"{order}papers/").path == page.path


def test_a_passport_is_looked_at_by_a_person_and_then_the_sale_goes_on(
    buyer: Buyers, viewer_as: Callable[..., Viewer]
) -> None:
    wanted = purchase("ACC", 22).but(applicant=abroad(22))
    driver = buyer()
    order = driver.start(wanted)
    with pytest.raises(Stuck, match="请专人核对您的证件"):
        driver.fill(order, wanted)
    check = Check.objects.get()
    assert (check.outcome, check.why, check.document_kind) == ("unavailable", "document", "passport")
    decide_by_hand(check.pk, matches=True, note="视频核对护照", by=viewer_as(Role.MANAGER))
    assert Message.objects.filter(template="identity_confirmed").count() == 1
    driver.fill(order, wanted)
    driver.submit(order)
    driver.sign(order)
    made = driver.pay(order)
    assert Party.objects.get(policy__number=made.policy, role="insured").customer.name == wanted.applicant.name


def test_another_device_goes_on_where_the_first_one_stopped(buyer: Buyers, org: Organisation, settings: Any) -> None:
    wanted = purchase("TRM", 23)
    at_home = buyer()
    order = at_home.start(wanted)
    at_home.fill(order, wanted, until="read")
    page = at_home.web.get(f"{order}keep/")
    page = at_home.web.send(page.form(has="mobile").fill({"mobile": wanted.applicant.mobile}))
    page = at_home.web.send(page.form(has="code").fill({"code": newest_code(wanted.applicant.mobile)}))
    form = page.form(has="id_number")
    told = {"name": wanted.applicant.name, "id_number": wanted.applicant.number, "service": "on", "identity": "on"}
    page = at_home.web.send(form.fill(told))
    assert "已存到您的账户" in page.text
    on_the_phone = buyer()
    assert on_the_phone.web.get(order).path.startswith("/home/sign-in/")
    page = on_the_phone.web.get("/home/sign-in/?next=/home/orders/")
    page = on_the_phone.web.send(page.form(has="mobile").fill({"mobile": wanted.applicant.mobile}))
    page = on_the_phone.web.send(page.form(has="code").fill({"code": newest_code(wanted.applicant.mobile)}))
    page = on_the_phone.web.get(page.link(order.removeprefix("/home/orders")))
    assert page.path == f"{order}read/"
    on_the_phone.fill(order, wanted)
    on_the_phone.submit(order)
    on_the_phone.sign(order)
    assert on_the_phone.pay(order).policy
