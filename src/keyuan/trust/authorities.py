"""The company's own keys and certificates: made on first use, found by what they are for, renewed before they end."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection, transaction

from keyuan.eventlog.actions import record
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now
from keyuan.trust import events
from keyuan.trust.keys import configured, kind_for_new_keys, provider_of
from keyuan.trust.models import Certificate, CompanyKey
from keyuan.trust.pki.profiles import (
    POLICY_OF_TIME_STAMPS,
    Issuer,
    Place,
    company_name,
    issue,
    issue_root,
    serial_of,
)
from keyuan.trust.pki.stamps import Stamper, digest_of
from keyuan.trust.refusals import AlreadyRevoked, CertificateNotFound, NoAuthority
from keyuan.trust.states import SERVICES, Reason, Role

#: Opens the keys of a demo authority: public, as its root certificate says.
DEMO_PASSPHRASE: Final = "keyuan-demo-only"  # noqa: S105  not a secret
#: A service's key is renewed so long before it ends, by whoever uses it then.
RENEWED_BEFORE: Final = timedelta(days=30)
#: Held while the company's certificates are made.
LOCK: Final = 0x74727573
COMMON_NAMES: Final = {
    Role.ROOT: "Root CA",
    Role.ISSUING: "Issuing CA",
    Role.OCSP: "OCSP",
    Role.TSA: "Time Stamp Authority",
    Role.DOCUMENTS: "电子保单签章",
    Role.LOG: "日志封存",
}
CURVES: Final[dict[str, ec.EllipticCurve]] = {Role.ROOT: ec.SECP384R1(), Role.ISSUING: ec.SECP384R1()}


@dataclass(frozen=True, slots=True)
class Known:
    """A key of the company ready to sign. ``chain``: the certificates above it, the root last."""

    issuer: Issuer
    row_id: int
    authority_id: int
    chain: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> x509.Certificate:
        return self.issuer.certificate

    @property
    def root(self) -> x509.Certificate:
        return (self.certificate, *self.chain)[-1]


def place() -> Place:
    """What our certificates say about us."""
    told = configured()
    return Place(told.address, told.policy_arc)


def known(role: str, *, at: datetime | None = None) -> Known:
    """The key of a role that is used now. Made on first use if it may be; raises NoAuthority, KeyUnavailable."""
    moment = now() if at is None else at
    row = current(role, at=moment)
    if row is None or (role in SERVICES and row.certificate.not_after - moment < RENEWED_BEFORE):
        row = _renewed(role, row, moment)
    return ready(row)


def current(role: str, *, at: datetime) -> CompanyKey | None:
    """The newest key of a role whose certificate holds."""
    return (
        CompanyKey.objects.select_related("certificate__issuer__issuer")
        .filter(
            role=role,
            retired_at__isnull=True,
            certificate__revoked_at__isnull=True,
            certificate__not_before__lte=at,
            certificate__not_after__gt=at,
        )
        .order_by("-number")
        .first()
    )


def ready(row: CompanyKey) -> Known:
    """The row with its key and its certificates; raises KeyUnavailable."""
    key = _key(row.key_ref, row.demo)
    own = loaded(bytes(row.certificate.der))
    return Known(Issuer(own, key, row.name), row.certificate_id, row.pk, above(row.certificate))


def above(row: Certificate) -> tuple[x509.Certificate, ...]:
    """The certificates above one, the root last."""
    found: list[x509.Certificate] = []
    issuer = row.issuer
    while issuer is not None:
        found.append(loaded(bytes(issuer.der)))
        issuer = issuer.issuer
    return tuple(found)


@lru_cache(maxsize=512)
def loaded(der: bytes) -> x509.Certificate:
    """A certificate read; the same few are asked for again and again."""
    return x509.load_der_x509_certificate(der)


@lru_cache(maxsize=64)
def _key(reference: str, demo: bool) -> ec.EllipticCurvePrivateKey:
    kind, name = reference.split(":", 1)
    passphrase = DEMO_PASSPHRASE if demo else configured().passphrase
    return provider_of(kind, passphrase=passphrase).load(name)


def stamper(*, at: datetime | None = None) -> Stamper:
    """Our time-stamp authority."""
    found = known(Role.TSA, at=at)
    return Stamper(found.issuer, found.chain, f"{place().arc}{POLICY_OF_TIME_STAMPS}")


@transaction.atomic
def establish(*, demo: bool = False, by: Actor | None = None) -> list[CompanyKey]:
    """Make what is missing: root, issuing authority, and the keys of the services. Returns what was made.

    A demo's keys are opened by a passphrase that everybody knows; a company's by its own (raises NoAuthority without).
    """
    told = configured()
    demo = demo and not told.passphrase and not told.pkcs11_module
    if not (demo or told.passphrase or told.pkcs11_module):
        raise NoAuthority
    actor = by or Actor.system("keyuan trust")
    _lock()
    at = now()
    return [
        _make(role, demo=demo, at=at, by=actor)
        for role in (Role.ROOT, Role.ISSUING, *SERVICES)
        if current(role, at=at) is None
    ]


@transaction.atomic
def _renewed(role: str, row: CompanyKey | None, at: datetime) -> CompanyKey:
    """A new key for a service that has none or whose certificate ends soon; everything, if there is nothing yet."""
    if row is None and not CompanyKey.objects.exists():
        establish()
        found = current(role, at=now())
        if found is None:
            raise NoAuthority
        return found
    _lock()
    again = current(role, at=at)
    if again is not None and again.certificate.not_after - at >= RENEWED_BEFORE:
        return again
    if role not in SERVICES:
        raise NoAuthority
    issuing = current(Role.ISSUING, at=at)
    if issuing is None:
        raise NoAuthority
    if again is not None and issuing.certificate.not_after <= again.certificate.not_after:
        return again  # nothing longer can be had
    return _make(role, demo=issuing.demo, at=at, by=Actor.system("keyuan trust"))


@transaction.atomic
def responder_for(issuer: Certificate, *, at: datetime) -> Known:
    """Our OCSP responder for what an authority issued, the present one or one before: each certifies a responder of its own.

    Raises NoAuthority, KeyUnavailable.
    """
    holding = {"certificate__revoked_at__isnull": True, "certificate__not_after__gt": at, "retired_at__isnull": True}
    rows = CompanyKey.objects.select_related("certificate__issuer__issuer").filter(
        role=Role.OCSP, certificate__issuer=issuer, **holding
    )
    found = rows.order_by("-number").first()
    if found is not None and found.certificate.not_after - at >= RENEWED_BEFORE:
        return ready(found)
    _lock()
    found = rows.order_by("-number").first()
    upper = CompanyKey.objects.filter(certificate=issuer, **holding).first()
    longest = found is not None and found.certificate.not_after >= issuer.not_after
    if upper is None or longest or (found is not None and found.certificate.not_after - at >= RENEWED_BEFORE):
        if found is None:
            raise NoAuthority
        return ready(found)
    return ready(_make(Role.OCSP, demo=upper.demo, at=at, by=Actor.system("keyuan trust"), upper=upper))


def renew(role: str, *, by: Actor) -> CompanyKey:
    """A new key and certificate of a role, used from now on; the old one stays valid for what it signed."""
    with transaction.atomic():
        _lock()
        at = now()
        before = current(role, at=at)
        if before is None:
            raise NoAuthority
        return _make(role, demo=before.demo, at=at, by=by)


@transaction.atomic
def revoke_own(serial: str, *, reason: str, by: Actor) -> Certificate:
    """Revoke one of the company's certificates: nothing is signed with its key any more. Raises CertificateNotFound."""
    row = (
        Certificate.objects.select_for_update(no_key=True).filter(serial=serial.lower(), customer__isnull=True).first()
    )
    if row is None or reason not in Reason:
        raise CertificateNotFound
    if row.revoked_at is not None:
        raise AlreadyRevoked
    row.revoked_at, row.reason = now(), reason
    row.save(update_fields=["revoked_at", "reason"])
    told = {"serial": row.serial, "device": "", "reason": reason}
    record(events.REVOKED, by=by, subject=("certificate", row.pk), payload=told)
    return row


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _make(role: str, *, demo: bool, at: datetime, by: Actor, upper: CompanyKey | None = None) -> CompanyKey:
    number = CompanyKey.objects.filter(role=role).count() + 1
    kind = "file" if demo else kind_for_new_keys()
    # With something random: a key that a transaction left behind when it failed is not in the way of the next.
    name = f"{role}-{number}-{secrets.token_hex(4)}"
    passphrase = DEMO_PASSPHRASE if demo else configured().passphrase
    key = provider_of(kind, passphrase=passphrase).make(name, CURVES.get(role, ec.SECP256R1()))
    subject = company_name(configured().company, _common_name(role, number, demo=demo))
    if role == Role.ROOT:
        issuer_row, made = None, issue_root(subject=subject, key=key, at=at, place=place())
    else:
        row = upper or current(Role.ROOT if role == Role.ISSUING else Role.ISSUING, at=at)
        if row is None:
            raise NoAuthority
        issuer_row, above_it = row.certificate, ready(row).issuer
        made = issue(role, subject=subject, public_key=key.public_key(), issuer=above_it, at=at, place=place())
    certificate = keep(made, role=role, issuer_id=None if issuer_row is None else issuer_row.pk)
    authority = CompanyKey.objects.create(
        role=role, number=number, certificate=certificate, key_ref=f"{kind}:{name}", demo=demo
    )
    told = {"name": authority.name, "serial": certificate.serial, "demo": demo}
    record(events.AUTHORITY_MADE, by=by, subject=("authority", authority.pk), payload=told)
    return authority


def _common_name(role: str, number: int, *, demo: bool) -> str:
    told = f"Keyuan {COMMON_NAMES[Role(role)]} {number}"
    return f"{told}（演示，无效力）" if demo else told


def keep(made: x509.Certificate, *, role: str, issuer_id: int | None, **more: Any) -> Certificate:
    """The row of a certificate that was just made; ``more`` are its holder's columns."""
    common = made.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
    key = made.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Certificate.objects.create(
        role=role,
        serial=serial_of(made),
        subject=str(common),
        issuer_id=issuer_id,
        der=made.public_bytes(Encoding.DER),
        key_digest=digest_of(key),
        not_before=made.not_valid_before_utc,
        not_after=made.not_valid_after_utc,
        **more,
    )


def roots() -> list[x509.Certificate]:
    """Our root certificates, the newest first."""
    rows = CompanyKey.objects.filter(role=Role.ROOT).select_related("certificate").order_by("-number")
    return [loaded(bytes(row.certificate.der)) for row in rows]


def chain_of(role: str, *, at: datetime | None = None) -> Sequence[x509.Certificate]:
    """The certificate of a role and those above it."""
    found = known(role, at=at)
    return (found.certificate, *found.chain)
