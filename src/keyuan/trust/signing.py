"""What is asked of a certificate before anything is signed with it, and what a document must say to be signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.trust import authorities, rules
from keyuan.trust.models import Certificate
from keyuan.trust.pki.checking import Broken, check_chain
from keyuan.trust.refusals import (
    CertificateExpired,
    CertificateNotYetValid,
    CertificateRevoked,
    ChainBroken,
    SubjectNotSigned,
)
from keyuan.trust.states import Standing

Subject = tuple[str, str | int]


def statement(subject: Subject, **content: Any) -> dict[str, Any]:
    """A document to be signed for a subject: it names what it is for, so that its signature fits nothing else."""
    return {**content, "subject": {"kind": subject[0], "id": str(subject[1])}}


def must_name(document: Mapping[str, Any], subject: Subject) -> None:
    """Raise SubjectNotSigned unless the document names the subject."""
    if document.get("subject") != {"kind": subject[0], "id": str(subject[1])}:
        raise SubjectNotSigned


def must_hold(row: Certificate, *, at: datetime) -> None:
    """Raise CertificateRevoked, CertificateExpired, CertificateNotYetValid or ChainBroken unless it holds now."""
    found = rules.standing(not_before=row.not_before, not_after=row.not_after, revoked_at=row.revoked_at, at=at)
    if found is Standing.REVOKED and row.revoked_at is not None:
        raise CertificateRevoked(day=_day(row.revoked_at))
    if found is Standing.EXPIRED:
        raise CertificateExpired(day=_day(row.not_after))
    if found is Standing.NOT_YET:
        raise CertificateNotYetValid(day=_day(row.not_before))
    issuer = row.issuer
    while issuer is not None:
        if issuer.revoked_at is not None and issuer.revoked_at <= at:
            raise ChainBroken
        issuer = issuer.issuer
    try:
        check_chain((authorities.loaded(bytes(row.der)), *authorities.above(row)), at=at)
    except Broken as broken:
        raise ChainBroken from broken


def _day(at: datetime) -> str:
    return at.astimezone(COMPANY_ZONE).date().isoformat()
