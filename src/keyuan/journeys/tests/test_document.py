"""The policy document: made once, whatever happens to whoever makes it; signed so that a stranger can check it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.files.base import ContentFile

from keyuan.accounts.scope import system_viewer
from keyuan.billing.sandbox.server import Sandbox
from keyuan.eventlog.models import Event
from keyuan.files import storage
from keyuan.files.models import Attachment
from keyuan.journeys.document import make
from keyuan.journeys.tests.test_insure import pay, ready
from keyuan.kernel.clock import COMPANY_ZONE, today
from keyuan.orders import actions
from keyuan.orders.models import Order
from keyuan.orders.states import Step
from keyuan.orders.tests.conftest import APPLICANT, Fill
from keyuan.policies import actions as policies
from keyuan.policies.models import Policy, PolicyDocument
from keyuan.policies.numbers import check_of
from keyuan.products import queries as products
from keyuan.trust import authorities
from keyuan.trust.documents import check_pdf

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("tests")
PDFSIG = shutil.which("pdfsig")


def sold(filled: Fill, code: str = "TRV", **more: Any) -> Policy:
    order, holder = filled(code, **more)
    pay(ready(order, holder))
    return Policy.objects.get()


def pdf_of(policy: Policy) -> bytes:
    with storage.store().open(PolicyDocument.objects.get(policy=policy).file.key) as file:  # type: ignore[union-attr]
        return bytes(file.read())


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def whole(pdf: bytes) -> str:
    """Its text without the ends of lines and without spaces."""
    return "".join(text_of(pdf).split())


def test_the_document_says_what_was_agreed_and_carries_the_companys_signature(filled: Fill, sandbox: Sandbox) -> None:
    policy = sold(filled)
    make(policy.pk)
    pdf, row = pdf_of(policy), PolicyDocument.objects.get()
    assert check_pdf(pdf, root=authorities.roots()[0]).why == ""
    text = text_of(pdf)
    order = row.sale
    for words in (policy.number, order, "林慧", "环游天下旅行意外保险", "意外身故", "责任免除", "第 1 页"):
        assert words in text, words
    for exclusion in products.version("TRV", on=today()).exclusions:
        assert exclusion.text.zh[:8] in text.replace("\r\n", "").replace("\n", "")
    assert str(APPLICANT["document_number"]) not in text
    assert check_of(policy.number) in text
    line = Event.objects.get(name="policy.document_made")
    assert (line.subject_type, line.subject_id) == ("policy", str(policy.pk))
    assert line.payload["sha256"] == bytes(row.sha256 or b"").hex()
    assert line.payload["size"] == len(pdf)
    assert line.payload["file"] == row.file_id


@pytest.mark.skipif(PDFSIG is None, reason="pdfsig (poppler-utils) is not on this machine")
def test_pdfsig_calls_it_valid_and_whole(filled: Fill, sandbox: Sandbox, tmp_path: Path) -> None:
    policy = sold(filled)
    make(policy.pk)
    (tmp_path / "policy.pdf").write_bytes(pdf_of(policy))
    asked = [str(PDFSIG), "-no-ocsp", str(tmp_path / "policy.pdf")]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    first, second = told.split("Signature #2")
    assert "Signature Validation: Signature is Valid." in first
    assert "ETSI.CAdES.detached" in first
    assert "Total document signed" in second


def test_made_twice_it_is_there_once(filled: Fill, sandbox: Sandbox) -> None:
    policy = sold(filled)
    first = make(policy.pk)
    assert make(policy.pk).file_id == first.file_id
    # Whoever was a moment later keeps nothing of theirs.
    kept = policies.keep_document(policy.pk, pdf=ContentFile(b"%PDF-1.7 other", name="other.pdf"), by=SYSTEM)
    assert kept.file_id == first.file_id
    assert Attachment.objects.count() == 1
    assert Event.objects.filter(name="policy.document_made").count() == 1


@pytest.mark.parametrize("where", ["keyuan.journeys.document.sign_pdf", "keyuan.policies.actions.document.record"])
def test_killed_while_it_is_made_it_leaves_nothing_and_is_made_the_next_time(
    where: str, filled: Fill, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_args: Any, **_named: Any) -> None:
        raise Killed

    policy = sold(filled)
    with monkeypatch.context() as broken:
        broken.setattr(where, killed)
        with pytest.raises(Killed):
            make(policy.pk)
    assert not Attachment.objects.exists()
    assert not Event.objects.filter(name="policy.document_made").exists()
    make(policy.pk)
    assert Attachment.objects.count() == 1


def test_a_loading_that_was_accepted_stands_in_a_box_of_its_own_with_the_answer(filled: Fill, sandbox: Sandbox) -> None:
    policy = sold(filled, "CIL", answers={"lung": "asthma"})
    order = Order.objects.get()
    assert order.agreed_at is not None
    assert order.application is not None
    percent = order.application.loading_percent
    assert percent > 0
    make(policy.pk)
    text = whole(pdf_of(policy))
    day = order.agreed_at.astimezone(COMPANY_ZONE)
    assert "特别约定" in text
    assert f"经核保，主险保险费加收{percent}%；投保人于{day.year}年{day.month}月{day.day}日接受。" in text
    assert "哮喘" in text
    assert f"¥{order.premium:,.2f}" in text


def test_a_long_contract_says_how_long_it_may_be_given_back_and_nothing_special(filled: Fill, sandbox: Sandbox) -> None:
    policy = sold(filled, "TRM")
    make(policy.pk)
    text = whole(pdf_of(policy))
    for words in ("犹豫期", "全额退还已交的保险费", "投保人的告知", "宽限期"):
        assert words in text, words
    assert "特别约定" not in text


def test_whoever_bought_in_english_reads_english(filled: Fill, sandbox: Sandbox) -> None:
    policy = sold(filled)
    PolicyDocument.objects.update(language="en")
    make(policy.pk)
    text = text_of(pdf_of(policy))
    assert "Around the World Travel Accident" in text
    assert "Page 1 of" in text


def test_where_there_is_no_group_there_is_no_list_of_members(filled: Fill, sandbox: Sandbox) -> None:
    policy = sold(filled)
    make(policy.pk)
    assert "被保险人名单" not in text_of(pdf_of(policy))


def test_people_of_an_order_stand_with_their_shares(filled: Fill, sandbox: Sandbox) -> None:
    order, holder = filled("TRM")
    heir = {"name": "林小雨", "document_number": "32050620150506452X", "relation": "child", "share": "1"}
    people = {"applicant": APPLICANT, "insured": [{**APPLICANT, "relation": "self"}], "beneficiaries": [heir]}
    actions.fill(order.pk, Step.PEOPLE, people, by=holder)
    pay(ready(order, holder))
    policy = Policy.objects.get()
    make(policy.pk)
    text = text_of(pdf_of(policy))
    assert "林小雨" in text
    assert "100%" in text
