"""Whether certificates still hold, as outsiders ask: revocation lists, and answers of the responder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from django.db import connection, transaction

from keyuan.kernel.clock import now
from keyuan.trust import authorities
from keyuan.trust.models import Certificate, CompanyKey, RevocationList
from keyuan.trust.pki import lists, status
from keyuan.trust.refusals import KeyUnavailable, NoAuthority
from keyuan.trust.states import Role

LOCK: Final = 0x7472756C
#: How long a list may be used, and how old it grows before another is made even if nothing has changed.
LIST_HOLDS: Final = {Role.ROOT: timedelta(days=400), Role.ISSUING: timedelta(days=7)}
LIST_FRESH: Final = {Role.ROOT: timedelta(days=30), Role.ISSUING: timedelta(hours=12)}


def current_list(authority: CompanyKey) -> RevocationList:
    """The newest list; a new one if something was revoked since, or the last grows old."""
    at = now()
    newest = authority.lists.order_by("-number").first()
    if newest is not None and not _is_stale(authority, newest, at):
        return newest
    try:
        return publish(authority)
    except KeyUnavailable:
        # The root's key may be locked away: its list then stands until somebody brings the key (keyuan trust lists).
        if newest is None or newest.next_update <= at:
            raise
        return newest


def _is_stale(authority: CompanyKey, newest: RevocationList, at: datetime) -> bool:
    if at - newest.this_update >= LIST_FRESH[Role(authority.role)]:
        return True
    since = Certificate.objects.filter(issuer_id=authority.certificate_id, revoked_at__gte=newest.this_update)
    # A list says whole seconds: what was revoked in its own second may stand in it already.
    if newest.this_update <= at - timedelta(seconds=2):
        return since.exists()
    return any(not _lists(newest, serial) for serial in since.values_list("serial", flat=True))


def _lists(one: RevocationList, serial: str) -> bool:
    known = x509.load_der_x509_crl(bytes(one.der))
    return known.get_revoked_certificate_by_serial_number(int(serial, 16)) is not None


@transaction.atomic
def publish(authority: CompanyKey) -> RevocationList:
    """The next list of an authority. What is revoked stands in it until the list after its certificate has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, authority.pk % 2**31])
    at = now().replace(microsecond=0)
    newest = authority.lists.order_by("-number").first()
    signer = authorities.ready(authority)
    made = RevocationList(
        authority=authority,
        number=1 if newest is None else newest.number + 1,
        this_update=at,
        next_update=min(at + LIST_HOLDS[Role(authority.role)], authority.certificate.not_after),
    )
    made.der = lists.revocation_list(
        signer.issuer,
        number=made.number,
        revoked=_revoked(authority, ended_after=at if newest is None else newest.this_update),
        this_update=at,
        next_update=made.next_update,
    )
    made.save()
    return made


def publish_all() -> list[RevocationList]:
    """The next list of every authority whose certificate has not ended; raises KeyUnavailable."""
    rows = CompanyKey.objects.select_related("certificate__issuer__issuer").filter(
        role__in=(Role.ROOT, Role.ISSUING), certificate__not_after__gt=now()
    )
    return [publish(row) for row in rows.order_by("pk")]


def _revoked(authority: CompanyKey, *, ended_after: datetime) -> Iterator[lists.Revoked]:
    rows = Certificate.objects.filter(
        issuer_id=authority.certificate_id, revoked_at__isnull=False, not_after__gt=ended_after
    ).order_by("revoked_at", "pk")
    for serial, at, reason in rows.values_list("serial", "revoked_at", "reason").iterator():
        if at is not None:
            yield int(serial, 16), at, reason


def respond(request: bytes) -> bytes:
    """The responder's answer to an OCSP request."""
    question = status.read(request)
    if question is None:
        return status.MALFORMED
    at = now()
    issuer = _issuer_meant(question)
    if issuer is None:
        return status.UNAUTHORIZED
    try:
        responder = authorities.responder_for(issuer, at=at)
    except (KeyUnavailable, NoAuthority):
        return status.TRY_LATER
    row = Certificate.objects.filter(issuer=issuer, serial=f"{question.serial:x}").first()
    return status.answer(question, _fact(row), responder=responder.issuer, at=at)


def _fact(row: Certificate | None) -> status.Fact:
    if row is None:
        return status.Fact(known=False)
    return status.Fact(known=True, revoked_at=row.revoked_at, reason=row.reason)


def _issuer_meant(question: status.Question) -> Certificate | None:
    rows = Certificate.objects.filter(role=Role.ISSUING).order_by("-pk")
    return next((row for row in rows if question.is_about(authorities.loaded(bytes(row.der)))), None)


def status_of(row: Certificate, *, at: datetime) -> bytes:
    """What our responder says at this moment of a certificate that an issuing authority made: kept with what it signed.

    Raises NoAuthority, KeyUnavailable.
    """
    if row.issuer is None:
        raise NoAuthority
    responder = authorities.responder_for(row.issuer, at=at)
    question = status.about(authorities.loaded(bytes(row.der)), responder.chain[0])
    return status.answer(question, _fact(row), responder=responder.issuer, at=at)
