"""The pages on which customers are registered and kept, as a browser and as htmx ask for them."""

import pytest
from django.test import Client
from django.urls import reverse

from keyuan.accounts import limits
from keyuan.accounts.roles import Role
from keyuan.customers import actions, queries
from keyuan.customers.tests.conftest import CLERK

ID_NUMBER = "11010519491231002X"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(insurer):
    client = Client()
    client.force_login(insurer.user(Role.COUNTER))
    return client


def basics(insurer, **given):
    return {"name": "王伟", "source": "visit", "org_unit": insurer.east.pk, "document_kind": "resident_id", **given}


def test_a_person_is_registered_from_the_form(insurer, everybody, desk):
    sent = basics(
        insurer, mobile="138 1234 5678", id_number=ID_NUMBER, smoker="false", occupation_class="2", children="1"
    )
    answer = desk.post(reverse("customers:create"), sent)
    assert answer.status_code == 302
    (customer,) = queries.by_identifier("13812345678", viewer=everybody)
    person = queries.full(customer.pk, viewer=everybody).person
    assert (person.smoker, person.occupation_class, person.children, person.sex) == (False, 2, 1, "female")
    assert person.annual_income is None


def test_an_enterprise_is_registered_from_its_form(insurer, everybody, desk):
    sent = basics(insurer, name="深圳华为技术有限公司", uscc="91110000600037341l", employees="100")
    assert desk.post(reverse("customers:create") + "?kind=enterprise", sent).status_code == 302
    (customer,) = queries.by_name("华为", viewer=everybody)
    assert queries.full(customer.pk, viewer=everybody).enterprise.uscc == "91110000600037341L"


