"""Every read of the certificate centre; each names its viewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db.models import Q, QuerySet

from keyuan.accounts.roles import Permission, Role
from keyuan.customers import queries as customers
from keyuan.trust import rules
from keyuan.trust.models import Certificate, CompanyKey, Signature
from keyuan.trust.refusals import CertificateNotFound
from keyuan.trust.states import Role as Kind
from keyuan.trust.states import Standing

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    from keyuan.accounts.scope import Viewer
    from keyuan.customers.models import Customer


def certificates(*, viewer: Viewer) -> QuerySet[Certificate]:
    """Customers' certificates in scope: their own for customers, those of the customers they see for staff."""
    rows = Certificate.objects.filter(role=Kind.CUSTOMER)
    if viewer.role == Role.CUSTOMER or not viewer.sees_whole_company:
        return rows.filter(customer_id__in=customers.visible(viewer).values("pk"))
    return rows if viewer.may(Permission.SEE_CUSTOMERS) else rows.none()


def company_certificates(*, viewer: Viewer) -> QuerySet[Certificate]:
    """The company's own certificates, for who keeps certificates or sets up the system."""
    if not (viewer.may(Permission.KEEP_CERTIFICATES) or viewer.may(Permission.CONFIGURE)):
        return Certificate.objects.none()
    return Certificate.objects.filter(customer__isnull=True).order_by("pk")


def authority_rows() -> list[dict[str, Any]]:
    """The company's keys in order of making, for the command line on the server."""
    rows = CompanyKey.objects.select_related("certificate").order_by("pk")
    return [
        {
            "name": row.name,
            "serial": row.certificate.serial,
            "begins": row.certificate.not_before.date().isoformat(),
            "ends": row.certificate.not_after.date().isoformat(),
            "keeper": row.key_ref.partition(":")[0],
            "demo": row.demo,
            "revoked": row.certificate.revoked_at is not None,
        }
        for row in rows
    ]


def the_certificate(serial: str, *, viewer: Viewer) -> Certificate:
    """One customer's certificate with its customer; raises CertificateNotFound."""
    found = certificates(viewer=viewer).select_related("customer", "issuer__issuer").filter(serial=serial).first()
    if found is None:
        raise CertificateNotFound
    return found


def own_certificate(serial: str, *, viewer: Viewer, customer_id: int | None = None) -> Certificate:
    """A certificate of the customer who is signed in; raises CertificateNotFound."""
    found = own(viewer=viewer).select_related("issuer__issuer").filter(serial=serial).first()
    if found is None or (customer_id is not None and found.customer_id != customer_id):
        raise CertificateNotFound
    return found


def own(*, viewer: Viewer) -> QuerySet[Certificate]:
    """The certificates of the customer who is signed in, the newest first; nobody's for staff."""
    if viewer.role != Role.CUSTOMER:
        return Certificate.objects.none()
    return certificates(viewer=viewer)


def holder(*, viewer: Viewer) -> Customer:
    """The customer who is signed in; raises CertificateNotFound for who is none."""
    found = customers.visible(viewer).first() if viewer.role == Role.CUSTOMER else None
    if found is None:
        raise CertificateNotFound
    return found


def published() -> list[tuple[str, str, bytes]]:
    """Name, role and DER of the authorities' certificates: for everybody."""
    rows = CompanyKey.objects.filter(role__in=(Kind.ROOT, Kind.ISSUING)).select_related("certificate")
    return [(row.name, row.role, bytes(row.certificate.der)) for row in rows.order_by("-role", "-number")]


def is_demo() -> bool:
    """Whether the centre is one for a first look, whose keys everybody can open."""
    return CompanyKey.objects.filter(role=Kind.ROOT, demo=True).exists()


def is_own(customer_id: int, *, viewer: Viewer) -> bool:
    """Whether the customer is the one who is signed in."""
    return viewer.role == Role.CUSTOMER and customers.may_see(customer_id, viewer=viewer)


def holding(customer_id: int, *, viewer: Viewer, at: datetime) -> QuerySet[Certificate]:
    """The customer's certificates that one may sign with at a moment."""
    return certificates(viewer=viewer).filter(customer_id=customer_id, **_holding(at))


def _holding(at: datetime) -> dict[str, Any]:
    return {"revoked_at__isnull": True, "not_before__lte": at, "not_after__gt": at}


def is_certified(key_digest: bytes) -> bool:
    """Whether a key, by its digest, has a certificate already: anybody's."""
    return Certificate.objects.filter(key_digest=key_digest).exists()


def public_bytes(key: EllipticCurvePublicKey) -> bytes:
    """The key as certificates hold it."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def signatures(*, viewer: Viewer) -> QuerySet[Signature]:
    """Customers' signatures in scope, the newest first."""
    rows = Signature.objects.order_by("-signed_at", "-pk")
    if viewer.role != Role.CUSTOMER and viewer.sees_whole_company and viewer.may(Permission.SEE_CUSTOMERS):
        return rows
    return rows.filter(customer_id__in=customers.visible(viewer).values("pk"))


def signatures_of(subject: tuple[str, str | int], *, viewer: Viewer) -> QuerySet[Signature]:
    """The signatures for a subject, with certificate and time stamp."""
    rows = signatures(viewer=viewer).select_related("certificate__issuer__issuer", "time_stamp")
    return rows.filter(subject_kind=subject[0], subject_id=str(subject[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFilter:
    """Which certificates the list shows; ``q`` is a serial number, a customer's number or the beginning of a name."""

    q: str = ""
    standing: str = ""
    reason: str = ""
    since: date | None = None
    customer: int | None = None


def listed(wanted: CertificateFilter, *, viewer: Viewer, at: datetime) -> QuerySet[Certificate]:
    """The list of staff, filtered, the newest first."""
    rows = certificates(viewer=viewer).select_related("customer").defer("der")
    if wanted.standing:
        rows = rows.filter(_standing(Standing(wanted.standing), at))
    if wanted.reason:
        rows = rows.filter(reason=wanted.reason)
    if wanted.since is not None:
        rows = rows.filter(made_at__date__gte=wanted.since)
    if wanted.customer is not None:
        rows = rows.filter(customer_id=wanted.customer)
    if wanted.q:
        rows = rows.filter(
            Q(serial=wanted.q.lower().replace(":", "").lstrip("0"))
            | Q(customer__number=wanted.q.upper())
            | Q(customer__name__startswith=wanted.q)
        )
    return rows.order_by("-pk")


def _standing(one: Standing, at: datetime) -> Q:
    kept = Q(revoked_at__isnull=True)
    soon = at + rules.ENDS_SOON
    return {
        Standing.REVOKED: Q(revoked_at__isnull=False),
        Standing.NOT_YET: kept & Q(not_before__gt=at),
        Standing.EXPIRED: kept & Q(not_after__lte=at),
        Standing.ENDING: kept & Q(not_before__lte=at, not_after__gt=at, not_after__lte=soon),
        Standing.VALID: kept & Q(not_before__lte=at, not_after__gt=soon),
    }[one]
