"""Signed data (CMS, RFC 5652), as time stamps and seals are made of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from keyuan.trust.pki.profiles import Issuer

_SHA256: Final[bytes] = algos.DigestAlgorithm({"algorithm": "sha256"}).dump()


def sha256() -> algos.DigestAlgorithm:
    """Made anew each time: a structure that stands in two others is changed by both."""
    return algos.DigestAlgorithm.load(_SHA256)


def attribute(kind: str, value: Any) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": kind, "values": [value]})


def signed_data(
    content_type: str,
    content: bytes,
    *,
    signer: Issuer,
    at: datetime,
    certificates: Iterable[x509.Certificate],
    detached: bool,
) -> Parts:
    """The content signed by one signer, with the attributes of CAdES (RFC 5126): type, digest, time, whose certificate."""
    attributes = cms.CMSAttributes(
        [
            attribute("content_type", content_type),
            attribute("signing_time", cms.Time({"utc_time": at.replace(microsecond=0)})),
            attribute("message_digest", hashlib.sha256(content).digest()),
            cms.CMSAttribute.load(_names(signer.certificate.public_bytes(Encoding.DER))),
        ]
    ).dump()
    value = signer.key.sign(attributes, ec.ECDSA(hashes.SHA256()))
    return Parts(
        content_type,
        None if detached else content,
        signer.certificate,
        # Read from its bytes: what is still being put together is written anew by all that it is put into.
        cms.CMSAttributes.load(attributes),
        value,
        tuple(certificates),
    )


@lru_cache(maxsize=16)
def _names(certificate: bytes) -> bytes:
    """The attribute that names the signer's certificate (RFC 5816), as DER: the same in each of its signatures."""
    reference = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate).digest()})
    made: bytes = attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [reference]})).dump()
    return made


@dataclass(frozen=True, slots=True)
class Parts:
    """What signed data is made of. The same parts always give the same bytes: so whoever checks notices every other bit."""

    content_type: str
    content: bytes | None
    signer: x509.Certificate
    attributes: cms.CMSAttributes
    value: bytes
    certificates: tuple[x509.Certificate, ...]
    stamp: bytes = b""

    def stamped(self, token: bytes) -> Parts:
        """The same with a time stamp over its signature."""
        return replace(self, stamp=token)

    def whole(self) -> cms.ContentInfo:
        """The signed data."""
        known = asn1.Certificate.load(self.signer.public_bytes(Encoding.DER))
        info: dict[str, Any] = {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                name="issuer_and_serial_number",
                value=cms.IssuerAndSerialNumber({"issuer": known.issuer, "serial_number": known.serial_number}),
            ),
            "digest_algorithm": sha256(),
            "signed_attrs": self.attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": self.value,
        }
        if self.stamp:
            token = cms.ContentInfo.load(self.stamp)
            info["unsigned_attrs"] = cms.CMSAttributes([attribute("signature_time_stamp_token", token)])
        inner: dict[str, Any] = {"content_type": self.content_type}
        if self.content is not None:
            inner["content"] = cms.ParsableOctetString(self.content)
        body: dict[str, Any] = {
            # RFC 5652 §5.1: 3 for any content that is not plain data.
            "version": "v1" if self.content_type == "data" else "v3",
            "digest_algorithms": cms.DigestAlgorithms([sha256()]),
            "encap_content_info": inner,
            "signer_infos": [cms.SignerInfo(info)],
        }
        if self.certificates:
            along = sorted(one.public_bytes(Encoding.DER) for one in self.certificates)
            body["certificates"] = [asn1.Certificate.load(one) for one in along]
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(body)})
