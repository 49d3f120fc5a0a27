"""The main pages of the desk, with the demo's customers in them: nothing that axe-core calls serious or critical,
and no scrolling sideways, in both languages, both themes and on both sizes (each page in TWO_LOOKS; with
``KEYUAN_PICTURES=1`` in all of LOOKS)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import viewer_of
from keyuan.customers import queries as customers
from keyuan.demo.book import load
from keyuan.duplicates.models import Duplicate
from keyuan.engagement import queries as forms
from keyuan.engagement.queries import FormFilter
from keyuan.identity.models import Check
from keyuan.insight.lake.exporting import export as export_lake
from keyuan.insight.profit.running import run as count_profit
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now
from keyuan.messages.actions import send_to_customer
from keyuan.policies import queries as policies
from keyuan.products import actions as products
from keyuan.products.bulk import offer_shipped_products
from keyuan.sales import actions as sell
from keyuan.sales import queries as sales
from keyuan.sales.actions import PlanDraft, ProposalDraft, make_and_share
from keyuan.tiers import queries as tiers
from keyuan.underwriting import queries as underwriting
from tests.fixtures.browser import SignIn, faults_in_looks, prefer, serious_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = date(2026, 11, 22)
ENDOWMENT = {"age": 40, "sex": "female", "sum": 100000, "cover_term": "20 years", "pay_years": "5 years"}
OF_THE_MANAGER = (
    "/",
    "/desk/customers/",
    "/desk/queries/",
    "/desk/customers/{customer}/",
    "/desk/customers/new/",
    "/desk/renewals/?period=soon",
    "/desk/renewals/board/?period=soon",
    "/desk/renewals/calendar/",
    "/desk/renewals/assign/?period=soon&method=round_robin",
    "/desk/renewals/mine/",
    "/desk/renewals/rules/",
    "/desk/orphans/",
    "/desk/policies/",
    "/desk/policies/{policy}/",
    "/desk/contracts/",
    "/desk/messages/",
    "/desk/messages/{message}/",
    "/desk/identity/",
    "/desk/identity/{check}/",
    "/desk/claims/?state=all",
    "/desk/insight/cube/",
    "/desk/tiers/",
    "/desk/tiers/customers/{member}/",
    "/desk/insight/warning/",
    "/desk/insight/overview/",
    "/desk/insight/models/",
    "/desk/insight/profit/",
    "/desk/insight/profit/customers/{customer}/",
    "/desk/tasks/?whose=unit",
    "/desk/tasks/?view=board&whose=unit",
    "/desk/complaints/",
    "/desk/tasks/new/",
    "/desk/notices/",
    "/desk/notices/settings/",
    "/desk/calendar/?year=2027",
    "/intake/",
    "/desk/duplicates/",
    "/desk/duplicates/merges/",
    "/desk/duplicates/{pair}/",
)
#: The demo's enterprises are few: who sees the whole company has one, with its companies, people, files and members.
OF_THE_DIRECTOR = (
    "/desk/tiers/rules/",
    "/desk/tiers/rules/individual/",
    "/desk/tiers/rules/individual/1/",
    "/desk/customers/{enterprise}/",
    "/desk/customers/{enterprise}/contacts/",
    "/desk/policies/{group}/members/",
    "/desk/files/?kind=customer&id={enterprise}",
)
OF_PROSPECTS_AND_FORMS = (
    "/desk/prospects/",
    "/desk/prospects/?view=board",
    "/desk/prospects/{prospect}/",
    "/desk/prospects/new/",
    "/desk/sources/?period=all",
    "/desk/quotes/",
    "/desk/quotes/new/",
    "/desk/quotes/new/?product=TRM",
    "/desk/quotes/new/?product=GRP",
    "/desk/quotes/{quote}/",
    "/desk/proposals/",
    "/desk/proposals/new/?prospect={prospect}",
    "/desk/proposals/{proposal}/",
    "/p/{token}/",
    "/desk/forms/",
    "/desk/forms/{form}/",
    "/desk/forms/{form}/share/",
    "/desk/forms/{form}/results/",
    "/f/diaocha/",
    "/f/{card}/",
)
OF_THE_UNDERWRITER = (
    "/desk/underwriting/?list=all",
    "/desk/underwriting/applications/{application}/",
    "/desk/underwriting/rules/",
    "/desk/underwriting/rules/life/",
    "/desk/underwriting/authority/",
)
OF_THE_ADMINISTRATOR = (
    "/accounts/users/",
    "/accounts/tokens/",
    "/desk/settings/fields/?record=person",
    "/desk/webhooks/",
)
OF_PRODUCTS = (
    "/desk/products/",
    "/desk/products/PAR/",
    "/desk/products/ACC/2/",
    "/desk/products/TRM/2/edit/",
)
OF_THE_CUSTOMER = ("/home/", "/home/tier/", "/home/policies/", "/home/security/", "/home/security/confirm/")


@pytest.fixture
def demo_book(transactional_db: None, settings: Any, tmp_path: Path) -> Callable[[str], User]:
    """A small demo book, and its lake; the answer finds its accounts by name."""
    settings.KEYUAN_LAKE = str(tmp_path / "lake")
    load(customers=60, seed=1, as_of=DAY)
    export_lake(by=Actor.system("test"))
    count_profit(by=Actor.system("test"))
    return lambda name: User.objects.get(username=name)


def test_the_main_pages_are_fit_for_everybody(page: Page, sign_in: SignIn, demo_book: Callable[[str], User]) -> None:
    wrong = []
    page.goto("/accounts/login/")  # so that there is an address to set cookies for
    wrong += faults_in_looks(page, "/accounts/login/")
    own = (
        ("manager", OF_THE_MANAGER),
        ("director", OF_THE_DIRECTOR),
        ("admin", OF_THE_ADMINISTRATOR),
        ("underwriter", OF_THE_UNDERWRITER),
    )
    for name, addresses in own:
        user = demo_book(name)
        sign_in(user=user)
        viewer = viewer_of(user)
        people = customers.visible(viewer).filter(kind="individual").order_by("pk")
        left, right = people.values_list("pk", flat=True)[:2]
        evidence = [["name", "sounds_alike", 9.1], ["birth_date", "different", -5.6]]
        Duplicate.objects.get_or_create(
            customer_id=left, other_id=right, defaults={"weight": 30, "probability": 0.995, "evidence": evidence}
        )
        groups = policies.visible(viewer).filter(members__isnull=False).order_by("-ends_on", "pk")
        group, enterprise = groups.values_list("pk", "customer_id").first() or (None, None)
        message, check = _told_and_asked(left)
        one = {
            "application": underwriting.visible(viewer).filter(outcome="refer").values_list("pk", flat=True).first(),
            "group": group,
            "enterprise": enterprise,
            "pair": f"{left}/{right}",
            "member": tiers.memberships(viewer=viewer).values_list("customer_id", flat=True).first() or left,
            "customer": customers.visible(viewer).values_list("pk", flat=True).first(),
            "message": message.pk,
            "check": check.pk,
            "policy": policies.visible(viewer).values_list("pk", flat=True).first(),
        }
        wrong += faults_in_looks(page, *(address.format(**one) for address in addresses))
    assert not wrong, "\n".join(wrong)


def _told_and_asked(customer_id: int) -> tuple[Any, Any]:
    """A message to the customer, and a check of who they are that waits for a person."""
    by = Actor.system("test")
    message = send_to_customer("account_opened", customer_id=customer_id, values={"name": "王伟"}, by=by)
    given = {"name": "王伟", "document_kind": "passport", "document_number": "E12345678", "mobile": "13712345678"}
    check = Check.objects.create(
        **given, document_digest=b"d" * 16, mobile_digest=b"m" * 16, consent="identity-1", provider="embedded",
        customer_id=customer_id, outcome="unavailable", why="document", answered_at=now(),
    )  # fmt: skip
    return message, check


def test_prospects_and_forms_are_fit_for_everybody(
    page: Page, sign_in: SignIn, demo_book: Callable[[str], User]
) -> None:
    user = demo_book("manager")
    page.goto("/accounts/login/")
    sign_in(user=user)
    open_cards = forms.listed(FormFilter(kind="card", status="open"), viewer=viewer_of(user))
    plans = (
        PlanDraft("TRM", {"age": 35, "sex": "male", "sum": 500000, "cover_term": "20 years", "pay_years": "20 years"}),
        PlanDraft("PAR", {"age": 35, "sex": "male", "sum": 100000, "cover_term": "20 years", "pay_years": "5 years"}),
        PlanDraft("MED", {"age": 35, "sex": "male", "plan": "standard", "social": "yes"}),
    )
    proposal = make_and_share(ProposalDraft(plans=plans), by=viewer_of(user))
    one = {
        "proposal": proposal.pk,
        "token": proposal.token,
        "prospect": sales.visible(viewer_of(user)).values_list("pk", flat=True).first(),
        "form": forms.visible(viewer_of(user)).filter(slug="diaocha").values_list("pk", flat=True).first(),
        "card": open_cards.values_list("slug", flat=True).first(),
    }
    offer_shipped_products()
    quote = sell.quote(sell.QuoteDraft("PAR", ENDOWMENT), by=viewer_of(user)).pk
    wrong = faults_in_looks(page, *(address.format(quote=quote, **one) for address in OF_PROSPECTS_AND_FORMS))
    assert not wrong, "\n".join(wrong)


def test_the_customers_pages_are_fit_for_everybody_and_for_elders(
    page: Page, sign_in: SignIn, demo_book: Callable[[str], User], settings: Any, fresh_counts: None
) -> None:
    settings.KEYUAN_DEMO_OUTBOX = True
    customer = demo_book("customer")
    page.goto("/home/")
    wrong = faults_in_looks(page, "/home/", "/home/sign-in/")
    wrong += _through_the_door(page)
    sign_in(user=customer)
    for elder in ("0", "1"):
        page.context.add_cookies([{"name": "keyuan_elder", "value": elder, "url": urljoin(page.url, "/")}])
        wrong += faults_in_looks(page, *(f"{one}?{'elder' if elder == '1' else 'usual'}" for one in OF_THE_CUSTOMER))
    assert not wrong, "\n".join(wrong)


def _through_the_door(page: Page) -> list[str]:
    """What is wrong with the pages that one sees only on the way in."""
    prefer(page, language="zh-hans", theme="light")
    page.goto("/home/sign-in/")
    page.locator("#id_mobile").fill("13712345678")
    page.locator("form.sheet button").click()
    page.wait_for_url("**/code/")
    wrong = faults_in_looks(page, "/home/sign-in/code/")
    found = re.search(r"[0-9]{6}", page.locator(".note strong").inner_text())
    assert found is not None
    page.locator("#id_code").fill(found[0])
    page.wait_for_url("**/register/")
    wrong += faults_in_looks(page, "/home/register/")
    page.locator("form.sheet button").click()  # with everything wrong
    page.locator(".field-error").first.wait_for()
    return wrong + [f"register with errors: {fault}" for fault in serious_faults(page)]


def test_products_are_fit_for_everybody_and_a_fault_is_said_behind_its_line(page: Page, sign_in: SignIn) -> None:
    offer_shipped_products()
    page.goto("/accounts/login/")
    author = viewer_of(sign_in(Role.MANAGER))
    for code, right, wrong_text in (("ACC", "0.35, 0.52, 0.80", "0.35, 0.52, 0.90"), ("TRM", "[death]", "[deth]")):
        draft = products.draft_version(code, by=author)
        products.change_draft(code, 2, draft.text.replace(right, wrong_text), seen_digest=draft.digest, by=author)
    wrong = faults_in_looks(page, *OF_PRODUCTS)
    assert not wrong, "\n".join(wrong)
    prefer(page, language="zh-hans", theme="light")
    page.goto("/desk/products/TRM/2/edit/")
    assert page.locator(".yaml-mark-why").first.inner_text() == "没有代码为 deth 的责任或附加险。"
    box = page.locator(".yaml-text")
    box.fill(box.input_value().replace("[deth]", "[death]"))
    page.get_by_text("没有错误，可以提交。").wait_for()
    assert page.locator(".yaml-mark").count() == 0
