"""The pages of the products room: the catalogue, a product, its versions, and the editor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation
from tests.fixtures.budgets import QueryBudget

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.kernel.clock import today
from keyuan.products.bulk import offer_shipped_products
from keyuan.products.models import ProductVersion
from keyuan.products.states import VersionState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def book(db: None) -> None:
    offer_shipped_products()


@pytest.fixture
def as_role(user_as: Callable[..., User]) -> Callable[..., Client]:
    def make(role: str) -> Client:
        client = Client()
        client.force_login(user_as(role))
        return client

    return make


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_all_thirteen_products_are_listed_to_an_agent_who_cannot_draft(as_role: Callable[..., Client]) -> None:
    client = as_role(Role.AGENT)
    text = page(client, "/desk/products/")
    assert text.count('href="/desk/products/') - text.count('href="/desk/products/"') == 13
    assert "新产品" not in text
    assert client.post("/desk/products/TRM/draft/").status_code == 403
    assert ProductVersion.objects.count() == 13


@pytest.mark.parametrize("code", ["TRV", "ACC", "MED", "CIL", "TRM", "WLF", "PAR", "ANN", "EDU", "MOT", "HOM", "GRP"])
def test_a_product_shows_its_building_blocks(as_role: Callable[..., Client], code: str) -> None:
    text = page(as_role(Role.AGENT), f"/desk/products/{code}/")
    for words in ("保险责任", "责任免除", "理赔单证", "保障期间", "缴费方式"):
        assert words in text


def test_the_facts_of_term_life_say_the_law_of_the_day(as_role: Callable[..., Client]) -> None:
    text = page(as_role(Role.AGENT), "/desk/products/TRM/")
    for words in (
        "犹豫期</dt><dd>15天",
        "宽限期</dt><dd>60天",
        "复效期</dt><dd>2年",
        "10年、15年、20年、30年、至60岁",
    ):
        assert words in text


def test_the_catalogue_is_looked_through_by_word_and_line(as_role: Callable[..., Client]) -> None:
    client = as_role(Role.AGENT)
    for asked, found in (("q=定期", "TRM"), ("q=trm", "TRM"), ("q=Heritage", "WLF"), ("line=motor", "MOT")):
        text = page(client, f"/desk/products/?{asked}")
        assert text.count("<tr data-url=") == 1
        assert f'data-url="/desk/products/{found}/"' in text
    assert "没有符合条件的记录" in page(client, "/desk/products/?q=宇宙飞船")


def test_a_product_on_sale_leads_to_its_quote_and_one_withdrawn_does_not(as_role: Callable[..., Client]) -> None:
    link = "/desk/quotes/new/?product=TRM"
    assert link in page(as_role(Role.AGENT), "/desk/products/TRM/")
    as_role(Role.ADMINISTRATOR).post("/desk/products/TRM/1/withdraw/", {"reason": "停售"})
    assert link not in page(as_role(Role.AGENT), "/desk/products/TRM/")


def test_exclusions_are_highlighted_and_cite_the_law(as_role: Callable[..., Client]) -> None:
    text = page(as_role(Role.AGENT), "/desk/products/TRM/")
    assert "product-highlight" in text
    assert "<strong>被保险人主动吸食或注射毒品。</strong>" in text
    assert "保险法第十七条" in text


def test_who_approves_sees_what_people_would_pay_before_and_after(as_role: Callable[..., Client]) -> None:
    author, approver = as_role(Role.UNDERWRITER), as_role(Role.ADMINISTRATOR)
    author.post("/desk/products/ACC/draft/")
    row = ProductVersion.objects.get(code="ACC", number=2)
    changed = row.text.replace("0.35, 0.52, 0.80", "0.35, 0.52, 1.60")
    author.post("/desk/products/ACC/2/edit/", {"text": changed, "seen": row.digest, "submit": "1"})
    text = page(approver, "/desk/products/ACC/2/")
    assert "样本保险费" in text
    assert text.count("product-dearer") == 3  # three ages in occupation class 4
    assert text.count(">不变<") == 3
    assert "样本风险都能算出保险费" in text


def test_pages_of_products_stay_within_their_queries(as_role: Callable[..., Client], query_budget: QueryBudget) -> None:
    client = as_role(Role.MANAGER)
    client.post("/desk/products/TRM/draft/")
    pages = {
        "products": "/desk/products/",
        "product": "/desk/products/TRM/",
        "product-version": "/desk/products/TRM/2/",
        "product-edit": "/desk/products/TRM/2/edit/",
    }
    for name, address in pages.items():
        page(client, address)
        with query_budget(name):
            page(client, address)


def test_a_draft_with_a_fault_keeps_what_was_typed_and_names_the_line(as_role: Callable[..., Client]) -> None:
    client = as_role(Role.UNDERWRITER)
    assert client.post("/desk/products/TRM/draft/")["Location"] == "/desk/products/TRM/2/edit/"
    row = ProductVersion.objects.get(code="TRM", number=2)
    wrong = row.text.replace("interest: 2%", "interest: lots").replace("\n", "\r\n")
    answer = client.post("/desk/products/TRM/2/edit/", {"text": wrong, "seen": row.digest, "submit": "1"})
    assert answer.status_code == 422
    text = answer.content.decode()
    line = row.text[: row.text.index("interest: 2%")].count("\n") + 1
    assert f'data-line="{line}"' in text
    assert "interest: lots" in text
    row.refresh_from_db()
    assert row.state == VersionState.DRAFT
    assert "interest: lots" in row.text


def test_a_check_tells_faults_or_changes_and_saves_nothing(as_role: Callable[..., Client]) -> None:
    client = as_role(Role.UNDERWRITER)
    client.post("/desk/products/TRM/draft/")
    row = ProductVersion.objects.get(code="TRM", number=2)
    told = client.post("/desk/products/TRM/2/check/", {"text": row.text.replace("interest: 2%", "interest: 1.5%")})
    assert "费率 › 利率" in told.content.decode()
    assert "<del>2%</del>" in told.content.decode()
    assert "<ins>1.5%</ins>" in told.content.decode()
    assert "1 处错误" in client.post("/desk/products/TRM/2/check/", {"text": "a: [\n"}).content.decode()
    assert ProductVersion.objects.get(code="TRM", number=2).digest == row.digest


def test_two_people_take_a_version_from_draft_to_force(as_role: Callable[..., Client]) -> None:
    author, approver = as_role(Role.UNDERWRITER), as_role(Role.ADMINISTRATOR)
    author.post("/desk/products/TRM/draft/")
    row = ProductVersion.objects.get(code="TRM", number=2)
    changed = row.text.replace("default: 500000", "default: 600000")
    author.post("/desk/products/TRM/2/edit/", {"text": changed, "seen": row.digest, "submit": "1"})
    assert "第2版" in page(approver, "/desk/products/")
    seen = page(approver, "/desk/products/TRM/2/")
    assert "通过并发布" in seen
    assert "通过并发布" not in page(author, "/desk/products/TRM/2/")
    assert author.post("/desk/products/TRM/2/publish/").status_code == 403
    assert approver.post("/desk/products/TRM/2/publish/").status_code == 302
    assert ProductVersion.objects.get(code="TRM", number=2).state == VersionState.PUBLISHED
    assert "做过的测试" in page(author, "/desk/products/TRM/2/")


def test_who_wrote_it_reads_why_somebody_else_must_publish(as_role: Callable[..., Client]) -> None:
    client = as_role(Role.MANAGER)
    client.post("/desk/products/TRM/draft/")
    client.post("/desk/products/TRM/2/submit/")
    answer = client.post("/desk/products/TRM/2/publish/")
    assert answer.status_code == 403
    assert "需要另一个人审批发布" in answer.content.decode()


def test_the_text_of_a_version_can_be_taken_away_as_it_was_published(as_role: Callable[..., Client]) -> None:
    answer = as_role(Role.AGENT).get("/desk/products/TRM/1/text/")
    assert answer.content.decode() == ProductVersion.objects.get(code="TRM").text
    assert answer["Content-Disposition"] == 'attachment; filename="TRM-1.yaml"'


def test_a_new_product_begins_in_the_editor(as_role: Callable[..., Client]) -> None:
    client = as_role(Role.ADMINISTRATOR)
    text = ProductVersion.objects.get(code="TRM").text
    text = text.replace("code: TRM", "code: TRX").replace("2026-01-01", str(today()))
    assert "data-gutter" in page(client, "/desk/products/new/")
    assert client.post("/desk/products/new/", {"text": "x"}).status_code == 422
    assert client.post("/desk/products/new/", {"text": text})["Location"] == "/desk/products/TRX/1/edit/"


def test_a_new_product_begins_from_one_like_it(as_role: Callable[..., Client]) -> None:
    client = as_role(Role.ADMINISTRATOR)
    text = page(client, "/desk/products/new/?like=ACC")
    assert "code: NEW?" in text
    assert 'data-line="3"' in text  # until it has a code of its own
    assert "version: 1" in text
    assert f"effective_from: {today()}" in text
    definition = ProductVersion.objects.get(code="ACC").text.replace("code: ACC", "code: NEW")
    assert "样本保险费" in client.post("/desk/products/new/check/", {"text": definition}).content.decode()
    assert not ProductVersion.objects.filter(code="NEW").exists()
    assert as_role(Role.AGENT).post("/desk/products/new/check/", {"text": "x"}).status_code == 403


def test_what_is_not_there_is_not_found(as_role: Callable[..., Client]) -> None:
    client = as_role(Role.UNDERWRITER)
    page(client, "/desk/products/XXX/", 404)
    page(client, "/desk/products/TRM/9/", 404)
    assert client.post("/desk/products/TRM/1/explode/").status_code == 404


def test_pages_are_english_for_english_readers(as_role: Callable[..., Client]) -> None:
    client = as_role(Role.MANAGER)
    with translation.override("zh-hans"):  # a request leaves its language behind
        client.post("/accounts/preferences/", {"language": "en"})
        text = page(client, "/desk/products/TRM/")
    assert "Breadwinner Term Life" in text
    assert "Suicide within two years" in text
