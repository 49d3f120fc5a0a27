"""A time-stamp authority (RFC 3161, with the certificate named as RFC 5816 asks)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from asn1crypto import cms, core, tsp
from cryptography import x509

from keyuan.trust.pki.profiles import Issuer
from keyuan.trust.pki.signed import signed_data

LENGTHS: Final = {"sha256": 32, "sha384": 48, "sha512": 64}
LONGEST: Final = 4_000


@dataclass(frozen=True, slots=True)
class Stamper:
    """The authority's key, the certificates above it, and its policy."""

    signer: Issuer
    chain: Sequence[x509.Certificate]
    policy: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """A token, with its serial number in hexadecimal and the moment that it attests (whole seconds)."""

    token: bytes
    serial: str
    at: datetime


def stamp(digest: bytes, *, stamper: Stamper, at: datetime) -> Stamp:
    """A token for a SHA-256 digest, with the certificates that it is checked with."""
    imprint = tsp.MessageImprint({"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest})
    token, serial = _token(imprint, stamper=stamper, at=at, nonce=None, with_certificates=True)
    return Stamp(token.dump(), f"{serial:x}", at.replace(microsecond=0))


def digest_of(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


class Refused(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """A response without a token; asn1crypto's own insists on one."""

    _fields = [("status", tsp.PKIStatusInfo)]


def reply(der: bytes, *, stamper: Stamper, at: datetime) -> bytes:
    """The response to a request, granted or refused with its reason."""
    said: bytes = reply_to(der, stamper=stamper, at=at).dump()
    return said


def reply_to(der: bytes, *, stamper: Stamper, at: datetime) -> tsp.TimeStampResp | Refused:
    """The same before it is bytes."""
    try:
        request = tsp.TimeStampReq.load(der, strict=True)
        wrong = _wrong_with(request, stamper)
        told = request["nonce"].native, bool(request["cert_req"].native)
    except (ValueError, TypeError, KeyError):
        return _refused("bad_data_format")
    if wrong:
        return _refused(wrong)
    nonce, with_certificates = told
    token, _ = _token(
        request["message_imprint"], stamper=stamper, at=at, nonce=nonce, with_certificates=with_certificates
    )
    return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})


def _wrong_with(request: tsp.TimeStampReq, stamper: Stamper) -> str:
    imprint = request["message_imprint"]
    length = LENGTHS.get(imprint["hash_algorithm"]["algorithm"].native)
    if length is None:
        return "bad_alg"
    if len(imprint["hashed_message"].native) != length or request["version"].native != "v1":
        return "bad_data_format"
    if request["req_policy"].native is not None and request["req_policy"].dotted != stamper.policy:
        return "unaccepted_policy"
    if request["extensions"].native:
        return "unaccepted_extensions"
    return ""


def _refused(why: str) -> Refused:
    return Refused({"status": {"status": "rejection", "fail_info": {why}}})


def _token(
    imprint: tsp.MessageImprint, *, stamper: Stamper, at: datetime, nonce: int | None, with_certificates: bool
) -> tuple[cms.ContentInfo, int]:
    moment, serial = at.replace(microsecond=0), secrets.randbits(127)
    told: dict[str, Any] = {
        "version": "v1",
        "policy": stamper.policy,
        "message_imprint": imprint,
        "serial_number": serial,
        "gen_time": moment,
        "accuracy": {"seconds": 1},
        "ordering": False,
    }
    if nonce is not None:
        told["nonce"] = nonce
    made = signed_data(
        "tst_info",
        tsp.TSTInfo(told).dump(),
        signer=stamper.signer,
        at=moment,
        # Whoever checks has the root, or does not trust us.
        certificates=(stamper.signer.certificate, *stamper.chain[:-1]) if with_certificates else (),
        detached=False,
    )
    return made.whole(), serial
