"""Whether a PDF is as we signed it, by pyHanko's validator and a root certificate; nothing is fetched.

Which bytes were altered is found without reading the document as one: each signature names the places of the file that it
covers and brings their digest, and what is covered by a signature that fits is unharmed.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from asn1crypto import cms
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESStatus
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from keyuan.trust.pki.checking import Broken, check_stamp

Ranges = tuple[tuple[int, int], ...]
RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")

#: What reading a file that was tampered with may end in.
UNREADABLE: Final = (
    PdfError,
    CMSExtractionError,
    SignatureValidationError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. ``why`` is empty if the document is as it was signed and the signature holds; ``zh`` in Chinese.

    ``ranges`` are the places of the file that the signature covers, as (first byte, one after the last); ``damaged`` those
    between which something was altered, as far as that can be told.
    """

    why: str
    zh: str = ""
    signed_at: datetime | None = None
    subject: str = ""
    serial: str = ""
    ranges: Ranges = ()
    damaged: Ranges = ()

    @property
    def holds(self) -> bool:
        return not self.why


def check_pdf(pdf: bytes, *, root: x509.Certificate, at: datetime | None = None) -> Checked:
    """Check the company's signature in a PDF with all that the file brings and the root alone.

    As of ``at``; without it as of the last time stamp in the file, which covers every byte: so it holds in fifty years as
    well. Whether an authority was withdrawn after that, only somebody who is online can ask.
    """
    try:
        reader = PdfFileReader(BytesIO(pdf))
        signatures, stamps = list(reader.embedded_regular_signatures), list(reader.embedded_timestamp_signatures)
        if len(signatures) != 1:
            many = len(signatures)
            raise Broken(f"the document has {many} signatures instead of one", f"文件有 {many} 个签名，应当正好一个")
        if not stamps:
            raise Broken("the document has no time stamp over its proofs", "文件没有覆盖全部证明的时间戳")
        _covers_all(stamps[-1], pdf, root)
        return _checked(signatures[0], root, at or _time_of(stamps[-1]))
    except Broken as broken:
        return Checked(why=str(broken), zh=broken.zh, damaged=damaged(pdf))
    except UNREADABLE as error:
        told = str(error) or type(error).__name__
        return Checked(why=f"the document cannot be read: {told}", zh=f"文件无法读取：{told}", damaged=damaged(pdf))


def _covers_all(stamp: EmbeddedPdfSignature, pdf: bytes, root: x509.Certificate) -> None:
    """The last time stamp covers every byte but those that it is written in, and these spell it in the one way."""
    begin, first, second, rest = (int(part) for part in stamp.byte_range)
    if begin or second + rest != len(pdf):
        end = second + rest
        raise Broken(f"bytes {end} to {len(pdf)} were added afterwards", f"字节 {end} 至 {len(pdf)} 是后来添加的")
    # The place is larger than the token: the rest is zeros.
    token: bytes = cms.ContentInfo.load(bytes(stamp.pkcs7_content)).dump()
    if pdf[first:second] != b"<" + token.hex().upper().encode().ljust(second - first - 2, b"0") + b">":
        raise Broken(
            f"bytes {first} to {second}, the time stamp, were altered", f"字节 {first} 至 {second}（时间戳）被改动"
        )
    check_stamp(token, digest=hashlib.sha256(pdf[:first] + pdf[second:]).digest(), root=root)


def damaged(pdf: bytes) -> Ranges:
    """Where something was altered: what the first signature that does not fit covers, without what fitting ones cover.

    Nothing if every digest fits (then a signature itself was altered), or if no signature is found.
    """
    fits: list[Ranges] = []
    fails: list[Ranges] = []
    for found in RANGE.finditer(pdf):
        begin, first, second, rest = (int(part) for part in found.groups())
        covered = ((begin, begin + first), (second, second + rest))
        (fits if _digest_within(pdf[begin + first : second]) == _digest(pdf, covered) else fails).append(covered)
    if not fails:
        return ()
    left: Ranges = ((0, max(end for ranges in fails for _, end in ranges)),)
    if not fits:
        left = min(fails, key=lambda ranges: ranges[-1][1])
    for ranges in fits:
        for one in ranges:
            left = _without(left, one)
    return left


def _digest(pdf: bytes, ranges: Ranges) -> bytes:
    return hashlib.sha256(b"".join(pdf[first:end] for first, end in ranges)).digest()


def _digest_within(written: bytes) -> bytes:
    """The digest that a signature brings: written in hexadecimal, as the attribute of the CMS or in the time stamp."""
    try:
        content = cms.ContentInfo.load(bytes.fromhex(written.strip(b"<>").decode("ascii")))["content"]
        if content["encap_content_info"]["content_type"].native == "tst_info":
            told = content["encap_content_info"]["content"].parsed["message_imprint"]["hashed_message"].native
        else:
            signed = content["signer_infos"][0]["signed_attrs"]
            told = next(one["values"][0].native for one in signed if one["type"].native == "message_digest")
        return bytes(told)
    except (*UNREADABLE, StopIteration):
        return b""


def _without(ranges: Ranges, taken: tuple[int, int]) -> Ranges:
    left: list[tuple[int, int]] = []
    for first, end in ranges:
        left += [(first, min(end, taken[0])), (max(first, taken[1]), end)]
    return tuple(sorted({one for one in left if one[0] < one[1]}))


def as_asn1(certificate: x509.Certificate) -> asn1.Certificate:
    """The certificate as pyHanko reads it."""
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


def _time_of(stamp: EmbeddedPdfSignature) -> datetime:
    """The moment that a document time stamp claims; whether rightly, the validation finds out."""
    told: datetime = stamp.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    return told


def _checked(one: EmbeddedPdfSignature, root: x509.Certificate, at: datetime) -> Checked:
    first, length, second, rest = (int(part) for part in one.byte_range)
    found: dict[str, Any] = {
        "ranges": ((first, first + length), (second, second + rest)),
        "subject": str(one.signer_cert.subject.native.get("common_name", "")),
        "serial": f"{one.signer_cert.serial_number:x}",
    }
    timing = ValidationTimingInfo(validation_time=at, best_signature_time=at, point_in_time_validation=True)
    result = asyncio.run(ades_lta_validation(one, _policy(root), timing_info=timing))
    status = result.api_status
    if result.ades_subindic.status is not AdESStatus.PASSED or status is None or not status.bottom_line:
        told = result.ades_subindic
        return Checked(why=f"the signature does not hold: {told}", zh=f"签名无效：{told}", **found)
    return Checked(why="", signed_at=result.best_signature_time, **found)


def _policy(root: x509.Certificate) -> PdfSignatureValidationSpec:
    certificates = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[as_asn1(root)]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=certificates,
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY
            ),
            # The root is asked for by name as well: it signed the list that the issuing authority stands on.
            local_knowledge=LocalKnowledge(known_certs=[as_asn1(root)]),
            key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
        )
    )
