"""Whether a PDF is as we signed it, by pyHanko's validator and a root certificate; nothing is fetched."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from asn1crypto import cms
from cryptography import x509
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

from keyuan.trust.documents.parts import as_asn1
from keyuan.trust.pki.checking import Broken, check_stamp

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
    """What a check found. ``why`` is empty if the document is as it was signed and the signature holds.

    ``ranges`` are the places of the file that the signature covers, as (first byte, one after the last).
    """

    why: str
    signed_at: datetime | None = None
    subject: str = ""
    serial: str = ""
    ranges: tuple[tuple[int, int], ...] = ()

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
            return Checked(why=f"the document has {len(signatures)} signatures instead of one")
        if not stamps:
            return Checked(why="the document has no time stamp over its proofs")
        _covers_all(stamps[-1], pdf, root)
        return _checked(signatures[0], root, at or _time_of(stamps[-1]))
    except Broken as broken:
        return Checked(why=str(broken))
    except UNREADABLE as error:
        return Checked(why=f"the document cannot be read: {error or type(error).__name__}")


def _covers_all(stamp: EmbeddedPdfSignature, pdf: bytes, root: x509.Certificate) -> None:
    """The last time stamp covers every byte but those that it is written in, and these spell it in the one way."""
    begin, first, second, rest = (int(part) for part in stamp.byte_range)
    if begin or second + rest != len(pdf):
        raise Broken(f"bytes {second + rest} to {len(pdf)} were added afterwards")
    # The place is larger than the token: the rest is zeros.
    token: bytes = cms.ContentInfo.load(bytes(stamp.pkcs7_content)).dump()
    if pdf[first:second] != b"<" + token.hex().upper().encode().ljust(second - first - 2, b"0") + b">":
        raise Broken(f"bytes {first} to {second}, the time stamp, were altered")
    check_stamp(token, digest=hashlib.sha256(pdf[:first] + pdf[second:]).digest(), root=root)


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
        return Checked(why=f"the signature does not hold: {result.ades_subindic}", **found)
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
