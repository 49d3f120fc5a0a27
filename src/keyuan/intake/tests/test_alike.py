"""Who comes in with a book and is there already is counted and listed; nothing is refused for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from keyuan.customers.models import Customer
from keyuan.duplicates.models import Duplicate
from keyuan.intake.models import Upload
from keyuan.intake.queries import report
from keyuan.intake.tests.helpers import put, take_in
from keyuan.intake.tests.test_pages import manager, send  # noqa: F401  a fixture

HEAD = "客户编号,姓名,性别,出生日期,手机号,住宅地址\n"
HOME = "江苏省苏州市姑苏区人民路12号3幢101室"
FIRST = f"C1,诸葛晓静,女,1990-03-07,13812345678,{HOME}\n"
AGAIN = f"N1,诸葛小静,女,1990-03-07,13812345687,{HOME}\nN2,司马大宝,男,1971-01-02,13900000001,\n"
OTHER_BOOK = """\
book: second
files:
  - match: "*.csv"
    records:
      - record: customer
        key: 客户编号
        fields:
          external_id: 客户编号
          name: 姓名
          sex: 性别
          birth_date: 出生日期
          mobile: 手机号
          home_address: 住宅地址
"""

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(tmp_path: Path, org: object) -> Customer:
    take_in(put(tmp_path / "first", customers=HEAD + FIRST))
    return Customer.objects.get()


def test_a_run_counts_and_lists_who_is_probably_there_already(stored: Customer, tmp_path: Path) -> None:
    run = take_in(put(tmp_path / "second", customers=HEAD + AGAIN), OTHER_BOOK)
    run.refresh_from_db()
    new = Customer.objects.get(name="诸葛小静")
    assert run.counts["alike"] == {"checked": 2, "found": 1, "pairs": [[stored.pk, new.pk]]}
    assert (run.counts["customer"]["new"], run.counts["rejected"]) == (2, 0)
    told = report(run)["alike"]
    assert (told["checked"], told["found"]) == (2, 1)
    assert (told["pairs"][0]["customer"]["number"], told["pairs"][0]["other"]["number"]) == (stored.number, new.number)
    assert Duplicate.objects.count() == 2


def test_a_dry_run_tells_the_same_and_keeps_nothing(stored: Customer, tmp_path: Path) -> None:
    run = take_in(put(tmp_path / "second", customers=HEAD + AGAIN), OTHER_BOOK, dry_run=True)
    told = report(run)["alike"]
    assert (told["checked"], told["found"], told["pairs"][0]["other"]["name"]) == (2, 1, "诸葛小静")
    assert (Duplicate.objects.count(), Customer.objects.count()) == (0, 1)


def test_a_book_that_comes_again_has_no_newcomers(stored: Customer, tmp_path: Path) -> None:
    run = take_in(put(tmp_path / "first", customers=HEAD + FIRST + "\n"))
    assert "alike" not in run.counts
    assert report(run)["alike"] == {"checked": 0, "found": 0, "pairs": []}


def test_the_preview_and_the_page_of_the_run_show_them(stored: Customer, manager: Client, tmp_path: Path) -> None:  # noqa: F811
    send(manager, HEAD + AGAIN)
    upload = Upload.objects.get()
    upload.mapping = OTHER_BOOK
    upload.save()
    text = manager.get(reverse("intake:preview", args=[upload.pk])).content.decode()
    assert "2位新客户，有1对可能是同一人" in text
    assert stored.number in text
    assert "手机号只差一位或两位颠倒" in text
    assert (Duplicate.objects.count(), Customer.objects.count()) == (0, 1)
    run = take_in(put(tmp_path / "second", customers=HEAD + AGAIN), OTHER_BOOK)
    Upload.objects.update(run=run)
    text = manager.get(reverse("intake:run", args=[run.pk])).content.decode()
    assert "有1对可能是同一人" in text
    assert reverse("duplicates:queue") in text
