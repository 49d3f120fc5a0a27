"""Each product from the front page to the issued policy: real routes, the forms of the pages, a key, a signed payment."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from keyuan.billing.ledger import imbalances
from keyuan.billing.sandbox.server import Sandbox
from keyuan.billing.tests.conftest import gateway_folder, sandbox
from keyuan.customers.masking import mask
from keyuan.customers.models import Customer, EnterpriseContact
from keyuan.files import storage
from keyuan.files.models import Attachment
from keyuan.identity.rules import age_on
from keyuan.journeys.document import make
from keyuan.journeys.tests.test_document import text_of
from keyuan.kernel.clock import today
from keyuan.messages.models import Message
from keyuan.orders.models import Order
from keyuan.orders.rules import years_later
from keyuan.policies.models import GroupMember, InsuredObject, Party, Policy, PolicyTerm
from keyuan.products import queries as products
from keyuan.products.bulk import offer_shipped_products
from keyuan.trust.models import Certificate, Signature
from tests.buying import CODES, Bought, Buyer, Purchase, Stuck, TestClientWeb, purchase
from tests.fixtures.organisation import Organisation

__all__ = ["gateway_folder", "sandbox"]
pytestmark = pytest.mark.django_db


def newest_code(mobile: str) -> str:
    """The code as whoever holds the telephone reads it."""
    sent = [one for one in Message.objects.filter(template="mobile_code").order_by("-pk") if one.address == mobile]
    found = re.search(r"\d{6}", sent[0].text or "")
    assert found is not None
    return found[0]


@pytest.fixture
def buyer(org: Organisation, sandbox: Sandbox, settings: Any) -> Callable[[], Buyer]:
    """Somebody with a browser of their own; the gateway's notification is brought as the gateway signs it."""
    settings.KEYUAN_SITE_URL = "http://testserver"
    offer_shipped_products()

    def told_paid(number: str) -> str:
        trade = sandbox.trades.find(number)
        assert trade is not None
        return urlencode(sandbox.trades.signed(sandbox.trades.told(trade)))

    return lambda: Buyer(TestClientWeb(), code_of=newest_code, told_paid=told_paid)


Seen = tuple[Bought, Order, Policy]


def bought(buyer: Callable[[], Buyer], wanted: Purchase) -> Seen:
    made = buyer().buy(wanted)
    return made, Order.objects.get(number=made.number), Policy.objects.get(number=made.policy)


def people_of(policy: Policy, role: str) -> list[tuple[str, Decimal | None, int]]:
    rows = Party.objects.filter(policy=policy, role=role).order_by("rank", "pk")
    return [(one.customer.name, one.share, one.rank) for one in rows.select_related("customer")]


@pytest.mark.parametrize("code", CODES)
def test_a_stranger_buys_it_from_the_front_page_and_the_policy_says_what_was_quoted(
    code: str, buyer: Callable[[], Buyer]
) -> None:
    wanted = purchase(code, 1)
    made, order, policy = bought(buyer, wanted)
    assert order.quote is not None
    price = order.quote.price
    paid = Decimal(made.premium)
    assert (order.policy_number, order.premium, paid) == (policy.number, paid, Decimal(price["first"]))
    assert policy.premium == Decimal(price["premium"])
    starts = today() + timedelta(days=wanted.starts_in)
    assert (policy.product.code, policy.channel, policy.starts_on) == (code, "online", starts)
    assert policy.ends_on == ENDS[code](starts)
    assert policy.sum_insured == SUMS[code]
    assert InsuredObject.objects.filter(policy=policy).values_list("kind", flat=True)[0] == KINDS[code]
    term = PolicyTerm.objects.get(policy=policy)
    long_paid = policy.product.long_term and policy.payment_mode != 0
    assert term.premium == Decimal(price["yearly"] if long_paid else price["total"])
    holder = wanted.company.name if wanted.company else wanted.applicant.name
    assert policy.customer.name == holder
    insured = [wanted.applicant.name] if wanted.self_insured and code not in THINGS else []
    insured += [person.name for person, _relation in wanted.insured]
    assert [name for name, _share, _rank in people_of(policy, "insured")] == insured
    heirs = [(heir.person.name, Decimal(heir.share) / 100, heir.rank) for heir in wanted.heirs]
    assert people_of(policy, "beneficiary") == heirs
    applicant = Customer.objects.get(name=wanted.applicant.name, kind="individual")
    kept = Signature.objects.get()
    assert (kept.customer_id, kept.subject_id) == (applicant.pk, order.number)
    assert list(Certificate.objects.exclude(customer=None).values_list("customer_id", flat=True)) == [applicant.pk]
    assert not imbalances()


