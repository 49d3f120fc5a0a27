"""Files through a real browser: chosen and dropped, shown when they are in; what is refused stays to be read."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.fixtures.browser import SignIn, axe
from tests.fixtures.organisation import Organisation

from keyuan.accounts.roles import Role
from keyuan.customers.actions import CustomerDraft, PersonDraft, register_customer
from keyuan.files.models import Attachment
from keyuan.files.tests.conftest import PDF, PNG
from keyuan.kernel.actor import Actor

DROP = """([content, name]) => {
  const bytes = Uint8Array.from(atob(content), sign => sign.charCodeAt(0))
  const transfer = new DataTransfer()
  transfer.items.add(new File([bytes], name))
  const options = {bubbles: true, cancelable: true, dataTransfer: transfer}
  document.querySelector("[data-files-form]").dispatchEvent(new DragEvent("drop", options))
}"""


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_file_is_chosen_another_dropped_and_a_refused_one_takes_nothing_typed_away(
    page: Page, sign_in: SignIn, org: Organisation, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    draft = CustomerDraft(name="林静", org_unit_id=org.branch.pk, details=PersonDraft())
    customer = register_customer(draft, by=Actor.system("tests"))
    (tmp_path / "合同.pdf").write_bytes(PDF)
    (tmp_path / "照片.pdf").write_bytes(b"<html><script>alert(1)</script>")
    sign_in(Role.COUNTER, unit=org.branch)
    page.goto(f"/desk/customers/{customer.number}/")
    files = page.locator("[data-files]")
    files.scroll_into_view_if_needed()
    files.locator("[data-files-form]").wait_for()
    search = page.locator("input[type=search]").first
    search.fill("写到一半")
    chooser = files.locator("input[type=file]").first

    chooser.set_input_files([tmp_path / "合同.pdf", tmp_path / "照片.pdf"])

    refused = files.get_by_role("alert")
    expect(refused).to_be_visible()
    expect(files.locator(".files-row")).to_contain_text("合同.pdf")
    expect(files.get_by_role("button", name="知道了")).to_be_visible()
    # What was typed elsewhere on the page is still there, and so is the refusal after the list has loaded anew.
    assert search.input_value() == "写到一半"

    page.evaluate(DROP, [base64.b64encode(PNG).decode(), "现场.png"])

    expect(files.locator(".files-row")).to_have_count(2)
    expect(refused).to_be_visible()
    axe(page, within="[data-files]")
    files.get_by_role("button", name="知道了").click()
    expect(refused).to_have_count(0)
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["合同.pdf", "现场.png"]
