"""A customer's certificates: made from a request of their own device, renewed, revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission, Role
from keyuan.customers.access import locked_for_their_own
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import now
from keyuan.trust import authorities, events, queries, rules
from keyuan.trust.canonical import canonical
from keyuan.trust.csr import key_of_request
from keyuan.trust.models import Certificate
from keyuan.trust.pki.checking import from_webcrypto, signature_fits
from keyuan.trust.pki.profiles import customer_name, issue
from keyuan.trust.pki.stamps import digest_of
from keyuan.trust.refusals import (
    AlreadyRevoked,
    CertificateNotFound,
    CompanyCertificate,
    DeviceNameMissing,
    IdentityNotChecked,
    KeyAlreadyCertified,
    OnlyTheHolder,
    SignatureDoesNotFit,
    TooManyDevices,
)
from keyuan.trust.signing import must_hold
from keyuan.trust.states import Reason
from keyuan.trust.states import Role as Kind

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    from keyuan.accounts.scope import Viewer
    from keyuan.customers.models import Customer
    from keyuan.eventlog.kinds import EventKind

#: What the old key signs when it hands over to a new one.
RENEWAL: Final = "certificate.renew"


def require_holder(customer_id: int, *, by: Viewer) -> None:
    """Raise OnlyTheHolder unless this is the customer's own sign-in: no staff, no agent, no program with a token."""
    own = by.role == Role.CUSTOMER and by.user_id is not None and by.token_id is None and not by.token
    if not own or not queries.is_own(customer_id, viewer=by):
        raise OnlyTheHolder


@transaction.atomic
def certify(customer_id: int, *, csr_pem: str, device: str, identity_check_id: str | int, by: Viewer) -> Certificate:
    """A certificate for the key of a device. Only the key is taken from the request: name and number are ours.

    ``identity_check_id`` names the check that the caller has made sure of. Raises OnlyTheHolder, IdentityNotChecked,
    DeviceNameMissing, TooManyDevices, RequestMalformed, KeyNotSuitable, NotInPossession, KeyAlreadyCertified.
    """
    require_holder(customer_id, by=by)
    if not str(identity_check_id or "").strip():
        raise IdentityNotChecked
    key = key_of_request(csr_pem)
    customer = locked_for_their_own(customer_id, by=by, permission=Permission.EDIT_CUSTOMERS)
    count = queries.holding(customer_id, viewer=by, at=now()).count()
    if count >= rules.MOST_DEVICES:
        raise TooManyDevices(count=count)
    made = _issue(customer, key, device=device, identity_check_id=str(identity_check_id), by=by)
    _tell(events.CERTIFIED, made, by=by, identity_check=made.identity_check_id)
    return made


@transaction.atomic
def renew(serial: str, *, csr_pem: str, signature_b64u: str, by: Viewer) -> Certificate:
    """A new key for a device, vouched for by the old one, which must still hold and is then superseded.

    The old key signs ``renewal_of(serial, csr_pem)``, so no new check of identity is needed. Raises as ``certify`` and
    ``sign_as_customer`` do.
    """
    old = queries.own_certificate(serial, viewer=by)
    require_holder(old.customer_id or 0, by=by)
    key = key_of_request(csr_pem)
    customer = locked_for_their_own(old.customer_id or 0, by=by, permission=Permission.EDIT_CUSTOMERS)
    old = Certificate.objects.select_for_update(of=("self",), no_key=True).get(pk=old.pk)
    must_hold(old, at=now())
    value = from_webcrypto(signature_b64u)
    told = canonical(renewal_of(serial, csr_pem))
    if value is None or not signature_fits(told, value, authorities.loaded(bytes(old.der))):
        raise SignatureDoesNotFit
    made = _issue(customer, key, device=old.device, identity_check_id=old.identity_check_id, by=by, renews=old)
    _revoke(old, Reason.SUPERSEDED)
    _tell(events.RENEWED, made, by=by, renews=old.serial)
    return made


def renewal_of(serial: str, csr_pem: str) -> dict[str, str]:
    """What the old key signs to hand over to the key of a request."""
    # A form sends the ends of lines as it likes.
    return {"type": RENEWAL, "serial": serial, "csr": csr_pem.replace("\r\n", "\n")}


@transaction.atomic
def revoke(serial: str, *, reason: Reason | str, by: Viewer, note: str = "") -> Certificate:
    """From now on nothing can be signed with it. Its holder may, and staff who keep certificates and see the customer.

    Raises CertificateNotFound, NotPermitted, AlreadyRevoked, CompanyCertificate.
    """
    if by.role == Role.CUSTOMER:
        found = queries.own_certificate(serial, viewer=by)
        require_holder(found.customer_id or 0, by=by)
    else:
        require(by, Permission.KEEP_CERTIFICATES)
        found = queries.the_certificate(serial, viewer=by)
    if found.customer_id is None:
        raise CompanyCertificate
    row = Certificate.objects.select_for_update(of=("self",), no_key=True).filter(pk=found.pk).first()
    if row is None:
        raise CertificateNotFound
    if row.revoked_at is not None:
        raise AlreadyRevoked
    _revoke(row, Reason(reason))
    _tell(events.REVOKED, row, by=by, reason=row.reason, note=note.strip()[:200])
    return row


def _revoke(row: Certificate, reason: Reason) -> None:
    row.revoked_at, row.reason = now(), reason
    row.save(update_fields=["revoked_at", "reason"])


def _issue(
    customer: Customer,
    key: EllipticCurvePublicKey,
    *,
    device: str,
    identity_check_id: str,
    by: Viewer,
    renews: Certificate | None = None,
) -> Certificate:
    called = " ".join(device.split())[: rules.DEVICE_LETTERS]
    if not called:
        raise DeviceNameMissing(field="device")
    if queries.is_certified(digest_of(queries.public_bytes(key))):
        raise KeyAlreadyCertified
    issuing = authorities.known(Kind.ISSUING)
    made = issue(
        "customer",
        subject=customer_name(customer.name, customer.number),
        public_key=key,
        issuer=issuing.issuer,
        at=now(),
        place=authorities.place(),
    )
    return authorities.keep(
        made,
        role=Kind.CUSTOMER,
        issuer_id=issuing.row_id,
        customer_id=customer.pk,
        device=called,
        identity_check_id=identity_check_id,
        renews=renews,
        made_by_id=by.user_id,
    )


def _tell(kind: EventKind, row: Certificate, *, by: Viewer, **more: str) -> None:
    told = {"serial": row.serial, "device": row.device, **more}
    record(kind, by=by.actor, customer_id=row.customer_id, subject=("certificate", row.pk), payload=told)
