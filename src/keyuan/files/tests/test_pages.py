"""The panel of files, uploading and downloading, as a browser uses them."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from tests.fixtures.budgets import QueryBudget

from keyuan.accounts.models import User
from keyuan.accounts.scope import Viewer
from keyuan.customers.models import Customer
from keyuan.files import actions
from keyuan.files.models import Attachment
from keyuan.files.tests.conftest import DOCX, PDF, PNG, upload

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(clerk: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=clerk.user_id))
    return client


def panel_of(customer: Customer) -> str:
    return f"/desk/files/?kind=customer&id={customer.pk}"


def test_several_files_at_once_and_what_is_refused_is_told_by_name(desk: Client, customer: Customer) -> None:
    files = [upload(), upload(PNG, "证件.png"), upload(b"MZ" + b"\0" * 90, "程序.exe")]
    sent = {"kind": "customer", "id": customer.pk, "file": files}
    answer = desk.post("/desk/files/upload/", sent, follow=True)
    assert answer.redirect_chain == [(panel_of(customer), 302)]
    text = answer.content.decode()
    assert "证件.png" in text
    assert "不接收“程序.exe”这种文件" in text
    assert set(Attachment.objects.values_list("name", flat=True)) == {"合同.pdf", "证件.png"}


def test_the_script_gets_a_refusal_it_can_show(desk: Client, customer: Customer) -> None:
    sent = {"kind": "customer", "id": customer.pk, "file": upload(PNG, "合同.pdf")}
    answer = desk.post("/desk/files/upload/", sent, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "content_contradicts_name"
    assert "PNG" in answer.json()["message"]
    good = {"kind": "customer", "id": customer.pk, "file": upload()}
    assert desk.post("/desk/files/upload/", good, headers={"Accept": "application/json"}).json() == {"already": ""}
    again = {"kind": "customer", "id": customer.pk, "file": upload()}
    told = desk.post("/desk/files/upload/", again, headers={"Accept": "application/json"}).json()
    assert "已经在这里" in told["already"]


def test_too_many_at_once_and_none_at_all_are_said(desk: Client, customer: Customer) -> None:
    many = [upload(PDF + bytes([number]), f"{number}.pdf") for number in range(21)]
    for files, code in ((many, "too_many_files"), ([], "no_file_chosen")):
        sent = {"kind": "customer", "id": customer.pk, "file": files}
        answer = desk.post("/desk/files/upload/", sent, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Attachment.objects.exists()


def test_a_download_is_saved_under_its_name_and_never_run(desk: Client, customer: Customer, clerk: Viewer) -> None:
    attach = actions.attach
    row = attach(customer.pk, subject=("customer", customer.pk), upload=upload(DOCX, "说明 书.docx"), by=clerk).file
    for address in (f"/desk/files/{row.pk}/", f"/desk/files/{row.pk}/view/"):
        answer = desk.get(address)
        assert b"".join(answer.streaming_content) == DOCX
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "no-store" in answer.headers["Cache-Control"]


def test_pictures_and_pdf_may_be_looked_at_in_the_browser(desk: Client, customer: Customer, clerk: Viewer) -> None:
    row = actions.attach(customer.pk, subject=("customer", customer.pk), upload=upload(PNG, "a.png"), by=clerk).file
    answer = desk.get(f"/desk/files/{row.pk}/view/")
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_panel_is_a_fragment_or_a_page_and_nothing_without_a_record(desk: Client, customer: Customer) -> None:
    assert "<html" not in desk.get(panel_of(customer), headers=HTMX).content.decode()
    assert "<html" in desk.get(panel_of(customer)).content.decode()
    for wrong in ("", "?kind=customer", "?kind=customer&id=x", f"?kind=customer&id={'9' * 30}", "?kind=x&id=1"):
        assert desk.get(f"/desk/files/{wrong}").status_code == 404


def test_deleting_asks_why_and_can_be_undone(desk: Client, customer: Customer, clerk: Viewer) -> None:
    row = actions.attach(customer.pk, subject=("customer", customer.pk), upload=upload(), by=clerk).file
    asked = desk.post(f"/desk/files/{row.pk}/hide/", {"reason": ""}, headers=HTMX)
    assert asked.status_code == 422
    done = desk.post(f"/desk/files/{row.pk}/hide/", {"reason": "重复"}, headers=HTMX)
    assert done.status_code == 204
    undo = json.loads(done.headers["HX-Trigger"])["keyuan:toast"]["undo"]["url"]
    assert "重复" in desk.get(f"{panel_of(customer)}&hidden=1").content.decode()
    assert desk.post(undo, headers=HTMX).status_code == 204
    assert "合同.pdf" in desk.get(panel_of(customer)).content.decode()


def test_the_panel_stays_within_its_queries_whatever_it_holds(
    desk: Client, customer: Customer, clerk: Viewer, query_budget: QueryBudget
) -> None:
    for number in range(12):
        content = upload(PDF + bytes([number]), f"{number}.pdf")
        actions.attach(customer.pk, subject=("customer", customer.pk), upload=content, by=clerk)
    desk.get(panel_of(customer), headers=HTMX)
    with query_budget("files-panel"):
        desk.get(panel_of(customer), headers=HTMX)
