"""The way of a book through a real browser: upload, columns, preview, run, rejects; by screen size, theme and language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.fixtures.browser import SignIn, axe, fit

from keyuan.accounts.roles import Role
from keyuan.intake import tasks
from keyuan.intake.models import Run, Upload
from keyuan.intake.tests.helpers import CUSTOMERS, customer, mobile


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_book_is_imported_from_the_desk(
    page: Page,
    sign_in: SignIn,
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    book = tmp_path / "客户.csv"
    book.write_text(CUSTOMERS + customer(1) + f"C9,李测试,12,{mobile(9)}\n", encoding="gb18030")
    sign_in(Role.MANAGER)

    page.goto("/intake/")
    fit(page, "intake-list-empty")
    page.get_by_role("link", name="导入账册").first.click()
    axe(page)
    page.get_by_label("文件", exact=True).set_input_files(book)
    page.get_by_role("button", name="上传").click()
    page.wait_for_url("**/map/")
    fit(page, "intake-map")
    page.get_by_role("button", name="预览").click()
    page.wait_for_url("**/preview/")
    assert page.get_by_text("居民身份证号码应为18位").count() == 1
    fit(page, "intake-preview")
    page.get_by_role("button", name="导入全部").click()
    page.wait_for_url("**/runs/*/")
    run = Run.objects.get()

    tasks.carry_on(run_id=run.pk, path=Upload.objects.get().path)

    # The page finds out by itself.
    page.get_by_text("被拒绝的行", exact=True).wait_for()
    assert page.get_by_text("居民身份证号码应为18位").count() == 1
    fit(page, "intake-run")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert "李测试" in Path(download.value.path()).read_text("utf-8-sig")
    page.goto("/intake/")
    fit(page, "intake-list")
