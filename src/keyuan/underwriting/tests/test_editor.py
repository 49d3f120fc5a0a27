"""The engine's own editor, in the browser: what is changed in a table is what is saved, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.fixtures.browser import SignIn

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import viewer_of
from keyuan.underwriting import actions, queries
from keyuan.underwriting.differing import changes
from keyuan.underwriting.models import RuleSet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_cell_changed_in_the_editor_is_saved_and_nothing_else(page: Page, sign_in: SignIn, user_as: Any) -> None:
    underwriter = user_as(Role.UNDERWRITER)
    actions.draft_rules("motor", by=viewer_of(underwriter))
    page.goto("/accounts/login/")
    sign_in(user=underwriter)
    page.goto("/desk/underwriting/rules/motor/2/edit/")
    editor = page.locator("#rule-editor")
    editor.get_by_text("编辑表格").first.click()
    expect(editor.locator(".grl-dt__cell__input", has_text="MOT-VEH-3")).to_be_visible()  # what a rule decides
    editor.locator(".cm-content", has_text="(10..15]").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("> 12")
    page.keyboard.press("Tab")
    page.wait_for_function("() => document.getElementById('id_text').value.includes('> 12')")
    page.get_by_role("button", name="保存草稿").click()
    page.wait_for_url("**/rules/motor/2/")
    text = RuleSet.objects.get(code="motor", number=2).text
    found = changes(queries.shipped("motor").text, text)
    assert [(one.rule, [(each.column, each.after) for each in one.cells]) for one in found] == [
        ("MOT-VEH-3", [("answers.vehicle_age", "> 12")])
    ]
    assert {node["id"] for node in json.loads(text)["nodes"]} == {
        node["id"] for node in json.loads(queries.shipped("motor").text)["nodes"]
    }
