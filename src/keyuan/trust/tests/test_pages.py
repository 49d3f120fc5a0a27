"""The pages: the customer's own, those of staff, and the policy."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from tests.fixtures.budgets import QueryBudget

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.customers.models import Customer
from keyuan.trust import checks
from keyuan.trust.actions import renewal_of, revoke
from keyuan.trust.models import Certificate
from keyuan.trust.states import Reason
from keyuan.trust.tests.conftest import ID_NUMBER, Device, Holder


def _answering(outcome: str) -> Any:
    """A check that comes to this, without asking anybody."""

    def check(**told: Any) -> Any:
        asked.append(told)
        return SimpleNamespace(pk="check-now", outcome=outcome)

    asked: list[dict[str, Any]] = []
    check.asked = asked  # type: ignore[attr-defined]
    return check


@pytest.mark.parametrize(("outcome", "status"), [("match", 200), ("mismatch", 422), ("unavailable", 422)])
def test_who_is_not_yet_identified_is_asked_with_their_consent(
    person: Callable[..., tuple[Customer, User]], monkeypatch: pytest.MonkeyPatch, outcome: str, status: int
) -> None:
    customer, user = person()
    check = _answering(outcome)
    monkeypatch.setattr("keyuan.trust.checks.actions.check", check)
    monkeypatch.setattr("keyuan.trust.checks.contact_of", lambda customer_id: SimpleNamespace(mobile="13900000001"))
    client, told = _client(user), {"csr": Device().csr, "device": "我的手机", "document_number": ID_NUMBER}
    assert "您的证件号码" in client.get("/home/certificate/").content.decode()
    assert client.post("/home/certificate/new/", told).json()["code"] == "identity_not_checked"
    assert not check.asked
    said = client.post("/home/certificate/new/", {**told, "consent": "yes"})
    assert said.status_code == status
    assert check.asked[0]["document_number"] == ID_NUMBER
    assert check.asked[0]["consent"] == "certificate-1"
    made = Certificate.objects.filter(customer=customer).values_list("identity_check_id", flat=True)
    assert list(made) == (["check-now"] if outcome == "match" else [])


@pytest.fixture
def identified(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks has been identified."""
    monkeypatch.setattr(checks, "fresh_check", lambda customer_id, *, by: "check-9")


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_customer_gets_a_certificate_for_this_device(
    person: Callable[..., tuple[Customer, User]], identified: None
) -> None:
    customer, user = person()
    said = _client(user).post("/home/certificate/new/", {"csr": Device().csr, "device": "我的手机"})
    made = Certificate.objects.get(customer=customer)
    assert said.json() == {"serial": made.serial, "device": "我的手机", "ends": made.not_after.isoformat()}
    assert made.identity_check_id == "check-9"


def test_who_was_not_identified_is_told_what_to_do(person: Callable[..., tuple[Customer, User]]) -> None:
    customer, user = person()
    said = _client(user).post("/home/certificate/new/", {"csr": Device().csr, "device": "我的手机"})
    assert said.status_code == 422
    assert said.json()["code"] == "identity_not_checked"
    assert said.json()["remedy"]
    assert not Certificate.objects.filter(customer=customer).exists()


def test_my_certificates_show_each_device_and_how_it_stands(holder: Holder, query_budget: QueryBudget) -> None:
    client = _client(holder.user)
    client.get("/home/certificate/")
    with query_budget("own-certificates"):
        page = client.get("/home/certificate/").content.decode()
    assert "我的手机" in page
    assert f'data-valid="{holder.certificate.serial}"' in page
    revoke(holder.certificate.serial, reason=Reason.CESSATION, by=holder.viewer)
    page = client.get("/home/certificate/").content.decode()
    assert 'data-valid=""' in page
    assert "已注销" in page