THINGS = {"MOT", "HOM", "GRP", "ENT"}


def after(years: int) -> Callable[[date], date]:
    return lambda day: years_later(day, years)


#: The first day without cover, from the first day with it: what the definitions and the people of tests/buying come to.
ENDS: dict[str, Callable[[date], date | None]] = {
    **dict.fromkeys(("ACC", "MED", "MOT", "HOM", "GRP", "ENT"), after(1)),
    "TRV": lambda day: day + timedelta(days=7),
    "CIL": lambda day: years_later(day, 80 - age_on(date(1990, 3, 7), day)),
    "EDU": lambda day: years_later(day, 25 - age_on(date(2021, 6, 1), day)),
    "TRM": after(30),
    "PAR": after(20),
    "WLF": lambda _day: None,
    "ANN": lambda _day: None,
}
SUMS: dict[str, Decimal | None] = {
    "TRV": Decimal(300_000),
    "ACC": Decimal(500_000),
    "MED": Decimal(4_000_000),
    "CIL": Decimal(300_000),
    "TRM": Decimal(500_000),
    "WLF": Decimal(200_000),
    "PAR": Decimal(50_000),
    "ANN": Decimal(6_000),
    "EDU": Decimal(10_000),
    "MOT": None,
    "HOM": Decimal(1_000_000),
    "GRP": None,
    "ENT": Decimal(2_300_000),
}
KINDS = {
    **dict.fromkeys(CODES, "person"),
    "TRV": "trip",
    "MOT": "vehicle",
    "HOM": "home",
    "ENT": "premises",
    "GRP": "group",
}


def test_the_people_of_a_companys_list_are_members_from_the_first_day_and_their_premiums_are_the_groups(
    buyer: Callable[[], Buyer],
) -> None:
    wanted = purchase("GRP", 2)
    _made, order, policy = bought(buyer, wanted)
    members = list(GroupMember.objects.filter(policy=policy).order_by("pk"))
    told = [(one.name, one.id_number, one.plan, one.occupation_class, one.joined_on) for one in members]
    assert told == [
        (one.person.name, one.person.number, one.plan, one.occupation_class, policy.starts_on) for one in wanted.members
    ]
    assert order.quote is not None
    assert sum(one.premium or 0 for one in members) == Decimal(order.quote.price["standard"])
    assert len({one.premium for one in members}) > 1
    assert policy.customer.kind == "enterprise"
    assert people_of(policy, "contact") == [(wanted.applicant.name, None, 1)]
    (paper,) = Attachment.objects.filter(subject_kind="policy", subject_id=policy.pk)
    assert (paper.customer_id, paper.note) == (policy.customer_id, "authorisation")
    document = make(policy.pk)
    assert document.file is not None
    with storage.store().open(document.file.key) as file:
        printed = "".join(text_of(file.read()).split())
    listed = printed.partition("被保险人名单")[2]
    plans = {plan.code: plan.name.zh for plan in products.version("GRP", number=order.version).plans}
    for one in members:
        assert f"{one.name}{mask('id_number', one.id_number)}{plans[one.plan]}" in listed, one.name
        assert str(one.id_number) not in printed
    contact = EnterpriseContact.objects.get(customer=policy.customer)
    assert (contact.name, contact.person_id) == (wanted.applicant.name, order.customer_id)


def test_a_company_that_we_know_is_not_doubled_and_insures_its_car(buyer: Callable[[], Buyer]) -> None:
    company = purchase("ENT", 3).company
    assert company is not None
    bought(buyer, purchase("ENT", 3))
    car = purchase("MOT", 4).but(company=company, told={"vehicle_class": "company_car", "use": "business"})
    _made, _order, policy = bought(buyer, car)
    assert policy.customer == Customer.objects.get(kind="enterprise")
    assert policy.product.code == "MOT"
    other = purchase("MOT", 5).but(company=replace(company, name="别的单位有限公司"))
    with pytest.raises(Stuck, match="单位名称不一致"):
        buyer().buy(other)
    assert Policy.objects.count() == 2


def test_whoever_acted_for_the_company_sees_that_policy_of_it_and_no_other(buyer: Callable[[], Buyer]) -> None:
    wanted = purchase("GRP", 6)
    assert wanted.company is not None
    first = buyer()
    made = first.buy(wanted)
    second = buyer()
    other = second.buy(purchase("ENT", 7).but(company=wanted.company))
    page = first.web.get("/home/policies/").text
    assert made.policy in page
    assert other.policy not in page
    policies = {one.number: one.pk for one in Policy.objects.all()}
    assert first.web.get(f"/home/policies/{policies[made.policy]}/").status == 200
    assert first.web.get(f"/home/policies/{policies[other.policy]}/").status == 404
