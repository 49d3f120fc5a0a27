"""Signing a PDF for the company."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSignatureMetadata,
    PdfSigner,
    TimestampDSSContentSettings,
)
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

from keyuan.kernel.clock import COMPANY_ZONE, now, today
from keyuan.kernel.typesetting import typeset
from keyuan.trust import authorities
from keyuan.trust.authorities import Known
from keyuan.trust.documents.parts import DIGEST, KeySigner, OwnTimeStamper, field_name
from keyuan.trust.keys import configured
from keyuan.trust.models import Certificate, CompanyKey
from keyuan.trust.pki.pdf import as_asn1
from keyuan.trust.refusals import DocumentNotSigned
from keyuan.trust.revocations import current_list, status_of
from keyuan.trust.states import Role

SEAL: Final = Path(__file__).with_name("seal.typ")
#: All proofs stand before the last time stamp, so that nothing of the file is behind it.
PROOFS: Final = DSSContentSettings(
    include_vri=False, next_ts_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
)
#: Where the seal is shown: on the last page, bottom right, in points from the bottom left corner of an A4 page.
BOX: Final = (420, 60, 539, 179)


def sign_pdf(
    pdf: bytes,
    reason: str,
    on: date | None = None,
    *,
    visible: bool = False,
    box: tuple[int, int, int, int] = BOX,
    page: int = -1,
) -> bytes:
    """The document with the company's certifying signature, PAdES B-LTA: afterwards nothing may be changed in it.

    ``reason`` is shown by readers of PDF. ``visible`` also shows the company's seal with the day ``on`` (today) at ``box``
    of a page. What was there before stays byte for byte. Raises DocumentNotSigned, NoAuthority, KeyUnavailable.
    """
    at = now()
    known = authorities.known(Role.DOCUMENTS, at=at)
    name = field_name("company")
    meta = PdfSignatureMetadata(
        field_name=name,
        md_algorithm=DIGEST,
        reason=reason,
        name=configured().company,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=True,
        use_pades_lta=True,
        timestamp_field_name=field_name("archive"),
        dss_settings=PROOFS,
        validation_context=_context(known, at),
    )
    with _style((on or today()) if visible else None) as style:
        signer = PdfSigner(
            meta,
            signer=KeySigner(known),
            timestamper=OwnTimeStamper(authorities.stamper(at=at), at),
            stamp_style=style,
            new_field_spec=SigFieldSpec(sig_field_name=name, on_page=page, box=box if visible else None),
        )
        try:
            return _signed(signer, pdf)
        except (PdfError, SigningError, PathError) as error:
            raise DocumentNotSigned(why=str(error)) from error


def _signed(signer: PdfSigner, pdf: bytes) -> bytes:
    written: Any = signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=BytesIO())
    made: bytes = written.getvalue()
    return made


def _context(known: Known, at: datetime) -> ValidationContext:
    """Everything about our certificates that a reader will ask for; nothing is fetched."""
    stamps = authorities.known(Role.TSA, at=at)
    keys = CompanyKey.objects.select_related("certificate__issuer__issuer")
    rows = Certificate.objects.select_related("issuer__issuer").filter(pk__in=(known.row_id, stamps.row_id))
    root = keys.get(certificate__role=Role.ROOT, certificate__serial=f"{known.root.serial_number:x}")
    return ValidationContext(
        trust_roots=[as_asn1(known.root)],
        other_certs=[as_asn1(one) for one in (known.certificate, *known.chain[:-1], stamps.certificate)],
        ocsps=[status_of(row, at=at) for row in rows],
        crls=[bytes(current_list(root).der)],
        revocation_mode="require",
        allow_fetching=False,
    )


@lru_cache(maxsize=8)
def _seal(company: str, day: str, at: datetime) -> bytes:
    return typeset(SEAL, {"company": company, "title": "电子签章", "day": day}, at=at)


@contextmanager
def _style(on: date | None) -> Iterator[StaticStampStyle | None]:
    """The seal of a day, in a file as long as pyHanko may read it; nothing without a day."""
    if on is None:
        yield None
        return
    at = datetime(on.year, on.month, on.day, tzinfo=COMPANY_ZONE)
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(_seal(configured().company, on.isoformat(), at))
        file.flush()
        yield StaticStampStyle.from_pdf_file(file.name, border_width=0)