def test_a_mistake_is_said_beside_its_field_and_what_was_typed_stays(insurer, desk):
    answer = desk.post(reverse("customers:create"), basics(insurer, mobile="123", id_number="110105194912310021"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "手机号应为11位" in page
    assert "校验位不符" in page
    assert 'value="110105194912310021"' in page
    assert not queries.visible(queries_viewer(insurer)).exists()


def queries_viewer(insurer):
    return insurer.viewer(Role.MANAGER)


def test_a_duplicate_names_the_holder_and_links_to_them(insurer, desk):
    holder = insurer.person("李娜", mobile="13812345678")
    page = desk.post(reverse("customers:create"), basics(insurer, mobile="13812345678")).content.decode()
    assert holder.number in page
    assert "打开这位客户" in page
    assert f'href="{reverse("customers:edit", args=[holder.pk])}"' in page or holder.number in page


def test_the_edit_form_shows_no_secret_and_keeps_what_is_left_empty(insurer, everybody, desk):
    customer = insurer.person(mobile="13812345678", id_number=ID_NUMBER, hobbies="钓鱼")
    address = reverse("customers:edit", args=[customer.pk])
    page = desk.get(address).content.decode()
    assert "13812345678" not in page
    assert ID_NUMBER not in page
    assert 'placeholder="138****5678"' in page
    sent = basics(insurer, hobbies="登山", sex="female", birth_date="1949-12-31")
    assert desk.post(address, sent).status_code == 302
    person = queries.full(customer.pk, viewer=everybody).person
    assert (person.hobbies, person.mobile, person.id_number) == ("登山", "13812345678", ID_NUMBER)


def test_a_dash_clears_a_sealed_field(insurer, everybody, desk):
    customer = insurer.person(mobile="13812345678")
    desk.post(reverse("customers:edit", args=[customer.pk]), basics(insurer, mobile="-"))
    assert queries.full(customer.pk, viewer=everybody).person.mobile is None
    assert queries.by_identifier("13812345678", viewer=everybody) == []


@pytest.mark.parametrize("part", ["basic", "life", "family", "insurance"])
@pytest.mark.parametrize("kind", ["person", "enterprise"])
def test_each_part_is_edited_by_itself_as_a_fragment(insurer, desk, part, kind):
    customer = insurer.person(hobbies="钓鱼") if kind == "person" else insurer.enterprise()
    answer = desk.get(reverse("customers:edit", args=[customer.pk, part]), headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()


def test_one_part_saved_leaves_the_others_alone(insurer, everybody, desk):
    customer = insurer.person(hobbies="钓鱼", employer="甲公司", children=2)
    answer = desk.post(reverse("customers:edit", args=[customer.pk, "life"]), {"hobbies": "登山"}, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
    person = queries.full(customer.pk, viewer=everybody).person
    assert (person.hobbies, person.employer, person.children) == ("登山", "甲公司", 2)


def test_unmasking_gives_plain_text_that_nobody_caches(insurer, desk):
    limits.forget_counts()
    customer = insurer.person(mobile="13812345678")
    address = reverse("customers:unmask", args=[customer.pk])
    answer = desk.post(address, {"field": "mobile", "purpose": "回拨"})
    assert answer.content == b"13812345678"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert desk.post(address, {"field": "mobile", "purpose": ""}).status_code == 422
    assert desk.get(address).status_code == 405


@pytest.mark.parametrize("name", ["edit", "relate", "household", "consent", "identifiers", "covers", "assign"])
def test_pages_open_for_who_sees_the_customer_and_for_nobody_else(insurer, desk, name):
    customer = insurer.person()
    address = reverse(f"customers:{name}", args=[customer.pk])
    assert desk.get(address).status_code == 200
    stranger, elsewhere, analyst = Client(), Client(), Client()
    elsewhere.force_login(insurer.user(Role.COUNTER, insurer.west))
    analyst.force_login(insurer.user(Role.ANALYST))
    assert stranger.get(address).status_code == 302
    assert elsewhere.get(address).status_code == 404
    assert analyst.get(address).status_code == 403


def test_family_relations_consents_and_identifiers_are_kept_on_their_pages(insurer, everybody, desk):
    customer, other = insurer.person(), insurer.person("李娜")

    def send(page, /, *more, **sent):
        answer = desk.post(reverse(f"customers:{page}", args=[customer.pk, *more]), sent)
        assert answer.status_code == 302, answer.content.decode()

    send("relate", kind="spouse", other="李娜", note="")
    assert [tie.customer_id for tie in queries.relations_of(customer.pk, viewer=everybody)] == [other.pk]
    send("unrelate", other.pk, "spouse")
    assert queries.relations_of(customer.pk, viewer=everybody) == ()
    actions.create_household(other.pk, name="李家", by=CLERK)
    send("household", do="join", other=other.number, role="spouse")
    assert len(queries.household_of(customer.pk, viewer=everybody).members) == 2
    send("household", do="leave")
    send("household", do="found", name="王家")
    assert queries.household_of(customer.pk, viewer=everybody).name == "王家"
    send("consent", purpose="marketing", wording="2026-01", channel="counter")
    send("withdraw", "marketing")
    assert queries.consents_of(customer.pk, viewer=everybody).get().withdrawn_at is not None
    send("identifiers", kind="plate", value="苏E·12345")
    plate = next(one for one in queries.identifiers_of(customer.pk, viewer=everybody) if one.kind == "plate")
    send("end_identifier", plate.pk)
    assert queries.by_identifier("苏E12345", viewer=everybody) == []
    send("covers", insurer="他家", line="车险", premium="3000", ends_on="2027-01-01")
    send("remove_cover", queries.external_covers_of(customer.pk, viewer=everybody).get().pk)
    send("assign", agent=insurer.agent().pk)
    assert queries.assignments_of(customer.pk, viewer=everybody).count() == 1


def test_two_customers_of_one_name_must_be_told_apart(insurer, desk):
    customer, namesakes = insurer.person(), [insurer.person("李娜"), insurer.person("李娜")]
    answer = desk.post(reverse("customers:relate", args=[customer.pk]), {"kind": "spouse", "other": "李娜"})
    assert answer.status_code == 422
    assert all(one.number in answer.content.decode() for one in namesakes)
