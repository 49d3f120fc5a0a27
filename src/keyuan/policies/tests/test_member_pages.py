"""The pages of a group policy's members, as a browser uses them."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client
from tests.fixtures.budgets import QueryBudget

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.eventlog.models import Event
from keyuan.policies import actions
from keyuan.policies.models import GroupMember, MemberList
from keyuan.policies.tests import factories as make
from keyuan.policies.tests import groups as group

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)


def desk(role: Role = Role.MANAGER, unit: Any = None) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=make.staff(role, unit).user_id))
    return client


def filled(count: int = 3) -> Any:
    policy, by = group.group_policy(), make.staff()
    for number in range(1, count + 1):
        actions.add_member(policy.pk, group.draft(number, mobile=f"1380000{number:04d}"), joined_on=DAY, by=by)
    return policy


def test_the_list_of_a_day_its_figures_and_its_filters(query_budget: QueryBudget) -> None:
    policy = filled(8)
    client = desk()
    address = f"/desk/policies/{policy.pk}/members/"
    client.get(address, {"on": "2026-06-01"})
    with query_budget("group-members"):
        page = client.get(address, {"on": "2026-06-01"})
    assert page.context["membership"].count == 8
    assert len(page.context["rows"]) == 8
    assert client.get(address, {"on": "2026-05-31"}).context["membership"].count == 0
    assert [row["member"].name for row in client.get(address, {"on": DAY, "text": "员工3"}).context["rows"]] == [
        "员工3"
    ]
    text = page.content.decode()
    assert group.id_number(1) not in text
    assert "13800000001" not in text
    assert client.get(address, {"on": "x", "state": "x", "sort": "x", "page": "99"}).status_code == 200


def test_of_a_policy_that_has_ended_nobody_is_insured_and_the_page_says_why() -> None:
    policy = filled(2)
    client, address = desk(), f"/desk/policies/{policy.pk}/members/"
    assert policy.ends_on is not None
    page = client.get(address, {"on": policy.ends_on.isoformat()})
    assert page.context["membership"].count == 0
    assert "保单在这一天已经终止" in page.content.decode()
    everybody = client.get(address, {"on": policy.ends_on.isoformat(), "state": "all"})
    assert [row["state"] for row in everybody.context["rows"]] == ["保单已终止"] * 2


def test_the_policy_page_leads_to_the_members_of_the_day() -> None:
    policy = filled()
    text = desk().get(f"/desk/policies/{policy.pk}/", {"on": "2026-07-01"}).content.decode()
    assert f"/desk/policies/{policy.pk}/members/?on=2026-07-01" in text
    motor = make.policy(make.customer())
    assert "/members/" not in desk().get(f"/desk/policies/{motor.pk}/").content.decode()
    assert desk().get(f"/desk/policies/{motor.pk}/members/").status_code == 422


def test_adding_one_gives_back_what_was_typed_when_it_is_refused() -> None:
    policy = group.group_policy()
    client, address = desk(), f"/desk/policies/{policy.pk}/members/add/"
    typed = {"name": "林静", "id_number": "110101199003078510", "joined_on": "2026-06-01", "plan": "A"}
    wrong = client.post(address, typed)
    assert wrong.status_code == 422
    assert "110101199003078510" in wrong.content.decode()
    assert not GroupMember.objects.exists()
    right = client.post(address, {**typed, "id_number": group.id_number(1), "premium": "365"})
    assert right.status_code == 302
    assert GroupMember.objects.get().name == "林静"
    assert client.post(address, {**typed, "id_number": group.id_number(1)}).status_code == 422


def test_changing_and_removing_from_the_list() -> None:
    policy = filled(2)
    client = desk()
    first, second = GroupMember.objects.order_by("pk")
    changed = {"name": first.name, "plan": "B", "effective_on": "2026-07-01", "sum_insured": "1", "premium": "2"}
    assert client.post(f"/desk/policies/members/{first.pk}/", changed).status_code == 302
    assert GroupMember.objects.filter(plan="B", joined_on=date(2026, 7, 1)).count() == 1
    address = f"/desk/policies/{policy.pk}/members/remove/"
    client.post(address, {"picked": [second.pk], "left_on": "2026-08-01", "reason": "离职"})
    second.refresh_from_db()
    assert (second.left_on, second.left_reason) == (date(2026, 8, 1), "离职")
    told = client.post(address, {"picked": [second.pk], "left_on": "2026-09-01"}, follow=True).content.decode()
    assert "已于2026-08-01终止" in told


def test_a_list_is_uploaded_previewed_and_applied() -> None:
    policy = group.group_policy()
    client, address = desk(), f"/desk/policies/{policy.pk}/members/lists/"
    sent = {"file": group.csv([group.row(1), group.row(2, 姓名="")]), "mode": "full", "effective_on": "2026-06-01"}
    to = client.post(address, sent)
    made = MemberList.objects.get()
    assert to.headers["Location"] == f"/desk/policies/members/lists/{made.pk}/"
    preview = client.get(to.headers["Location"])
    assert preview.context["counts"]["joins"] == 1
    assert "没有填写。" in preview.content.decode()
    assert not GroupMember.objects.exists()
    assert client.post(to.headers["Location"]).status_code == 302
    assert GroupMember.objects.count() == 1
    assert "姓名" in b"".join(client.get(f"{to.headers['Location']}rejects.csv").streaming_content).decode()
    wrong = client.post(address, {"file": group.csv([["x"]], head=["x"]), "mode": "full", "effective_on": "2026-06-01"})
    assert wrong.status_code == 422
    assert "证件号码" in wrong.content.decode()


def test_the_export_is_masked_unless_one_may_see_and_says_so_and_cells_are_harmless() -> None:
    policy, by = group.group_policy(), make.staff()
    actions.add_member(policy.pk, group.draft(1, name="=cmd()"), joined_on=DAY, by=by)
    address = f"/desk/policies/{policy.pk}/members/export/"
    client = desk()
    assert client.post(address, {"format": "csv"}).status_code == 422
    asked = {"format": "csv", "purpose": "年检", "query": "on=2026-06-01"}
    text = b"".join(client.post(address, asked).streaming_content).decode()
    assert "'=cmd()" in text
    assert group.id_number(1) not in text
    whole = client.post(address, {**asked, "format": "xlsx", "whole": "1"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(whole.streaming_content))).active
    assert [cell.value for cell in sheet[2]][:3] == ["=cmd()", "居民身份证", group.id_number(1)]
    analyst = desk(Role.ANALYST)
    assert analyst.post(address, {**asked, "whole": "1"}).status_code == 403
    payload = Event.objects.filter(name="member.exported").latest("id").payload
    assert (payload["whole"], payload["rows"]) == (True, 1)


def test_the_template_is_a_list_that_we_read() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(desk().get("/desk/policies/members/template.xlsx")))).active
    assert [cell.value for cell in sheet[1]][:3] == ["姓名", "证件类型", "证件号码"]


def test_the_search_box_leads_from_an_id_number_or_a_mobile_to_the_group_policy() -> None:
    policy = filled(1)
    client = desk()
    for text in (group.id_number(1), "138 0000 0001"):
        found = client.get("/desk/find/", {"q": text}, headers={"Accept": "application/json"}).json()
        assert [one["policy_id"] for one in found["members"]] == [policy.pk]
        assert group.id_number(1) not in str(found["members"])
    page = client.get("/desk/find/all/", {"q": group.id_number(1)}).content.decode()
    assert f"/desk/policies/{policy.pk}/members/" in page
    other = desk(Role.COUNTER, make.branch("NJ"))
    found = other.get("/desk/find/", {"q": group.id_number(1)}, headers={"Accept": "application/json"}).json()
    assert found["members"] == []


def test_seeing_a_members_number_is_logged() -> None:
    filled(1)
    row = GroupMember.objects.get()
    asked = {"field": "id_number", "purpose": "核对"}
    assert desk().post(f"/desk/policies/members/{row.pk}/unmask/", asked).content.decode() == group.id_number(1)
    assert Event.objects.filter(name="customer.unmasked").count() == 1
    assert desk(Role.ANALYST).post(f"/desk/policies/members/{row.pk}/unmask/", asked).status_code == 403


def test_changes_by_month() -> None:
    policy = filled(2)
    actions.remove_member(GroupMember.objects.first().pk, left_on=date(2026, 8, 15), by=make.staff())
    months = desk().get(f"/desk/policies/{policy.pk}/members/changes/").context["months"]
    assert [(row["change"].month, row["change"].joined, row["change"].left) for row in months] == [
        (date(2026, 8, 1), 0, 1),
        (date(2026, 6, 1), 2, 0),
    ]
