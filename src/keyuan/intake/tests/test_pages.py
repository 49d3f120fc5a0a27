"""From the browser: upload, columns, preview, run, rejects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.customers.models import Customer
from keyuan.intake import actions, tasks
from keyuan.intake.actions import ask_to_stop
from keyuan.intake.models import Run, Upload
from keyuan.intake.suggest import suggested
from keyuan.intake.tests.helpers import CUSTOMERS, customer, id_number, mobile

pytestmark = pytest.mark.django_db
BAD = f"C9,李测试,12,{mobile(9)}\n"


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Jobs handed to the worker."""
    jobs: list[dict[str, Any]] = []

    class Job:
        def defer(self, **arguments: Any) -> None:
            jobs.append(arguments)

    monkeypatch.setattr(tasks.carry_on, "configure", lambda **_options: Job())
    return jobs


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def manager(user_as: Callable[..., User]) -> Client:
    client = Client()
    client.force_login(user_as(Role.MANAGER))
    return client


def send(client: Client, text: str, name: str = "book.csv", mapping: str = "") -> Any:
    file = SimpleUploadedFile(name, text.encode())
    return client.post(reverse("intake:upload"), {"file": file, "mapping": mapping})


def confirm(client: Client, upload: Upload, header: list[str], assigned: dict[str, str]) -> Any:
    columns = {f"column_{place}": assigned.get(name, "") for place, name in enumerate(header)}
    told = {"book": "browser", "product": "", "line": "motor", "currency": "CNY", **columns}
    return client.post(reverse("intake:map", args=[upload.pk]), told)


def test_headings_in_both_languages_and_cells_tell_what_a_column_is() -> None:
    rows = [["x", "张三", id_number(1), mobile(1), "苏E12345", "zz"]]
    header = ["Customer ID", "姓 名", "col3", "col4", "col5", "col6"]
    assert suggested(header, rows) == {
        "Customer ID": "customer.key",
        "姓 名": "customer.name",
        "col3": "customer.id_number",
        "col4": "customer.mobile",
        "col5": "object.plate",
    }