def test_a_customer_renews_and_revokes_their_own_only(holder: Holder, holder_of: Callable[..., Holder]) -> None:
    other = holder_of("王强", "320586199001011258")
    mine, theirs = _client(holder.user), f"/home/certificate/{other.certificate.serial}"
    fresh = Device()
    csr = fresh.csr
    signature = holder.device.sign(renewal_of(holder.certificate.serial, csr))
    told = {"csr": csr, "signature": signature}
    assert mine.post(f"{theirs}/renew/", told).status_code == 404
    assert mine.post(f"{theirs}/revoke/", {"reason": "keyCompromise"}).status_code == 404
    assert Certificate.objects.get(pk=other.certificate.pk).revoked_at is None
    said = mine.post(f"/home/certificate/{holder.certificate.serial}/renew/", told)
    assert said.status_code == 200, said.content
    mine.post(f"/home/certificate/{said.json()['serial']}/revoke/", {"reason": "keyCompromise"})
    assert Certificate.objects.get(serial=said.json()["serial"]).reason == "keyCompromise"


def test_staff_have_no_page_of_their_own_certificates(holder: Holder, client_as: Callable[..., Client]) -> None:
    for role in (Role.AGENT, Role.HOTLINE, Role.ADMINISTRATOR):
        assert client_as(role).get("/home/certificate/").status_code == 403
        assert client_as(role).post("/home/certificate/new/", {"csr": Device().csr}).status_code == 403


def test_staff_find_filter_and_export_certificates(
    holder: Holder,
    holder_of: Callable[..., Holder],
    client_as: Callable[..., Client],
    query_budget: QueryBudget,
    org: Any,
) -> None:
    other = holder_of("=王强", "320586199001011258")
    revoke(other.certificate.serial, reason=Reason.KEY_COMPROMISE, by=other.viewer)
    desk = client_as(Role.MANAGER)
    desk.get("/desk/certificates/")
    with query_budget("certificates"):
        page = desk.get("/desk/certificates/").content.decode()
    assert "陈秀英" in page
    assert "王强" in page
    assert "陈秀英" not in desk.get("/desk/certificates/?standing=revoked").content.decode()
    assert "王强" not in desk.get(f"/desk/certificates/?q={holder.customer.number}").content.decode()
    assert "陈秀英" in desk.get(f"/desk/certificates/?q={holder.certificate.serial.upper()}").content.decode()
    asked = {"do": "export", "purpose": "盘点", "format": "csv", "query": "sort=ends"}
    export = b"".join(desk.post("/desk/certificates/", asked).streaming_content).decode()
    assert "'=王强" in export
    assert holder.certificate.serial in export
    elsewhere = client_as(Role.HOTLINE, unit=org.other_branch).get("/desk/certificates/").content.decode()
    assert "陈秀英" not in elsewhere
    assert client_as(Role.AGENT).get("/desk/certificates/").status_code == 403


def test_the_hotline_revokes_for_a_customer_who_calls(holder: Holder, client_as: Callable[..., Client]) -> None:
    desk, address = client_as(Role.HOTLINE), f"/desk/certificates/{holder.certificate.serial}/"
    assert "替客户注销" in desk.get(address).content.decode()
    desk.post(f"{address}revoke/", {"reason": ""})
    assert Certificate.objects.get(pk=holder.certificate.pk).revoked_at is None
    page = desk.post(f"{address}revoke/", {"reason": "keyCompromise", "note": "手机丢了"}, follow=True)
    assert Certificate.objects.get(pk=holder.certificate.pk).reason == "keyCompromise"
    assert "替客户注销" not in page.content.decode()


def test_one_certificate_stays_within_its_queries(holder: Holder, desk: Client, query_budget: QueryBudget) -> None:
    holder.sign(("order", "KY-1"), premium="1.00")
    address = f"/desk/certificates/{holder.certificate.serial}/"
    desk.get(address)
    with query_budget("certificate"):
        page = desk.get(address).content.decode()
    assert "KY-1" in page
    assert "check-1" in page


def test_the_policy_is_open_to_everybody_in_both_languages(holder: Holder, client: Client) -> None:
    page = client.get("/trust/")
    assert "root-1" in page.content.decode()
    english = client.get("/trust/", headers={"Accept-Language": "en"}).content.decode()
    assert "Certificate centre and certificate policy" in english
    assert Client().get("/trust/").status_code == 200
