"""Checking what was signed, with nothing but bytes and a root certificate: the other half of what this room makes.

Each check raises ``Broken`` with a sentence in English for whoever verifies; what it returns has been shown to hold.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID as Use

from keyuan.trust.pki.signed import Parts

HALF: Final = 32
P = ParamSpec("P")
T = TypeVar("T")
UNREADABLE: Final = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    StopIteration,
    NotImplementedError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


class Broken(Exception):
    """Something does not hold; the text says what."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """What a time stamp says: when, and which certificate said so."""

    at: datetime
    serial: str
    signer: x509.Certificate


def _readable(what: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """What cannot be read is broken: libraries say so in many ways."""

    def decorate(check: Callable[P, T]) -> Callable[P, T]:
        @wraps(check)
        def checked(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return check(*args, **kwargs)
            except UNREADABLE as error:
                raise Broken(f"{what} cannot be read") from error

        return checked

    return decorate


def evidence_digest(*parts: bytes) -> str:
    """One digest over all parts of a proof (document, value, certificate, status, time stamp), as the log line holds it."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def from_webcrypto(text: str) -> bytes | None:
    """The DER of a signature that WebCrypto wrote as r and s, base64url; None if it is none."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 2 * HALF:
        return None
    return encode_dss_signature(int.from_bytes(raw[:HALF], "big"), int.from_bytes(raw[HALF:], "big"))


def signature_fits(text: bytes, value: bytes, certificate: x509.Certificate) -> bool:
    """Whether ``value`` (DER, ECDSA with SHA-256) is the certificate's signature of the text."""
    return _fits(certificate, value, text, hashes.SHA256())


def _fits(certificate: x509.Certificate, value: bytes, text: bytes, digest: hashes.HashAlgorithm) -> bool:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(value, text, ec.ECDSA(digest))
    except InvalidSignature:
        return False
    return True


@_readable("a certificate")
def check_chain(chain: Sequence[x509.Certificate], *, at: datetime) -> None:
    """Each certificate signed by the next, the last by itself, all holding at a moment, and the upper ones authorities."""
    for depth, one in enumerate(chain):
        who = one.subject.rfc4514_string()
        if not one.not_valid_before_utc <= at < one.not_valid_after_utc:
            raise Broken(f"the certificate of {who} did not hold at {at.isoformat()}")
        upper = chain[min(depth + 1, len(chain) - 1)]
        try:
            one.verify_directly_issued_by(upper)
        except (InvalidSignature, ValueError, TypeError) as error:
            raise Broken(f"the certificate of {who} was not signed by {upper.subject.rfc4514_string()}") from error
        if depth:
            _must_be_an_authority(one, below=depth - 1)


def _must_be_an_authority(one: x509.Certificate, *, below: int) -> None:
    who = one.subject.rfc4514_string()
    try:
        basic = one.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = one.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound as error:
        raise Broken(f"the certificate of {who} is no authority's") from error
    if not basic.ca or not usage.key_cert_sign or (basic.path_length is not None and basic.path_length < below):
        raise Broken(f"the certificate of {who} may not issue certificates here")


@_readable("the answer about the certificate's status")
def check_status(
    der: bytes, *, certificate: x509.Certificate, issuer: x509.Certificate, root: x509.Certificate, at: datetime
) -> None:
    """The OCSP response says that the certificate was good at a moment, and comes from a responder of its issuer."""
    response = ocsp.load_der_ocsp_response(der)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise Broken("the answer about the certificate's status is none")
    responders = response.certificates
    single = next(iter(response.responses))
    if single.serial_number != certificate.serial_number:
        raise Broken("the answer about the certificate's status is about another certificate")
    if single.certificate_status is not ocsp.OCSPCertStatus.GOOD:
        raise Broken("the certificate was not good at that moment")
    ends = single.next_update_utc
    if not single.this_update_utc <= at or (ends is not None and at >= ends):
        raise Broken("the answer about the certificate's status is of another time")
    if not responders:
        raise Broken("the answer about the certificate's status names no responder")
    check_chain((responders[0], issuer, root), at=at)
    if Use.OCSP_SIGNING not in _uses(responders[0]):
        raise Broken("who answered about the certificate's status is no responder")
    digest = response.signature_hash_algorithm
    if digest is None or not _fits(responders[0], response.signature, response.tbs_response_bytes, digest):
        raise Broken("the answer about the certificate's status was altered")


