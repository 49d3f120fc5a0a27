"""What stands in a certificate, for people who look."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from keyuan.trust.pki.profiles import DOCUMENT_SIGNING

#: Names that RFC 4514 leaves as numbers.
NAMES = {x509.NameOID.SERIAL_NUMBER: "serialNumber"}


def details(certificate: x509.Certificate) -> list[tuple[str, str]]:
    """Name and value of what a certificate says, in the words of the standard."""
    known = [
        ("Subject", certificate.subject.rfc4514_string(NAMES)),
        ("Issuer", certificate.issuer.rfc4514_string(NAMES)),
        ("Serial number", f"{certificate.serial_number:x}"),
        ("SHA-256", certificate.fingerprint(hashes.SHA256()).hex(":").upper()),
    ]
    for name, kind in (("Key usage", x509.KeyUsage), ("Extended key usage", x509.ExtendedKeyUsage)):
        known += [(name, _said(one.value)) for one in certificate.extensions if isinstance(one.value, kind)]
    return known


def _said(value: x509.ExtensionType) -> str:
    if isinstance(value, x509.KeyUsage):
        names = ("digital_signature", "content_commitment", "key_cert_sign", "crl_sign")
        return ", ".join(name for name in names if getattr(value, name))
    if isinstance(value, x509.ExtendedKeyUsage):
        return ", ".join(one._name if one != DOCUMENT_SIGNING else "documentSigning" for one in value)
    return ""
