"""A customer is found by anything they gave, best first, and by nobody outside the scope."""

import pytest

from keyuan.accounts.scope import STRANGER
from keyuan.customers import queries

ID_NUMBER = "11010519491231002X"


@pytest.mark.parametrize(
    "typed", ["138 1234 5678", "+8613812345678", "１３８１２３４５６７８", ID_NUMBER, "wang@example.com"]
)
def test_a_customer_is_found_by_each_identifier_they_gave(insurer, everybody, typed):
    customer = insurer.person(mobile="138-1234-5678", id_number=ID_NUMBER.lower(), email="Wang@Example.com")
    assert [found.pk for found in queries.by_identifier(typed, viewer=everybody)] == [customer.pk]
    assert queries.by_identifier(typed, viewer=STRANGER) == []


def test_a_customer_is_found_by_their_number_and_its_beginning(insurer, everybody):
    customer = insurer.person()
    assert [found.pk for found in queries.by_identifier(customer.number.lower(), viewer=everybody)] == [customer.pk]
    assert [found.pk for found in queries.by_identifier_prefix(customer.number[:6], viewer=everybody)] == [customer.pk]
    assert queries.by_identifier_prefix(customer.number[:6], viewer=STRANGER) == []


def test_a_secret_identifier_is_not_found_by_its_beginning(insurer, everybody):
    insurer.person(mobile="13812345678")
    assert queries.by_identifier_prefix("138123", viewer=everybody) == []


def test_looking_up_an_identifier_takes_one_query(insurer, everybody, django_assert_num_queries):
    insurer.person(mobile="13812345678")
    with django_assert_num_queries(1):
        queries.by_identifier("13812345678", viewer=everybody)


@pytest.mark.parametrize("typed", ["王", "王伟", "王 伟", "王wei", "wang", "wang w", "WangWei", "ww"])
@pytest.mark.parametrize("scope", ["company", "branch", "agent"])
def test_a_person_is_found_by_characters_pinyin_and_initials_in_every_scope(insurer, typed, scope):
    agent = insurer.agent()
    customer = insurer.person(agent_id=agent.pk)
    insurer.person("李娜", agent_id=agent.pk)
    insurer.person("王伟", insurer.west)
    viewers = {"company": ("manager", None), "branch": ("counter", insurer.east)}
    if scope == "agent":
        from keyuan.accounts.scope import viewer_of

        viewer = viewer_of(agent.user)
    else:
        viewer = insurer.viewer(*viewers[scope])
    found = [one.pk for one in queries.by_name(typed, viewer=viewer)]
    assert found[0] == customer.pk
    assert len(found) == (2 if scope == "company" else 1)


@pytest.mark.parametrize("typed", ["华为", "华为技术", "深圳", "szhw", "shenzhenhua"])
def test_an_enterprise_is_found_by_any_part_of_its_name(insurer, everybody, typed):
    customer = insurer.enterprise(uscc="91110000600037341L")
    insurer.person("华伟")
    assert [found.pk for found in queries.by_name(typed, viewer=everybody)] == [customer.pk]


@pytest.mark.parametrize("typed", ["lopez", "López", "juan lo", "garcia"])
def test_a_latin_name_is_found_without_its_accents(insurer, everybody, typed):
    customer = insurer.person("Juan López-García")
    assert [found.pk for found in queries.by_name(typed, viewer=everybody)] == [customer.pk]


def test_the_exact_name_comes_before_longer_ones_and_those_before_names_that_contain_it(insurer, everybody):
    for name in ["陈王伟", "王伟国", "王伟"]:
        insurer.person(name)
    assert [found.name for found in queries.by_name("王伟", viewer=everybody)] == ["王伟", "王伟国", "陈王伟"]


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "\\", "王%", "'", "((", "\x01", "🙂", "有限公司"])
def test_odd_texts_find_nobody_and_break_nothing(insurer, everybody, typed):
    insurer.person()
    insurer.enterprise()
    assert queries.by_name(typed, viewer=everybody) == []
    assert queries.by_identifier(typed, viewer=everybody) == []


def test_the_surname_reading_is_the_surname_s(insurer, everybody):
    insurer.person("单小明")
    insurer.person("曾国藩")
    assert [found.name for found in queries.by_name("shan", viewer=everybody)] == ["单小明"]
    assert [found.name for found in queries.by_name("zgf", viewer=everybody)] == ["曾国藩"]
    assert queries.by_name("dan", viewer=everybody) == []
