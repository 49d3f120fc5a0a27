"""Keeping definitions: who may, what never changes, what the log says, and what other processes see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.fixtures.budgets import QueryBudget

from keyuan.accounts.refusals import NotPermitted
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.customfields import actions, queries, refusals
from keyuan.customfields.actions import FieldDraft
from keyuan.customfields.shapes import Choice
from keyuan.customfields.states import FieldType, RecordKind
from keyuan.customfields.tests.factories import LEVELS, a_field
from keyuan.eventlog.models import Event

pytestmark = pytest.mark.django_db
PERSON = RecordKind.PERSON


def names() -> list[str]:
    return list(Event.objects.filter(name__startswith="custom_field").order_by("id").values_list("name", flat=True))


def slugs(viewer: Viewer, record: RecordKind = PERSON) -> list[str]:
    return [each.slug for each in queries.definitions(record, viewer=viewer)]


def test_only_an_administrator_defines_fields(viewer_as: Callable[..., Viewer]) -> None:
    draft = FieldDraft(name="获客活动")
    with pytest.raises(NotPermitted):
        actions.define_field(PERSON, "campaign", FieldType.TEXT, draft, by=viewer_as(Role.MANAGER))
    assert names() == []
    made = actions.define_field(PERSON, "campaign", FieldType.TEXT, draft, by=viewer_as(Role.ADMINISTRATOR))
    assert (made.slug, made.order, names()) == ("campaign", 1, ["custom_field.defined"])


def test_a_code_is_used_once_a_record_and_means_one_type_for_both_kinds_of_customer() -> None:
    a_field("level", FieldType.CHOICE)
    with pytest.raises(refusals.SlugTaken):
        a_field("level", FieldType.TEXT)
    with pytest.raises(refusals.SlugOfOtherType):
        a_field("level", FieldType.TEXT, RecordKind.ENTERPRISE)
    a_field("level", FieldType.TEXT, RecordKind.POLICY)
    a_field("level", FieldType.CHOICE, RecordKind.ENTERPRISE)
    with pytest.raises(refusals.SlugMalformed):
        a_field("a__b")


def test_a_choice_can_be_renamed_and_retired_but_not_taken_away() -> None:
    made = a_field("level", FieldType.CHOICE)
    with pytest.raises(refusals.ChoicesVanished):
        actions.change_field(made.id, FieldDraft(name="等级", choices=LEVELS[:1]), by=_admin())
    renamed = (Choice("low", "很低"), Choice("high", "高", retired=True), LEVELS[2])
    changed = actions.change_field(made.id, FieldDraft(name="等级", choices=renamed), by=_admin())
    assert [each.label for each in changed.open_choices] == ["很低"]
    none = tuple(Choice(each.code, each.name, retired=True) for each in LEVELS)
    with pytest.raises(refusals.ChoicesMissing):
        actions.change_field(made.id, FieldDraft(name="等级", choices=none), by=_admin())
    with pytest.raises(refusals.ChoiceMalformed):
        a_field("other", FieldType.CHOICE, choices=(Choice("A B", "甲"),))


def _admin() -> Viewer:
    return Viewer(1, "管理员", Role.ADMINISTRATOR, None, frozenset({Permission.CONFIGURE, Permission.SEE_CUSTOMERS}))


def test_nothing_is_logged_when_nothing_differs() -> None:
    made = a_field("note")
    actions.change_field(made.id, FieldDraft(name="字段note"), by=_admin())
    assert names() == ["custom_field.defined"]
    actions.change_field(made.id, FieldDraft(name="备注"), by=_admin())
    line = Event.objects.get(name="custom_field.changed")
    assert line.payload["changes"] == {"name": ["字段note", "备注"]}


def test_a_retired_field_is_gone_from_the_records_and_comes_back(viewer: Viewer) -> None:
    made = a_field("note")
    assert slugs(viewer) == ["note"]
    actions.retire_field(made.id, by=_admin())
    assert slugs(viewer) == []
    actions.restore_field(made.id, by=_admin())
    assert slugs(viewer) == ["note"]
    assert names() == ["custom_field.defined", "custom_field.retired", "custom_field.restored"]


def test_fields_stand_in_the_order_that_is_given(viewer: Viewer) -> None:
    ids = [a_field(slug).id for slug in ("a", "b", "c")]
    actions.order_fields(PERSON, [ids[2], ids[0], 999], by=_admin())
    assert slugs(viewer) == ["c", "a", "b"]
    actions.order_fields(PERSON, [ids[2]], by=_admin())
    assert names().count("custom_field.ordered") == 1


def test_who_may_not_see_a_field_does_not_know_of_it(viewer: Viewer, viewer_as: Callable[..., Viewer]) -> None:
    a_field("secret", see=Permission.UNMASK)
    a_field("open")
    assert slugs(viewer) == ["secret", "open"]
    assert slugs(viewer_as(Role.ANALYST)) == ["open"]
    assert slugs(STRANGER) == []
    assert queries.every_definition(PERSON, viewer=viewer) == ()


def test_a_process_asks_once_and_again_when_something_changed(viewer: Viewer, django_assert_num_queries: Any) -> None:
    queries.forget()
    with django_assert_num_queries(1):
        assert slugs(viewer) == slugs(viewer, RecordKind.POLICY) == []
    a_field("note")
    with django_assert_num_queries(1):
        assert slugs(viewer) == ["note"]


def test_another_process_sees_a_new_field_some_seconds_later(viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert slugs(viewer) == []
    stale = queries._kept
    a_field("note")
    queries._kept = stale  # the other process, which heard of nothing
    assert slugs(viewer) == []
    monkeypatch.setattr(queries, "KEPT_SECONDS", -1.0)
    assert slugs(viewer) == ["note"]


def test_an_administrator_defines_orders_and_retires_in_the_browser(client_as: Callable[..., Client]) -> None:
    client = client_as(Role.ADMINISTRATOR)
    form = {"name": "风险等级", "slug": "risk", "type": "choice", "see": "see_customers", "edit": "edit_customers"}
    missing = client.post("/desk/settings/fields/new/?record=person", form)
    assert (missing.status_code, "至少要有一个可用的选项" in missing.content.decode()) == (422, True)
    assert 'value="风险等级"' in missing.content.decode(), "nothing typed is lost"
    choices = {"choice_code": ["low", "high"], "choice_name": ["低", "高"], "choice_name_en": ["Low", ""]}
    made = client.post("/desk/settings/fields/new/?record=person", {**form, **choices, "choice_retired": ["0", "0"]})
    assert made.status_code == 302, made.content.decode()
    (risk,) = queries.fresh(PERSON)
    assert [(each.code, each.name_en) for each in risk.choices] == [("low", "Low"), ("high", "")]
    other = a_field("note")
    moved = client.post(
        "/desk/settings/fields/order/",
        {"record": "person", "id": [risk.id, other.id], "move": f"{other.id}:up"},
        headers={"HX-Request": "true"},
    )
    assert [each.slug for each in queries.fresh(PERSON)] == ["note", "risk"]
    assert moved.content.decode().index("字段note") < moved.content.decode().index("风险等级")
    page = client.get(f"/desk/settings/fields/{risk.id}/").content.decode()
    assert "readonly" in page
    assert 'name="slug"' not in page
    client.post(f"/desk/settings/fields/{risk.id}/retire/")
    listed = client.get("/desk/settings/fields/?record=person").content.decode()
    assert "已停用" in listed
    assert client_as(Role.MANAGER).get("/desk/settings/fields/").status_code == 403


@pytest.mark.django_db
def test_the_pages_stay_within_their_query_budgets(client_as: Callable[..., Client], query_budget: QueryBudget) -> None:
    made = [a_field(f"f{number}", FieldType.CHOICE) for number in range(12)]
    client = client_as(Role.ADMINISTRATOR)
    with query_budget("custom-fields"):
        assert client.get("/desk/settings/fields/?record=person").status_code == 200
    with query_budget("custom-field"):
        assert client.get(f"/desk/settings/fields/{made[0].id}/").status_code == 200
