"""One spelling only: what lies around a signature is not signed, so it must be written as we would write it.

A certificate and an answer of a responder are two parts beside each other: what was signed, and algorithm and signature.
The signature is a BIT STRING, which begins with the number of bits at its end that do not count. Whoever reads it and
finds a 1 there and a last bit of 0 takes the same signature: a bit was changed, and everything still holds. So each is
written anew from what was signed and the signature, and must come out the same.
"""

from __future__ import annotations

from typing import Final

from asn1crypto import core
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

SEQUENCE: Final = 0x30
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
FIRST: Final = 0xA0
SUCCESSFUL: Final = b"\x0a\x01\x00"


def element(tag: int, *parts: bytes) -> bytes:
    """Tag, length and contents as DER has them."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def _signed(tbs: bytes, algorithm: bytes, signature: bytes, *more: bytes) -> bytes:
    return element(SEQUENCE, tbs, algorithm, element(BIT_STRING, b"\x00", signature), *more)


def is_strict(certificate: x509.Certificate) -> bool:
    """Whether the certificate is what was signed and its signature, in the one spelling."""
    der = certificate.public_bytes(Encoding.DER)
    within = asn1.Certificate.load(der)["tbs_certificate"]["signature"].dump()
    return _signed(certificate.tbs_certificate_bytes, within, certificate.signature) == der


def is_strict_response(der: bytes) -> bool:
    """The same of an OCSP response: what was signed, its signature, and one certificate that is strict itself."""
    response = ocsp.load_der_ocsp_response(der)
    if len(response.certificates) != 1 or not is_strict(response.certificates[0]):
        return False
    algorithm = element(SEQUENCE, core.ObjectIdentifier(response.signature_algorithm_oid.dotted_string).dump())
    along = element(FIRST, element(SEQUENCE, response.certificates[0].public_bytes(Encoding.DER)))
    inner = _signed(response.tbs_response_bytes, algorithm, response.signature, along)
    kind = asn1_ocsp.ResponseType("basic_ocsp_response").dump()
    told = element(SEQUENCE, kind, element(OCTET_STRING, inner))
    return element(SEQUENCE, SUCCESSFUL, element(FIRST, told)) == der
