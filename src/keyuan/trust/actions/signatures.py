"""A customer signs: checked, time-stamped, kept and told, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from keyuan.eventlog.actions import record
from keyuan.kernel.clock import now
from keyuan.trust import authorities, events, queries
from keyuan.trust.actions.certificates import require_holder
from keyuan.trust.canonical import canonical
from keyuan.trust.models import Certificate, Signature, TimeStamp
from keyuan.trust.pki.checking import evidence_digest, from_webcrypto, signature_fits
from keyuan.trust.pki.stamps import digest_of, stamp
from keyuan.trust.refusals import SignatureDoesNotFit
from keyuan.trust.revocations import status_of
from keyuan.trust.signing import Subject, must_hold, must_name

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer


@transaction.atomic
def sign_as_customer(
    customer_id: int,
    *,
    subject: Subject,
    document: Mapping[str, Any],
    signature_b64u: str,
    certificate_serial: str,
    by: Viewer,
) -> Signature:
    """Keep the customer's signature on a document that names its subject (``signing.statement``).

    ``signature_b64u`` is what WebCrypto gives for ECDSA P-256 with SHA-256 over ``canonical(document)``: r and s, 32 bytes
    each, base64url. The same text for the same subject from the same device is kept once. Raises OnlyTheHolder,
    SubjectNotSigned, CertificateNotFound, CertificateRevoked, CertificateExpired, ChainBroken, SignatureDoesNotFit;
    NotCanonical (a fault of the caller) for a document that is no JSON.
    """
    require_holder(customer_id, by=by)
    must_name(document, subject)
    text = canonical(document)
    row = _locked(certificate_serial, customer_id, by=by)
    at = now()
    must_hold(row, at=at)
    value = from_webcrypto(signature_b64u)
    if value is None or not signature_fits(text, value, authorities.loaded(bytes(row.der))):
        raise SignatureDoesNotFit
    kind, key = subject[0], str(subject[1])
    digest = digest_of(text)
    before = Signature.objects.filter(subject_kind=kind, subject_id=key, digest=digest, certificate=row).first()
    if before is not None:
        return before
    token = stamp(digest_of(value), stamper=authorities.stamper(at=at), at=at)
    made = Signature.objects.create(
        customer_id=customer_id,
        subject_kind=kind,
        subject_id=key,
        document=text,
        digest=digest,
        value=value,
        certificate=row,
        status=status_of(row, at=at),
        time_stamp=TimeStamp.objects.create(
            serial=token.serial, digest=digest_of(value), at=token.at, token=token.token
        ),
        signed_at=at,
    )
    told = {
        "signature": made.pk,
        "serial": row.serial,
        "device": row.device,
        "sha256": digest.hex(),
        "time_stamp": token.serial,
        "evidence": evidence_digest(text, value, bytes(row.der), bytes(made.status), token.token),
    }
    record(events.SIGNED, by=by.actor, customer_id=customer_id, subject=(kind, key), payload=told, occurred_at=at)
    return made


def _locked(serial: str, customer_id: int, *, by: Viewer) -> Certificate:
    """The customer's certificate, locked: what revokes it waits, or has been seen."""
    found = queries.own_certificate(serial, viewer=by, customer_id=customer_id)
    rows = Certificate.objects.select_related("issuer__issuer").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=found.pk)
