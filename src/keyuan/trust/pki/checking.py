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
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar

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
from keyuan.trust.pki.strict import is_strict, is_strict_response

HALF: Final = 32
P = ParamSpec("P")
T = TypeVar("T")
UNREADABLE: Final = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
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
    """Something does not hold; the text says what, in English, and ``zh`` in Chinese."""

    def __init__(self, en: str, zh: str = "") -> None:
        super().__init__(en)
        self.zh = zh or en


class Named(NamedTuple):
    """What is checked, in words."""

    en: str
    zh: str


STAMP: Final = Named("the time stamp", "时间戳")
SEAL: Final = Named("the seal", "封印")


@dataclass(frozen=True, slots=True)
class Stamped:
    """What a time stamp says: when, and which certificate said so."""

    at: datetime
    serial: str
    signer: x509.Certificate


def readable(what: str, zh: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """What cannot be read is broken: libraries say so in many ways."""

    def decorate(check: Callable[P, T]) -> Callable[P, T]:
        @wraps(check)
        def checked(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return check(*args, **kwargs)
            except UNREADABLE as error:
                raise Broken(f"{what} cannot be read", f"{zh}无法读取") from error

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


@readable("a certificate", "证书")
def check_chain(chain: Sequence[x509.Certificate], *, at: datetime) -> None:
    """Each certificate signed by the next, the last by itself, all holding at a moment, and the upper ones authorities."""
    for depth, one in enumerate(chain):
        who = one.subject.rfc4514_string()
        if not one.not_valid_before_utc <= at < one.not_valid_after_utc:
            raise Broken(
                f"the certificate of {who} did not hold at {at.isoformat()}",
                f"证书 {who} 在 {at.isoformat()} 不在有效期内",
            )
        upper = chain[min(depth + 1, len(chain) - 1)]
        try:
            one.verify_directly_issued_by(upper)
        except (InvalidSignature, ValueError, TypeError) as error:
            by = upper.subject.rfc4514_string()
            raise Broken(
                f"the certificate of {who} was not signed by {by}", f"证书 {who} 不是由 {by} 签发的"
            ) from error
        if not is_strict(one):
            raise Broken(f"the certificate of {who} was altered beside what is signed", f"证书 {who} 在签名之外被改动")
        if depth:
            _must_be_an_authority(one, below=depth - 1)


def _must_be_an_authority(one: x509.Certificate, *, below: int) -> None:
    who = one.subject.rfc4514_string()
    try:
        basic = one.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = one.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound as error:
        raise Broken(f"the certificate of {who} is no authority's", f"证书 {who} 不是签发证书") from error
    if not basic.ca or not usage.key_cert_sign or (basic.path_length is not None and basic.path_length < below):
        raise Broken(f"the certificate of {who} may not issue certificates here", f"证书 {who} 在这里无权签发证书")


@readable("the answer about the certificate's status", "证书状态答复")
def check_status(
    der: bytes, *, certificate: x509.Certificate, issuer: x509.Certificate, root: x509.Certificate, at: datetime
) -> None:
    """The OCSP response says that the certificate was good at a moment, and comes from a responder of its issuer."""
    response = ocsp.load_der_ocsp_response(der)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise Broken("the answer about the certificate's status is none", "没有得到证书状态答复")
    if not is_strict_response(der):
        raise Broken(
            "the answer about the certificate's status was altered beside what is signed",
            "证书状态答复在签名之外被改动",
        )
    (responder,) = response.certificates
    single = next(iter(response.responses))
    if single.serial_number != certificate.serial_number:
        raise Broken(
            "the answer about the certificate's status is about another certificate", "状态答复说的是另一张证书"
        )
    if single.certificate_status is not ocsp.OCSPCertStatus.GOOD:
        raise Broken("the certificate was not good at that moment", "签名当时证书不是有效状态")
    ends = single.next_update_utc
    if not single.this_update_utc <= at or (ends is not None and at >= ends):
        raise Broken("the answer about the certificate's status is of another time", "状态答复不是签名当时的")
    check_chain((responder, issuer, root), at=at)
    if Use.OCSP_SIGNING not in _uses(responder):
        raise Broken("who answered about the certificate's status is no responder", "答复者不是状态查询服务")
    digest = response.signature_hash_algorithm
    if digest is None or not _fits(responder, response.signature, response.tbs_response_bytes, digest):
        raise Broken("the answer about the certificate's status was altered", "证书状态答复被改动")


def _uses(certificate: x509.Certificate) -> list[x509.ObjectIdentifier]:
    try:
        return list(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        return []


@readable("the time stamp", "时间戳")
def check_stamp(token: bytes, *, digest: bytes, root: x509.Certificate) -> Stamped:
    """The RFC 3161 token stamps this SHA-256 digest, signed by a time-stamp authority under the root."""
    parts, chain = _signed(token, STAMP)
    if parts.content_type != "tst_info":
        raise Broken("the time stamp is none", "不是时间戳")
    told = tsp.TSTInfo.load(parts.content or b"", strict=True).native
    imprint = told["message_imprint"]
    if (imprint["hash_algorithm"]["algorithm"], imprint["hashed_message"]) != ("sha256", digest):
        raise Broken("the time stamp is of something else", "时间戳盖的不是这份内容")
    at = told["gen_time"]
    check_chain((*chain, root), at=at)
    usage = chain[0].extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    if not usage.critical or list(usage.value) != [Use.TIME_STAMPING]:
        raise Broken("who stamped the time is no time-stamp authority", "盖时间戳的不是时间戳服务")
    return Stamped(at, f"{told['serial_number']:x}", chain[0])


def _signed(der: bytes, what: Named, *, detached: bytes | None = None) -> tuple[Parts, tuple[x509.Certificate, ...]]:
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
        raise Broken(f"{what.en} does not fit what it is about", f"{what.zh}与内容不符")
    if not _fits(chain[0], parts.value, parts.attributes.dump(), hashes.SHA256()):
        raise Broken(f"{what.en} was altered: its signature does not fit", f"{what.zh}被改动：签名不符")
    if len(chain) != len(sent) or parts.whole().dump() != der:
        raise Broken(f"{what.en} was altered beside what is signed", f"{what.zh}在签名之外被改动")
    return parts, chain


def _ordered(sent: Sequence[x509.Certificate], serial: int, what: Named) -> tuple[x509.Certificate, ...]:
    own = next((one for one in sent if one.serial_number == serial), None)
    if own is None:
        raise Broken(f"{what.en} does not bring the certificate of who signed it", f"{what.zh}没有带上签名者的证书")
    chain = [own]
    by_name = {one.subject: one for one in sent}
    while chain[-1].issuer != chain[-1].subject and chain[-1].issuer in by_name:
        chain.append(by_name[chain[-1].issuer])
    return tuple(chain)


@readable("the seal", "封印")
def check_seal_bytes(digest: bytes, seal: bytes, *, root: x509.Certificate) -> Stamped:
    """The seal is the company's over these bytes, and time-stamped; returns when."""
    parts, chain = _signed(seal, SEAL, detached=digest)
    stamped = check_stamp(parts.stamp, digest=hashlib.sha256(parts.value).digest(), root=root)
    check_chain((*chain, root), at=stamped.at)
    return Stamped(stamped.at, stamped.serial, chain[0])


def _stamp_within(unsigned: Any) -> bytes:
    (only,) = [one for one in unsigned if one["type"].native == "signature_time_stamp_token"]
    return bytes(only["values"][0].dump())
