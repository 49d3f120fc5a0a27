"""A customer signs: what is kept, and every way in which it is refused."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from django.db import IntegrityError, connection, transaction

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer, viewer_of
from keyuan.eventlog.models import Event
from keyuan.kernel import clock
from keyuan.trust import authorities, queries, refusals
from keyuan.trust.actions import certify, revoke, sign_as_customer
from keyuan.trust.canonical import NotCanonical, canonical
from keyuan.trust.models import Certificate, Signature, TimeStamp
from keyuan.trust.pki.checking import (
    Broken,
    check_chain,
    check_stamp,
    check_status,
    evidence_digest,
    signature_fits,
)
from keyuan.trust.pki.stamps import digest_of
from keyuan.trust.signing import statement
from keyuan.trust.states import Reason
from keyuan.trust.tests.conftest import Device, Holder, b64u

ORDER = ("order", "KY-2026-000001")


def test_everything_that_a_third_party_needs_is_kept_and_checks_out_with_the_root_alone(holder: Holder) -> None:
    made = holder.sign(ORDER, premium="386.00", product="TRA")
    kept = Signature.objects.select_related("certificate__issuer__issuer", "time_stamp").get(pk=made.pk)
    assert bytes(kept.document) == canonical(statement(ORDER, premium="386.00", product="TRA"))
    leaf = x509.load_der_x509_certificate(bytes(kept.certificate.der))
    issuing, root = authorities.above(kept.certificate)
    stamped = check_stamp(bytes(kept.time_stamp.token), digest=digest_of(bytes(kept.value)), root=root)
    assert stamped.at == kept.time_stamp.at == kept.signed_at.replace(microsecond=0)
    assert stamped.serial == kept.time_stamp.serial
    check_chain((leaf, issuing, root), at=stamped.at)
    check_status(bytes(kept.status), certificate=leaf, issuer=issuing, root=root, at=stamped.at)
    assert signature_fits(bytes(kept.document), bytes(kept.value), leaf)


def test_the_line_of_the_log_names_what_was_signed_with_which_certificate(holder: Holder) -> None:
    made = holder.sign(ORDER, premium="386.00")
    line = Event.objects.get(name="signature.made")
    assert (line.subject_type, line.subject_id, line.customer_id) == (*ORDER, holder.customer.pk)
    assert line.payload == {
        "signature": made.pk,
        "serial": holder.certificate.serial,
        "device": "我的手机",
        "sha256": bytes(made.digest).hex(),
        "time_stamp": made.time_stamp.serial,
        "evidence": evidence_digest(
            *map(bytes, (made.document, made.value, made.certificate.der, made.status, made.time_stamp.token))
        ),
    }


def test_pressed_twice_is_signed_once(holder: Holder) -> None:
    first, second = (holder.sign(ORDER, premium="386.00") for _ in range(2))
    assert first.pk == second.pk
    assert TimeStamp.objects.count() == 1
    assert Event.objects.filter(name="signature.made").count() == 1


def _sign(holder: Holder, **changed: Any) -> Signature:
    document = statement(ORDER, premium="386.00")
    told = {
        "subject": ORDER,
        "document": document,
        "signature_b64u": holder.device.sign(document),
        "certificate_serial": holder.certificate.serial,
        "by": holder.viewer,
        **changed,
    }
    return sign_as_customer(holder.customer.pk, **told)


def _nothing_was_kept() -> None:
    assert not Signature.objects.exists()
    assert not TimeStamp.objects.exists()
    assert not Event.objects.filter(name="signature.made").exists()


def test_another_text_than_what_was_signed_is_refused(holder: Holder) -> None:
    with pytest.raises(refusals.SignatureDoesNotFit):
        _sign(holder, document=statement(ORDER, premium="3.86"))
    _nothing_was_kept()


@pytest.mark.parametrize("text", ["", "!!", b64u(b"x" * 63), b64u(b"\0" * 64), b64u(b"\xff" * 64), "é"])
def test_what_is_no_signature_is_refused(holder: Holder, text: str) -> None:
    with pytest.raises(refusals.SignatureDoesNotFit):
        _sign(holder, signature_b64u=text)
    _nothing_was_kept()


def test_any_flipped_bit_of_the_signature_is_refused(holder: Holder) -> None:
    good = holder.device.sign(statement(ORDER, premium="386.00"))
    raw = bytearray(base64.urlsafe_b64decode(good + "=="))
    for place in range(0, len(raw) * 8, 37):
        raw[place // 8] ^= 1 << place % 8
        with pytest.raises(refusals.SignatureDoesNotFit):
            _sign(holder, signature_b64u=b64u(bytes(raw)))
        raw[place // 8] ^= 1 << place % 8
    _nothing_was_kept()


def test_a_signature_for_one_thing_cannot_be_moved_to_another(holder: Holder) -> None:
    with pytest.raises(refusals.SubjectNotSigned):
        _sign(holder, subject=("order", "KY-2026-000002"))
    with pytest.raises(refusals.SubjectNotSigned):
        _sign(holder, document={"premium": "386.00"})
    _nothing_was_kept()


def test_a_document_that_is_no_json_is_a_fault_of_the_caller(holder: Holder) -> None:
    with pytest.raises(NotCanonical):
        _sign(holder, document=statement(ORDER, premium=386.5j))


def test_a_revoked_certificate_signs_nothing(holder: Holder) -> None:
    revoke(holder.certificate.serial, reason=Reason.KEY_COMPROMISE, by=holder.viewer)
    with pytest.raises(refusals.CertificateRevoked) as refused:
        _sign(holder)
    assert "重新办理" in refused.value.what_to_do
    _nothing_was_kept()


@pytest.mark.parametrize(
    ("later", "refusal"),
    [(timedelta(days=732), refusals.CertificateExpired), (timedelta(days=-1), refusals.CertificateNotYetValid)],
)
def test_a_certificate_signs_only_while_it_holds(
    holder: Holder, monkeypatch: pytest.MonkeyPatch, later: timedelta, refusal: type[Exception]
) -> None:
    moment = clock.now() + later
    monkeypatch.setattr("keyuan.trust.actions.signatures.now", lambda: moment)
    with pytest.raises(refusal):
        _sign(holder)
    _nothing_was_kept()


def test_under_a_revoked_authority_nothing_is_signed(holder: Holder) -> None:
    Certificate.objects.filter(role="issuing").update(revoked_at=clock.now(), reason=Reason.KEY_COMPROMISE)
    with pytest.raises(refusals.ChainBroken):
        _sign(holder)
    _nothing_was_kept()


@pytest.mark.parametrize("role", [Role.AGENT, Role.HOTLINE, Role.MANAGER, Role.ADMINISTRATOR])
def test_neither_agent_nor_staff_ever_use_a_customers_key(
    holder: Holder, viewer_as: Callable[..., Viewer], role: str
) -> None:
    with pytest.raises(refusals.OnlyTheHolder):
        _sign(holder, by=viewer_as(role))
    _nothing_was_kept()


def test_an_agent_who_is_also_given_the_customer_still_cannot_sign_for_them(holder: Holder) -> None:
    posing = replace(holder.viewer, role=Role.AGENT)
    with pytest.raises(refusals.OnlyTheHolder):
        _sign(holder, by=posing)
    with pytest.raises(refusals.OnlyTheHolder):
        _sign(holder, by=replace(holder.viewer, token="app", token_id=3))
    _nothing_was_kept()


def test_one_customer_does_not_sign_with_the_certificate_of_another(
    holder: Holder, holder_of: Callable[..., Holder]
) -> None:
    other = holder_of("王强", "320586199001011258")
    with pytest.raises(refusals.CertificateNotFound):
        _sign(holder, certificate_serial=other.certificate.serial)
    with pytest.raises(refusals.OnlyTheHolder):
        _sign(holder, by=other.viewer)
    _nothing_was_kept()


def test_signatures_are_seen_by_who_sees_the_customer(
    holder: Holder, holder_of: Callable[..., Holder], viewer_as: Callable[..., Viewer], org: Any
) -> None:
    holder.sign(ORDER, premium="1.00")
    assert queries.signatures_of(ORDER, viewer=holder.viewer).count() == 1
    assert queries.signatures_of(ORDER, viewer=viewer_as(Role.HOTLINE, unit=org.branch)).count() == 1
    assert not queries.signatures_of(ORDER, viewer=viewer_as(Role.HOTLINE, unit=org.other_branch))
    assert not queries.signatures_of(ORDER, viewer=holder_of("王强", "320586199001011258").viewer)


@pytest.mark.parametrize("table", ["signature", "timestamp"])
@pytest.mark.parametrize("change", ["DELETE FROM trust_{}", "UPDATE trust_{} SET {}"])
def test_the_database_keeps_signatures_and_time_stamps_as_they_are(holder: Holder, table: str, change: str) -> None:
    holder.sign(ORDER, premium="1.00")
    column = {"signature": "document = 'x'", "timestamp": "at = now()"}[table]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table, column))


def test_a_second_device_of_the_same_customer_signs_as_well(holder: Holder) -> None:
    tablet = Device()
    made = certify(
        holder.customer.pk, csr_pem=tablet.csr, device="平板", identity_check_id="2", by=viewer_of(holder.user)
    )
    kept = replace(holder, device=tablet, certificate=made).sign(ORDER, premium="1.00")
    assert kept.certificate_id == made.pk


def test_what_is_checked_offline_fails_for_any_flipped_bit(holder: Holder) -> None:
    made = holder.sign(ORDER, premium="386.00")
    leaf = x509.load_der_x509_certificate(bytes(holder.certificate.der))
    issuing, root = authorities.above(holder.certificate)
    token, status = bytes(made.time_stamp.token), bytes(made.status)
    digest = digest_of(bytes(made.value))

    def stamp_holds(raw: bytes) -> None:
        check_stamp(raw, digest=digest, root=root)

    def status_holds(raw: bytes) -> None:
        check_status(raw, certificate=leaf, issuer=issuing, root=root, at=made.time_stamp.at)

    for holds, whole in ((stamp_holds, token), (status_holds, status)):
        holds(whole)
        # Where the signatures begin: what stands before them is not signed.
        around = [at for at in range(len(whole)) if whole.startswith(b"\x03", at) and whole[at + 2 : at + 3] == b"\x00"]
        places = {*range(0, len(whole) * 8, 101), *(place for at in around for place in range(at * 8, at * 8 + 32))}
        kept = [place for place in sorted(places) if not _breaks(holds, whole, place)]
        assert not kept, f"flipped bits that nobody noticed: {kept} of {len(whole) * 8}"


def _breaks(holds: Callable[[bytes], None], whole: bytes, place: int) -> bool:
    raw = bytearray(whole)
    raw[place // 8] ^= 1 << place % 8
    try:
        holds(bytes(raw))
    except (Broken, InvalidSignature):
        return True
    return False
