"""Certificate revocation lists (RFC 5280 §5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from keyuan.trust.pki.profiles import Issuer, digest_for

Revoked = tuple[int, datetime, str]


def revocation_list(
    issuer: Issuer, *, number: int, revoked: Iterable[Revoked], this_update: datetime, next_update: datetime
) -> bytes:
    """The DER of a list; ``revoked`` are serial number, moment and reason of each certificate."""
    authority = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
        issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    )
    builder = (
        x509.CertificateRevocationListBuilder(
            issuer_name=issuer.certificate.subject,
            last_update=this_update,
            next_update=next_update,
            revoked_certificates=[_entry(*one) for one in revoked],
        )
        .add_extension(authority, critical=False)
        .add_extension(x509.CRLNumber(number), critical=False)
    )

    return builder.sign(issuer.key, digest_for(issuer.key)).public_bytes(Encoding.DER)


def _entry(serial: int, at: datetime, reason: str) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
    # RFC 5280 §5.3.1: "unspecified" is said by saying nothing.
    if reason != "unspecified":
        builder = builder.add_extension(x509.CRLReason(x509.ReasonFlags(reason)), critical=False)
    return builder.build()
