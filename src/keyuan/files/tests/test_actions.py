"""Putting files on records, opening them, taking them off: who may, what is refused, what the log says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.fixtures.organisation import Organisation

from keyuan.accounts.refusals import NotPermitted
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.customers.models import Customer
from keyuan.eventlog.models import Event
from keyuan.files import actions, queries, storage
from keyuan.files.models import Attachment
from keyuan.files.refusals import (
    FileEmpty,
    FileNotFound,
    FileTooLarge,
    FileTypeRefused,
    NotYourFile,
    ReasonMissing,
    SubjectNotFound,
)
from keyuan.files.states import FileState
from keyuan.files.tests.conftest import PDF, PNG, upload
from keyuan.policies.tests import factories as make

pytestmark = pytest.mark.django_db


def attached(customer: Customer, by: Viewer, content: bytes = PDF, name: str = "合同.pdf") -> actions.Attached:
    return actions.attach(customer.pk, subject=("customer", customer.pk), upload=upload(content, name), by=by)


def lines(customer: Customer) -> list[str]:
    told = Event.objects.filter(customer_id=customer.pk, name__startswith="file.").order_by("id")
    return list(told.values_list("name", flat=True))


def test_a_file_is_kept_with_its_digest_and_a_line_in_the_log(customer: Customer, clerk: Viewer) -> None:
    row = attached(customer, clerk).file
    assert bytes(row.sha256) == hashlib.sha256(PDF).digest()
    assert (row.name, row.kind, row.size, row.subject_id) == ("合同.pdf", "pdf", len(PDF), None)
    with storage.store().open(row.key) as kept:
        assert kept.read() == PDF
    assert "合同" not in row.key
    line = Event.objects.get(name="file.attached")
    assert (line.customer_id, line.org_unit_id, line.payload["file"]) == (customer.pk, customer.org_unit_id, "合同.pdf")
    seen = queries.of(("customer", customer.pk), viewer=clerk)
    assert [(one.name, one.state, one.openable) for one in seen] == [("合同.pdf", FileState.UNSCANNED, True)]


def test_the_same_content_twice_is_noticed_and_stored_once(customer: Customer, clerk: Viewer) -> None:
    first = attached(customer, clerk)
    folder = first.file.key.rsplit("/", 1)[0]
    before = len(storage.store().listdir(folder)[1])
    again = attached(customer, clerk, name="另一个名字.pdf")
    assert (first.already, again.already) == (False, True)
    assert again.file.pk == first.file.pk
    assert Attachment.objects.count() == 1
    assert lines(customer) == ["file.attached"]
    assert len(storage.store().listdir(folder)[1]) == before


def test_after_it_was_deleted_the_same_content_can_come_again(customer: Customer, clerk: Viewer) -> None:
    first = attached(customer, clerk).file
    actions.hide_file(first.pk, reason="传错了", by=clerk)
    assert attached(customer, clerk).already is False


def test_a_refused_file_leaves_nothing_behind(customer: Customer, clerk: Viewer, settings) -> None:
    settings.KEYUAN_FILE_MB = 1
    with pytest.raises(FileTypeRefused):
        attached(customer, clerk, b"<svg onload=alert(1)>", "图.svg")
    with pytest.raises(FileEmpty):
        attached(customer, clerk, b"")
    with pytest.raises(FileTooLarge) as refused:
        attached(customer, clerk, PDF + b"\0" * (1 << 20))
    assert "2 MB" in str(refused.value)
    assert not Attachment.objects.exists()
    assert not Event.objects.filter(name="file.attached").exists()


def test_a_file_on_a_policy_is_seen_there_and_among_the_customers_files(customer: Customer, clerk: Viewer) -> None:
    policy, other = make.policy(customer), make.policy(customer)
    actions.attach(customer.pk, subject=("policy", policy.pk), upload=upload(), by=clerk)
    assert [one.name for one in queries.of(("policy", policy.pk), viewer=clerk)] == ["合同.pdf"]
    assert queries.of(("policy", other.pk), viewer=clerk) == []
    (seen,) = queries.of(("customer", customer.pk), viewer=clerk)
    assert seen.about == "保单"
    assert seen.about_url == f"/desk/policies/{policy.pk}/"


def test_a_record_of_somebody_else_takes_no_file_of_this_customer(
    customer: Customer, clerk: Viewer, org: Organisation
) -> None:
    others = make.policy(make.customer(org.branch))
    for subject in (("policy", others.pk), ("policy", 10**9), ("nothing", customer.pk), ("customer", 10**9)):
        with pytest.raises(SubjectNotFound):
            actions.attach(customer.pk, subject=subject, upload=upload(), by=clerk)
    assert not Attachment.objects.exists()


def test_a_stranger_neither_sees_nor_opens_nor_deletes(customer: Customer, clerk: Viewer, stranger: Viewer) -> None:
    row = attached(customer, clerk).file
    for nobody in (stranger, STRANGER):
        assert not queries.visible(nobody).exists()
        with pytest.raises(SubjectNotFound):
            queries.of(("customer", customer.pk), viewer=nobody)
        with pytest.raises(FileNotFound):
            actions.open_file(row.pk, by=nobody)
        with pytest.raises(FileNotFound):
            actions.hide_file(row.pk, reason="x", by=nobody)
        with pytest.raises((SubjectNotFound, NotPermitted)):
            attached(customer, nobody)
    assert lines(customer) == ["file.attached"]


def test_opening_is_logged_and_needs_the_right_to_see_secrets(
    customer: Customer, clerk: Viewer, viewer_as: Callable[..., Viewer]
) -> None:
    row = attached(customer, clerk).file
    actions.open_file(row.pk, by=clerk)
    assert lines(customer) == ["file.attached", "file.opened"]
    analyst = viewer_as(Role.ANALYST)
    assert [one.openable for one in queries.of(("customer", customer.pk), viewer=analyst)] == [False]
    with pytest.raises(NotPermitted):
        actions.open_file(row.pk, by=analyst)
    with pytest.raises(NotPermitted):
        attached(customer, analyst)


def test_deleting_hides_with_a_reason_and_keeps_the_bytes(customer: Customer, clerk: Viewer) -> None:
    row = attached(customer, clerk).file
    with pytest.raises(ReasonMissing):
        actions.hide_file(row.pk, reason="  ", by=clerk)
    actions.hide_file(row.pk, reason="客户要求", by=clerk)
    assert queries.of(("customer", customer.pk), viewer=clerk) == []
    (gone,) = queries.of(("customer", customer.pk), viewer=clerk, hidden=True)
    assert (gone.hidden_reason, gone.hidden_by) == ("客户要求", clerk.name)
    assert storage.store().exists(row.key)
    with pytest.raises(FileNotFound):
        actions.open_file(row.pk, by=clerk)
    actions.restore_file(row.pk, by=clerk)
    assert [one.id for one in queries.of(("customer", customer.pk), viewer=clerk)] == [row.pk]
    assert lines(customer) == ["file.attached", "file.hidden", "file.restored"]


def test_who_may_not_change_the_customer_deletes_only_their_own(
    customer: Customer, clerk: Viewer, viewer_as: Callable[..., Viewer], org: Organisation
) -> None:
    handler = viewer_as(Role.CLAIMS, unit=org.branch)
    theirs, own = attached(customer, clerk).file, attached(customer, handler, PNG, "照片.png").file
    with pytest.raises(NotYourFile):
        actions.hide_file(theirs.pk, reason="x", by=handler)
    actions.hide_file(own.pk, reason="拍糊了", by=handler)
    assert [one.id for one in queries.of(("customer", customer.pk), viewer=handler)] == [theirs.pk]


def test_an_upload_that_fails_half_way_leaves_no_bytes(customer: Customer, clerk: Viewer, monkeypatch) -> None:
    kept: list[str] = []
    keep = storage.keep
    monkeypatch.setattr(storage, "keep", lambda content: kept.append(keep(content)) or kept[-1])
    monkeypatch.setattr(Attachment.objects, "create", lambda **values: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.attach(
            customer.pk, subject=("customer", customer.pk), upload=SimpleUploadedFile("a.pdf", PDF), by=clerk
        )
    assert len(kept) == 1
    assert not storage.store().exists(kept[0])
