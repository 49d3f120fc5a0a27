"""A certificate request (PKCS#10, RFC 2986): only its key is taken, and only if it signed the request itself."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec

from keyuan.trust.refusals import KeyNotSuitable, NotInPossession, RequestMalformed

LONGEST = 8_000


def key_of_request(pem: str) -> ec.EllipticCurvePublicKey:
    """The P-256 key of a request; raises RequestMalformed, KeyNotSuitable, NotInPossession."""
    if len(pem) > LONGEST:
        raise RequestMalformed
    try:
        request = x509.load_pem_x509_csr(pem.encode())
        key = request.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise RequestMalformed from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeyNotSuitable
    try:
        own = request.is_signature_valid
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotInPossession from error
    if not own:
        raise NotInPossession
    return key