def _uses(certificate: x509.Certificate) -> list[x509.ObjectIdentifier]:
    try:
        return list(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        return []


@_readable("the time stamp")
def check_stamp(token: bytes, *, digest: bytes, root: x509.Certificate) -> Stamped:
    """The RFC 3161 token stamps this SHA-256 digest, signed by a time-stamp authority under the root."""
    parts, chain = _signed(token, "the time stamp")
    if parts.content_type != "tst_info":
        raise Broken("the time stamp is none")
    told = tsp.TSTInfo.load(parts.content or b"", strict=True).native
    imprint = told["message_imprint"]
    if (imprint["hash_algorithm"]["algorithm"], imprint["hashed_message"]) != ("sha256", digest):
        raise Broken("the time stamp is of something else")
    at = told["gen_time"]
    check_chain((*chain, root), at=at)
    usage = chain[0].extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    if not usage.critical or list(usage.value) != [Use.TIME_STAMPING]:
        raise Broken("who stamped the time is no time-stamp authority")
    return Stamped(at, f"{told['serial_number']:x}", chain[0])


def _signed(der: bytes, what: str, *, detached: bytes | None = None) -> tuple[Parts, tuple[x509.Certificate, ...]]:
    """Signed data of one signer whose signature fits, and the signer's chain as far as it was sent; no root yet."""
    body = cms.ContentInfo.load(der, strict=True)["content"]
    (info,) = body["signer_infos"]
    inner = body["encap_content_info"]
    content = bytes(inner["content"].contents) if detached is None else detached
    attributes = {one["type"].native: one["values"][0] for one in info["signed_attrs"]}
    sent = tuple(x509.load_der_x509_certificate(one.dump()) for one in body["certificates"])
    chain = _ordered(sent, info["sid"].chosen["serial_number"].native, what)
    parts = Parts(
        inner["content_type"].native,
        content if detached is None else None,
        chain[0],
        info["signed_attrs"].untag(),
        info["signature"].native,
        sent,
        b"" if detached is None else _stamp_within(info["unsigned_attrs"]),
    )
    told = attributes["content_type"].native, attributes["message_digest"].native
    reference = attributes["signing_certificate_v2"]["certs"][0]["cert_hash"].native
    own = hashlib.sha256(chain[0].public_bytes(Encoding.DER)).digest()
    if told != (parts.content_type, hashlib.sha256(content).digest()) or reference != own:
        raise Broken(f"{what} does not fit what it is about")
    if not _fits(chain[0], parts.value, parts.attributes.dump(), hashes.SHA256()):
        raise Broken(f"{what} was altered: its signature does not fit")
    if len(chain) != len(sent) or parts.whole().dump() != der:
        raise Broken(f"{what} was altered beside what is signed")
    return parts, chain


def _ordered(sent: Sequence[x509.Certificate], serial: int, what: str) -> tuple[x509.Certificate, ...]:
    own = next((one for one in sent if one.serial_number == serial), None)
    if own is None:
        raise Broken(f"{what} does not bring the certificate of who signed it")
    chain = [own]
    by_name = {one.subject: one for one in sent}
    while chain[-1].issuer != chain[-1].subject and chain[-1].issuer in by_name:
        chain.append(by_name[chain[-1].issuer])
    return tuple(chain)


@_readable("the seal")
def check_seal_bytes(digest: bytes, seal: bytes, *, root: x509.Certificate) -> Stamped:
    """The seal is the company's over these bytes, and time-stamped; returns when."""
    parts, chain = _signed(seal, "the seal", detached=digest)
    stamped = check_stamp(parts.stamp, digest=hashlib.sha256(parts.value).digest(), root=root)
    check_chain((*chain, root), at=stamped.at)
    return Stamped(stamped.at, stamped.serial, chain[0])


def _stamp_within(unsigned: Any) -> bytes:
    (only,) = [one for one in unsigned if one["type"].native == "signature_time_stamp_token"]
    return bytes(only["values"][0].dump())
