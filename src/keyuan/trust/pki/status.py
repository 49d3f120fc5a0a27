"""The answers of an OCSP responder (RFC 6960, nonces RFC 9654)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp

from keyuan.trust.pki.profiles import Issuer, digest_for

#: An answer may be used so long; a revocation is known to everybody after that.
HOLDS: Final = timedelta(hours=1)
LONGEST_NONCE: Final = 128
SHA256: Final = hashes.SHA256()
DIGESTS: Final = (hashes.SHA1, hashes.SHA256, hashes.SHA384, hashes.SHA512)


@dataclass(frozen=True, slots=True)
class Question:
    """Which certificate is asked about; ``nonce`` comes back in the answer."""

    serial: int
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    algorithm: hashes.HashAlgorithm
    nonce: bytes | None

    def is_about(self, issuer: x509.Certificate) -> bool:
        """Whether the issuer that is meant is this one."""
        name, key = _hashes(issuer, self.algorithm)
        return (name, key) == (self.issuer_name_hash, self.issuer_key_hash)


@dataclass(frozen=True, slots=True)
class Fact:
    """What we know of a certificate: ``known`` or never issued; revoked when and why."""

    known: bool
    revoked_at: datetime | None = None
    reason: str = ""


def read(der: bytes) -> Question | None:
    """The question, or None if it cannot be read or asks for what we do not answer (several certificates at once)."""
    try:
        request = ocsp.load_der_ocsp_request(der)
        algorithm = request.hash_algorithm
        nonce = _nonce(request)
    except (ValueError, NotImplementedError, UnsupportedAlgorithm):
        return None
    if not isinstance(algorithm, DIGESTS) or (nonce is not None and not 0 < len(nonce) <= LONGEST_NONCE):
        return None
    return Question(request.serial_number, request.issuer_name_hash, request.issuer_key_hash, algorithm, nonce)


def _nonce(request: ocsp.OCSPRequest) -> bytes | None:
    try:
        return request.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return None


def about(
    certificate: x509.Certificate, issuer: x509.Certificate, algorithm: hashes.HashAlgorithm = SHA256
) -> Question:
    """The question that we ask ourselves about one of our certificates."""
    name, key = _hashes(issuer, algorithm)
    return Question(certificate.serial_number, name, key, algorithm, None)


def answer(question: Question, fact: Fact, *, responder: Issuer, at: datetime) -> bytes:
    """The signed answer."""
    moment = at.replace(microsecond=0)
    status = ocsp.OCSPCertStatus.GOOD if fact.known else ocsp.OCSPCertStatus.UNKNOWN
    reason = None
    if fact.revoked_at is not None:
        status = ocsp.OCSPCertStatus.REVOKED
        reason = x509.ReasonFlags(fact.reason) if fact.reason != "unspecified" else None
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response_by_hash(
            issuer_name_hash=question.issuer_name_hash,
            issuer_key_hash=question.issuer_key_hash,
            serial_number=question.serial,
            algorithm=question.algorithm,
            cert_status=status,
            this_update=moment,
            next_update=moment + HOLDS,
            revocation_time=fact.revoked_at,
            revocation_reason=reason,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
        .certificates([responder.certificate])
    )
    if question.nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(question.nonce), critical=False)
    return builder.sign(responder.key, digest_for(responder.key)).public_bytes(Encoding.DER)


def refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    """An answer that says why there is none; it is not signed."""
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


MALFORMED: Final = refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
UNAUTHORIZED: Final = refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)
TRY_LATER: Final = refusal(ocsp.OCSPResponseStatus.TRY_LATER)


def _hashes(issuer: x509.Certificate, algorithm: hashes.HashAlgorithm) -> tuple[bytes, bytes]:
    point = issuer.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _digest(issuer.subject.public_bytes(), algorithm), _digest(point, algorithm)


def _digest(data: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    made = hashes.Hash(algorithm)
    made.update(data)
    return made.finalize()
