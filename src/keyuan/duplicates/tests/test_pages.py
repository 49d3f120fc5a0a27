"""The queue, the two records side by side, the merge and its undo, as a manager uses them."""

from datetime import date

import pytest

from keyuan.accounts.roles import Role
from keyuan.customers.models import Customer, Merge
from keyuan.duplicates import actions
from keyuan.duplicates.models import Duplicate
from keyuan.duplicates.tests.conftest import CLERK
from keyuan.eventlog.models import Event


@pytest.fixture
def pair(book):
    one, two = book.twice()
    actions.search(by=CLERK)
    return one, two


def address(pair, *more):
    return "/".join(["/desk/duplicates", str(pair[0].pk), str(pair[1].pk), *more, ""])


def test_the_queue_shows_both_records_and_why(pair, desk):
    text = desk.get("/desk/duplicates/").content.decode()
    for word in (pair[0].number, pair[1].number, "几乎确定", "姓名读音相同"):
        assert word in text
    assert pair[0].number in desk.get("/desk/duplicates/?text=13812345678&least=0.99&kind=individual").content.decode()
    assert pair[0].number not in desk.get("/desk/duplicates/?kind=enterprise").content.decode()


def test_merging_as_chosen_then_undoing_it(pair, desk):
    one, two = pair
    page = desk.get(address(pair))
    assert page.status_code == 200
    assert "13812345678" not in page.content.decode()
    chosen = {"keep": one.pk, "choose-name": "drop", "choose-mobile": "keep", "reason": "电话核实"}
    done = desk.post(address(pair, "merge"), chosen)
    merge = Merge.objects.get()
    assert (done.status_code, done.headers["Location"]) == (302, f"/desk/duplicates/merges/{merge.pk}/")
    kept = Customer.objects.get()
    assert (kept.pk, kept.name, kept.person.mobile) == (one.pk, "诸葛小静", "13812345678")
    assert "撤销合并" in desk.get(done.headers["Location"]).content.decode()
    assert two.number in desk.get("/desk/duplicates/merges/").content.decode()
    assert desk.get(f"/desk/duplicates/merges/of/{two.number}/").status_code == 302
    timeline = desk.get(f"/desk/customers/{one.number}/timeline/").content.decode()
    assert f"/desk/duplicates/merges/of/{two.number}/" in timeline
    desk.post(f"/desk/duplicates/merges/{merge.pk}/undo/")
    assert Customer.objects.count() == 2
    assert "都已完全恢复" in desk.get(f"/desk/duplicates/merges/{merge.pk}/").content.decode()


def test_turned_round_the_right_record_is_kept(pair, desk):
    _one, two = pair
    assert f"合并到 {two.number}" in desk.get(address(pair) + f"?keep={two.pk}").content.decode()
    desk.post(address(pair, "merge"), {"keep": two.pk, "reason": "电话核实"})
    assert Customer.objects.get().pk == two.pk


def test_what_was_chosen_comes_back_when_the_reason_is_missing(pair, desk):
    answer = desk.post(address(pair, "merge"), {"keep": pair[0].pk, "choose-name": "other", "other-name": "诸葛筱静"})
    assert answer.status_code == 422
    assert 'value="诸葛筱静"' in answer.content.decode()
    assert Merge.objects.count() == 0
    desk.post(
        address(pair, "merge"),
        {"keep": pair[0].pk, "choose-name": "other", "other-name": "诸葛筱静", "reason": "身份证为准"},
    )
    assert Customer.objects.get().name == "诸葛筱静"


def test_not_the_same_and_later_lead_to_the_next_pair(pair, desk):
    answer = desk.post(address(pair, "later"), {})
    assert answer.headers["Location"] == "/desk/duplicates/"
    assert set(Duplicate.objects.values_list("verdict", flat=True)) == {"later"}
    desk.post(address(pair, "not-the-same"), {"reason": "姐妹"})
    assert set(Duplicate.objects.values_list("verdict", flat=True)) == {"not_same"}
    assert pair[0].number in desk.get("/desk/duplicates/?verdict=not_same").content.decode()


def test_certain_pairs_are_merged_together(pair, desk):
    picked = f"{pair[0].pk}-{pair[1].pk}"
    desk.post("/desk/duplicates/merge/", {"pick": [picked, "1-x", "--"], "reason": "批量核对"})
    assert Merge.objects.get().reason == "批量核对"


def test_the_export_holds_the_queue_and_is_a_line_of_the_log(pair, desk):
    wanted = {"purpose": "季度清理", "format": "csv", "query": "kind=individual&least=0.9&page=3"}
    text = b"".join(desk.post("/desk/duplicates/export/", wanted).streaming_content).decode()
    assert pair[0].number in text
    assert "13812345678" not in text
    assert desk.post("/desk/duplicates/export/", {"purpose": "季度清理"}).status_code == 200
    first, second = Event.objects.filter(name="duplicates.exported").order_by("id")
    filters = {"kind": "individual", "least": "0.9"}
    assert first.payload == {"purpose": "季度清理", "filters": filters, "format": "csv", "rows": 1}
    assert second.payload["filters"] == {}


def test_without_a_purpose_nothing_is_taken_away(pair, desk):
    assert desk.post("/desk/duplicates/export/", {"purpose": " "}).status_code == 422
    assert not Event.objects.filter(name="duplicates.exported").exists()


def test_the_queue_and_a_pair_stay_within_their_query_budgets(pair, book, desk, query_budget):
    for place in range(3):
        book.person(f"诸葛晓{place}", birth_date=date(1990, 3, 7), home_address="江苏省苏州市姑苏区人民路12号3幢101室")
    actions.search(by=CLERK)
    with query_budget("duplicates"):
        assert desk.get("/desk/duplicates/").status_code == 200
    with query_budget("duplicates-pair"):
        assert desk.get(address(pair)).status_code == 200
    with query_budget("duplicates-merges"):
        assert desk.get("/desk/duplicates/merges/").status_code == 200
    with query_budget("duplicates-panel"):
        assert desk.get(f"/desk/duplicates/of/{pair[0].pk}/").status_code == 200


def test_the_side_of_a_customers_page_names_the_other_record(pair, desk):
    assert pair[1].number in desk.get(f"/desk/duplicates/of/{pair[0].pk}/").content.decode()


def test_only_who_may_merge_comes_in(pair, client_as, org):
    for role in (Role.AGENT, Role.HOTLINE, Role.ADMINISTRATOR):
        assert client_as(role, unit=org.branch).get("/desk/duplicates/").status_code == 403
    assert client_as(Role.COUNTER, unit=org.branch).get("/desk/duplicates/").status_code == 200


def test_a_search_is_asked_for_and_its_progress_shown(desk):
    assert desk.post("/desk/duplicates/search/").status_code == 302
    assert "等待开始" in desk.get("/desk/duplicates/progress/").content.decode()
