"""Members, contracts and files through the API: listed, added, ended; never a stranger's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.fixtures.organisation import Organisation

from keyuan.accounts.roles import Role
from keyuan.customers.models import Contract, Customer
from keyuan.files.models import Attachment
from keyuan.files.tests.conftest import PDF
from keyuan.kernel.clock import today
from keyuan.policies.models import GroupMember, Policy
from keyuan.policies.tests.groups import company, group_policy, id_number

ProgramAs = Callable[..., Client]


@pytest.fixture
def firm(org: Organisation) -> Customer:
    return company(org.branch)


@pytest.fixture
def policy(firm: Customer) -> Policy:
    return group_policy(firm)


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def counter(program_as: ProgramAs, org: Organisation) -> Client:
    return program_as(Role.COUNTER, unit=org.branch)


@pytest.fixture
def elsewhere(program_as: ProgramAs, org: Organisation) -> Client:
    return program_as(Role.COUNTER, unit=org.other_branch)


def send(client: Client, address: str, **body: Any) -> Any:
    return client.post(f"/api/v1{address}", body, "application/json")


def test_a_member_joins_is_listed_on_the_day_and_leaves(counter: Client, policy: Policy) -> None:
    address = f"/policies/{policy.pk}/members"
    joined = policy.starts_on + timedelta(days=30)
    made = send(
        counter, address, name="员工1", id_number=id_number(1), joined_on=str(joined), premium="360.00", plan="A"
    )
    assert made.status_code == 201, made.content
    again = send(counter, address, name="员工1", id_number=id_number(1), joined_on=str(joined))
    assert (again.status_code, again.json()["code"]) == (409, "already_a_member")
    told = counter.get(f"/api/v1{address}?on={joined}").json()
    (row,) = told["members"]
    assert (told["insured"], told["premium"], row["name"], row["plan"]) == (1, "360.00", "员工1", "A")
    assert id_number(1) not in str(told)
    assert counter.get(f"/api/v1{address}?on={joined - timedelta(days=1)}").json()["members"] == []
    left = joined + timedelta(days=10)
    answer = send(counter, f"/members/{made.json()['id']}/leave", left_on=str(left), reason="离职")
    assert (answer.status_code, answer.json()["left_on"]) == (200, str(left))
    assert counter.get(f"/api/v1{address}?on={left}").json()["insured"] == 0
    assert counter.get(f"/api/v1{address}?state=all&text=员工").json()["members"][0]["left_reason"] == "离职"


def test_a_contract_is_recorded_seen_and_ended(counter: Client, firm: Customer) -> None:
    address = f"/customers/{firm.pk}/contracts"
    given = {"number": "HT-1", "title": "框架协议", "kind": "other", "starts_on": "2026-01-01", "amount": "1200.50"}
    made = send(counter, address, **given)
    assert made.status_code == 201, made.content
    (told,) = counter.get(f"/api/v1{address}").json()
    assert (told["number"], told["amount"], told["status"]) == ("HT-1", "1200.50", "in_force")
    over = send(counter, f"/contracts/{told['id']}/end", on=str(today()), reason="提前结清")
    assert (over.json()["status"], over.json()["termination_reason"]) == ("terminated", "提前结清")
    assert send(counter, f"/contracts/{told['id']}/end", on=str(today())).json()["code"] == "contract_over"
    assert counter.get(f"/api/v1/contracts/{told['id']}").json()["terminated_on"] == str(today())


def post_file(client: Client, firm: Customer, content: bytes = PDF, name: str = "合同.pdf", **more: Any) -> Any:
    told = {"file": SimpleUploadedFile(name, content), **more}
    return client.post(f"/api/v1/customers/{firm.pk}/files", told)


def test_a_file_is_sent_listed_handed_out_and_taken_off(counter: Client, firm: Customer, policy: Policy) -> None:
    made = post_file(counter, firm, note="盖章件", record="policy", record_id=policy.pk)
    assert made.status_code == 201, made.content
    assert (post_file(counter, firm, record="policy", record_id=policy.pk).json()["already"]) is True
    (told,) = counter.get(f"/api/v1/customers/{firm.pk}/files").json()
    assert (told["name"], told["size"], told["note"], told["about"]) == ("合同.pdf", len(PDF), "盖章件", "保单")
    answer = counter.get(f"/api/v1/files/{told['id']}/content")
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert send(counter, f"/files/{told['id']}/hide", reason="重复").status_code == 200
    assert counter.get(f"/api/v1/customers/{firm.pk}/files").json() == []


def test_what_is_no_file_too_large_or_of_another_type_is_refused_by_name(
    counter: Client, firm: Customer, settings: Any
) -> None:
    assert post_file(counter, firm, b"<html><script>x</script>", "a.pdf").status_code == 422
    assert post_file(counter, firm, b"", "leer.pdf").json()["code"] == "file_empty"
    assert counter.post(f"/api/v1/customers/{firm.pk}/files", {"note": "x"}).json()["code"] == "no_file_chosen"
    assert send(counter, f"/customers/{firm.pk}/files", file="x").json()["code"] == "no_file_chosen"
    assert post_file(counter, firm, record="household", record_id=1).status_code == 404
    settings.KEYUAN_FILE_MB = 0
    assert post_file(counter, firm).status_code == 413
    assert Attachment.objects.count() == 0


def test_a_stranger_lists_adds_and_ends_nothing(
    counter: Client, elsewhere: Client, firm: Customer, policy: Policy
) -> None:
    day = str(policy.starts_on + timedelta(days=30))
    member = send(counter, f"/policies/{policy.pk}/members", name="员工1", id_number=id_number(1), joined_on=day).json()
    file = post_file(counter, firm).json()
    contract = Contract.objects.create(
        customer=firm, number="HT-2", title="x", kind="other", starts_on=date(2026, 1, 1)
    )
    for address in (
        f"/policies/{policy.pk}/members", f"/customers/{firm.pk}/contracts", f"/contracts/{contract.pk}",
        f"/customers/{firm.pk}/files", f"/files/{file['id']}/content",
    ):  # fmt: skip
        answer = elsewhere.get(f"/api/v1{address}")
        assert answer.status_code == 404, answer.content
    asked = {
        f"/policies/{policy.pk}/members": {"name": "员工2", "id_number": id_number(2), "joined_on": day},
        f"/members/{member['id']}/leave": {"left_on": str(policy.starts_on + timedelta(days=60))},
        f"/contracts/{contract.pk}/end": {"on": str(today())},
        f"/files/{file['id']}/hide": {"reason": "x"},
    }
    for address, body in asked.items():
        assert send(elsewhere, address, **body).status_code in (403, 404), address
    assert post_file(elsewhere, firm).status_code == 404
    assert (GroupMember.objects.filter(left_on=None).count(), Attachment.objects.filter(hidden_at=None).count()) == (
        1,
        1,
    )
    contract.refresh_from_db()
    assert contract.terminated_on is None
