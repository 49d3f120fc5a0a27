"""Who gets a certificate, and what stands in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from django.db import IntegrityError, connection, transaction

from keyuan.accounts.models import User
from keyuan.accounts.refusals import NotPermitted
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer, viewer_of
from keyuan.customers.models import Customer
from keyuan.eventlog.models import Event
from keyuan.trust import authorities, refusals, rules
from keyuan.trust.actions import certify, renew, renewal_of, revoke
from keyuan.trust.models import Certificate
from keyuan.trust.states import Reason, Standing
from keyuan.trust.tests.conftest import ID_NUMBER, Device, Holder

NAME, SERIAL = NameOID.COMMON_NAME, NameOID.SERIAL_NUMBER


def _read(row: Certificate) -> x509.Certificate:
    return x509.load_der_x509_certificate(bytes(row.der))


def test_the_subject_is_ours_and_never_names_the_id_number(holder: Holder) -> None:
    made = _read(holder.certificate)
    told = {one.oid: one.value for one in made.subject}
    assert told == {NameOID.COUNTRY_NAME: "CN", NAME: "陈秀英", SERIAL: holder.customer.number}
    assert ID_NUMBER.encode() not in bytes(holder.certificate.der)
    assert b"somebody else" not in bytes(holder.certificate.der)
    assert made.public_key() == holder.device.key.public_key()


def test_a_customers_certificate_says_what_it_may_be_used_for_and_where_to_ask_about_it(holder: Holder) -> None:
    known = _read(holder.certificate).extensions

    def value(kind: Any) -> Any:
        return known.get_extension_for_class(kind)

    assert value(x509.BasicConstraints).critical
    assert not value(x509.BasicConstraints).value.ca
    usage = value(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    assert ExtendedKeyUsageOID.CLIENT_AUTH in value(x509.ExtendedKeyUsage).value
    places = {one.access_method: one.access_location.value for one in value(x509.AuthorityInformationAccess).value}
    assert places == {
        AuthorityInformationAccessOID.OCSP: "http://ca.test/trust/ocsp/",
        AuthorityInformationAccessOID.CA_ISSUERS: "http://ca.test/trust/ca/issuing-1.cer",
    }
    (point,) = value(x509.CRLDistributionPoints).value
    assert point.full_name[0].value == "http://ca.test/trust/ca/issuing-1.crl"
    (policy,) = value(x509.CertificatePolicies).value
    assert policy.policy_identifier == x509.ObjectIdentifier(f"{authorities.place().arc}.2")
    assert value(x509.AuthorityKeyIdentifier).value.key_identifier
    assert _read(holder.certificate).serial_number.bit_length() > 64


def test_it_is_told_in_the_log_on_which_check_of_identity_it_rests(holder: Holder) -> None:
    line = Event.objects.get(name="certificate.issued")
    assert line.customer_id == holder.customer.pk
    assert line.actor_kind == "customer"
    assert line.payload == {"serial": holder.certificate.serial, "device": "我的手机", "identity_check": "check-1"}


@pytest.mark.parametrize("role", [Role.AGENT, Role.HOTLINE, Role.COUNTER, Role.MANAGER, Role.ADMINISTRATOR])
def test_staff_never_get_a_customers_certificate(
    person: Callable[..., tuple[Customer, User]], viewer_as: Callable[..., Viewer], role: str
) -> None:
    customer, _ = person()
    with pytest.raises(refusals.OnlyTheHolder):
        certify(customer.pk, csr_pem=Device().csr, device="x", identity_check_id="1", by=viewer_as(role))
    assert not Certificate.objects.filter(customer=customer).exists()


def test_a_program_with_the_customers_token_gets_none_nor_does_another_customer(
    person: Callable[..., tuple[Customer, User]], holder: Holder
) -> None:
    customer, user = person("王强", "320586199001011258")
    program = replace(viewer_of(user), token="app", token_id=1)
    for by in (program, holder.viewer):
        with pytest.raises(refusals.OnlyTheHolder):
            certify(customer.pk, csr_pem=Device().csr, device="x", identity_check_id="1", by=by)
    assert not Certificate.objects.filter(customer=customer).exists()


def _of_rsa() -> str:
    key = rsa.generate_private_key(65537, 2048)
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    return request.public_bytes(Encoding.PEM).decode()


def _of_p384() -> str:
    return Device(ec.generate_private_key(ec.SECP384R1())).csr


def _signed_by_another() -> str:
    """A request whose key is not the one that signed it: the signature of another request put under it."""
    one, two = (x509.load_pem_x509_csr(Device().csr.encode()) for _ in range(2))
    der = one.public_bytes(Encoding.DER).replace(one.signature, two.signature)
    # Lengths of DER signatures differ now and then; only one that still parses is of interest.
    try:
        return x509.load_der_x509_csr(der).public_bytes(Encoding.PEM).decode()
    except ValueError:
        return _signed_by_another()


@pytest.mark.parametrize(
    ("request_of", "refusal"),
    [
        (lambda: "no request at all", refusals.RequestMalformed),
        (lambda: "x" * 10_000, refusals.RequestMalformed),
        (_of_rsa, refusals.KeyNotSuitable),
        (_of_p384, refusals.KeyNotSuitable),
        (_signed_by_another, refusals.NotInPossession),
    ],
)
def test_a_request_that_does_not_prove_its_own_key_is_refused(
    person: Callable[..., tuple[Customer, User]], request_of: Callable[[], str], refusal: type[Exception]
) -> None:
    customer, user = person()
    with pytest.raises(refusal):
        certify(customer.pk, csr_pem=request_of(), device="x", identity_check_id="1", by=viewer_of(user))
    assert not Certificate.objects.filter(customer=customer).exists()


def test_without_a_check_of_identity_or_a_name_for_the_device_nothing_is_certified(
    person: Callable[..., tuple[Customer, User]],
) -> None:
    customer, user = person()
    with pytest.raises(refusals.IdentityNotChecked):
        certify(customer.pk, csr_pem=Device().csr, device="x", identity_check_id="", by=viewer_of(user))
    with pytest.raises(refusals.DeviceNameMissing):
        certify(customer.pk, csr_pem=Device().csr, device="  ", identity_check_id="1", by=viewer_of(user))


def test_a_key_is_certified_once(holder: Holder) -> None:
    with pytest.raises(refusals.KeyAlreadyCertified):
        certify(holder.customer.pk, csr_pem=holder.device.csr, device="x", identity_check_id="1", by=holder.viewer)


def test_a_customer_may_have_several_devices_up_to_a_bound(holder: Holder) -> None:
    def one_more() -> Certificate:
        return certify(holder.customer.pk, csr_pem=Device().csr, device="平板", identity_check_id="1", by=holder.viewer)

    for _ in range(rules.MOST_DEVICES - 1):
        one_more()
    with pytest.raises(refusals.TooManyDevices):
        one_more()
    revoke(holder.certificate.serial, reason=Reason.CESSATION, by=holder.viewer)
    one_more()


def test_a_new_key_is_vouched_for_by_the_old_one_which_is_then_superseded(holder: Holder) -> None:
    fresh = Device()
    vouched = holder.device.sign(renewal_of(holder.certificate.serial, fresh.csr))
    csr = fresh.csr  # signed anew each time it is read, so another text
    with pytest.raises(refusals.SignatureDoesNotFit):
        renew(holder.certificate.serial, csr_pem=csr, signature_b64u=vouched, by=holder.viewer)
    vouched = holder.device.sign(renewal_of(holder.certificate.serial, csr))
    made = renew(holder.certificate.serial, csr_pem=csr, signature_b64u=vouched, by=holder.viewer)
    old = Certificate.objects.get(pk=holder.certificate.pk)
    assert (made.renews_id, made.device, made.identity_check_id) == (old.pk, "我的手机", "check-1")
    assert old.reason == Reason.SUPERSEDED
    assert Event.objects.get(name="certificate.renewed").payload["renews"] == old.serial


def test_staff_who_keep_certificates_may_revoke_with_a_reason_and_others_may_not(
    holder: Holder, viewer_as: Callable[..., Viewer], org: Any
) -> None:
    serial = holder.certificate.serial
    with pytest.raises(NotPermitted):
        revoke(serial, reason=Reason.KEY_COMPROMISE, by=viewer_as(Role.AGENT))
    with pytest.raises(refusals.CertificateNotFound):
        revoke(serial, reason=Reason.KEY_COMPROMISE, by=viewer_as(Role.HOTLINE, unit=org.other_branch))
    made = revoke(serial, reason=Reason.KEY_COMPROMISE, note="手机丢了", by=viewer_as(Role.HOTLINE, unit=org.branch))
    assert made.reason == "keyCompromise"
    assert Event.objects.get(name="certificate.revoked").payload["note"] == "手机丢了"
    with pytest.raises(refusals.AlreadyRevoked):
        revoke(serial, reason=Reason.CESSATION, by=holder.viewer)


def test_the_company_s_own_certificates_are_not_revoked_like_a_customers(
    holder: Holder, viewer_as: Callable[..., Viewer]
) -> None:
    own = Certificate.objects.get(role="issuing")
    with pytest.raises(refusals.CertificateNotFound):
        revoke(own.serial, reason=Reason.CESSATION, by=viewer_as(Role.ADMINISTRATOR))


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM trust_certificate",
        "UPDATE trust_certificate SET not_after = not_after + interval '1 day'",
        "UPDATE trust_certificate SET der = 'x'",
        "UPDATE trust_certificate SET revoked_at = NULL, reason = ''",
    ],
)
def test_the_database_keeps_certificates_as_they_were_made(holder: Holder, change: str) -> None:
    revoke(holder.certificate.serial, reason=Reason.CESSATION, by=holder.viewer)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_how_a_certificate_stands_is_half_open() -> None:
    from datetime import UTC, datetime

    begins, ends = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)

    def at(moment: datetime, revoked: datetime | None = None) -> Standing:
        return rules.standing(not_before=begins, not_after=ends, revoked_at=revoked, at=moment)

    tick = timedelta(microseconds=1)
    assert at(begins - tick) is Standing.NOT_YET
    assert at(begins) is Standing.VALID
    assert at(ends - tick) is Standing.ENDING
    assert at(ends) is Standing.EXPIRED
    assert at(begins + tick, revoked=begins + tick) is Standing.REVOKED
    assert at(begins, revoked=begins + tick) is Standing.VALID