def test_a_book_goes_from_upload_to_result_and_its_rejects_come_back(
    manager: Client, queued: list[dict[str, Any]]
) -> None:
    answer = send(manager, CUSTOMERS + customer(1) + BAD)
    upload = Upload.objects.get()
    assert answer.url == reverse("intake:map", args=[upload.pk])
    page = manager.get(answer.url)
    assert page.context["recognised"] == 4
    header = CUSTOMERS.strip().split(",")
    targets = dict(zip(header, ["customer.key", "customer.name", "customer.id_number", "customer.mobile"], strict=True))

    answer = confirm(manager, upload, header, targets)
    assert answer.url == reverse("intake:preview", args=[upload.pk])
    page = manager.get(answer.url)
    assert "居民身份证号码应为18位" in page.content.decode()
    assert page.context["wrong"] == 1
    # A preview leaves nothing behind.
    assert (Customer.objects.count(), Run.objects.count(), queued) == (0, 0, [])

    answer = manager.post(answer.url)
    run = Run.objects.get()
    assert answer.url == reverse("intake:run", args=[run.pk])
    assert queued == [{"run_id": run.pk, "path": Upload.objects.get().path}]
    waiting = manager.get(reverse("intake:progress", args=[run.pk]))
    assert "hx-get" in waiting.content.decode()
    assert "HX-Refresh" not in waiting

    tasks.carry_on(**queued[0])

    assert Customer.objects.get().name == "张测试"
    assert manager.get(reverse("intake:progress", args=[run.pk]))["HX-Refresh"] == "true"
    assert "居民身份证号码应为18位" in manager.get(answer.url).content.decode()
    text = b"".join(manager.get(reverse("intake:rejects", args=[run.pk])).streaming_content).decode()  # type: ignore[attr-defined]
    assert text.splitlines()[1].endswith(f"C9,李测试,12,{mobile(9)}")
    xlsx = manager.get(reverse("intake:rejects", args=[run.pk]), {"format": "xlsx"})
    assert b"".join(xlsx.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    listed = manager.get(reverse("intake:list"), {"state": "rejects", "text": "browser"})
    assert [found.pk for found in listed.context["page"].items] == [run.pk]
    assert list(manager.get(reverse("intake:list"), {"state": "open"}).context["page"].items) == []


def test_a_run_is_stopped_and_continued(
    manager: Client, queued: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    send(manager, CUSTOMERS + customer(1) + customer(2), name="customers.csv", mapping="keyuan_book")
    upload = Upload.objects.get()
    manager.post(reverse("intake:preview", args=[upload.pk]))
    run = Run.objects.get()
    whole = actions.import_book

    def in_ones(path: Path, mapping: Any, *, by: Any) -> Any:
        return whole(path, mapping, by=by, batch=1, progress=lambda at: ask_to_stop(at.pk))

    monkeypatch.setattr(actions, "import_book", in_ones)
    tasks.carry_on(**queued[0])
    assert Customer.objects.count() == 1
    page = manager.get(reverse("intake:run", args=[run.pk]))
    assert reverse("intake:continue", args=[run.pk]) in page.content.decode()
    monkeypatch.setattr(actions, "import_book", whole)
    manager.post(reverse("intake:continue", args=[run.pk]))
    tasks.carry_on(**queued[1])
    assert Customer.objects.count() == 2
    assert Run.objects.get().finished_at is not None


def test_the_columns_that_are_still_missing_are_named(manager: Client) -> None:
    send(manager, "a,b\n1,2\n")
    answer = confirm(manager, Upload.objects.get(), ["a", "b"], {"a": "policy.number", "b": "policy.number"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "“保单 · 保单号”选了不止一次。" in text
    assert "还缺少：客户 · 名称。" not in text


def test_a_mapping_file_with_mistakes_is_told_with_its_lines(manager: Client) -> None:
    own = SimpleUploadedFile("map.yaml", b"book: b\nfiles:\n  - mach: x\n")
    file = SimpleUploadedFile("book.csv", b"a\n1\n")
    answer = manager.post(reverse("intake:upload"), {"file": file, "own": own})
    assert answer.status_code == 422
    assert "第3行" in answer.content.decode()
    assert not Upload.objects.exists()


@pytest.mark.parametrize("name", ["book.exe", "book.pdf"])
def test_another_kind_of_file_is_refused(manager: Client, name: str) -> None:
    assert send(manager, "x", name=name).status_code == 422
    assert not Upload.objects.exists()


def test_too_large_an_upload_is_refused(manager: Client, settings: Any) -> None:
    settings.KEYUAN_UPLOAD_MB = 0
    answer = send(manager, CUSTOMERS)
    assert answer.status_code == 422
    assert not Upload.objects.exists()


def test_the_template_is_a_book_that_the_mapping_reads(manager: Client, tmp_path: Path) -> None:
    from keyuan.intake.tests.helpers import take_in

    answer = manager.get(reverse("intake:template"))
    path = tmp_path / "keyuan-book.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    run = take_in(path)
    assert len(run.files) == 4
    assert run.counts["rows"] == 0


def test_who_may_not_import_or_sees_only_a_part_sees_nothing(user_as: Callable[..., User], org: Any) -> None:
    for role, unit in ((Role.HOTLINE, None), (Role.AGENT, None), (Role.MANAGER, org.branch)):
        client = Client()
        client.force_login(user_as(role, unit=unit))
        assert client.get(reverse("intake:upload")).status_code == 403
    assert client.get(reverse("intake:run", args=[1])).status_code == 404


def test_nobody_reads_anothers_upload(manager: Client, user_as: Callable[..., User]) -> None:
    send(manager, CUSTOMERS)
    other = Client()
    other.force_login(user_as(Role.MANAGER))
    assert other.get(reverse("intake:map", args=[Upload.objects.get().pk])).status_code == 404


def test_an_unreadable_file_is_told_on_the_page_of_its_columns(manager: Client) -> None:
    answer = send(manager, "not a zip", name="book.xlsx")
    assert manager.get(answer.url).status_code == 422
