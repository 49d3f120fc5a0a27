"""The identifier registry's own writing: digests, and one statement that claims several identifiers or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from keyuan.customers.masking import mask
from keyuan.customers.models import Identifier
from keyuan.customers.states import SEALED_KINDS, IdentifierKind
from keyuan.kernel.sealing import keyring

_CLAIM = """
INSERT INTO customers_identifier (kind, digest, plain, shown, customer_id, subject_id, since)
SELECT * FROM unnest(%s::text[], %s::bytea[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::date[])
ON CONFLICT (digest) WHERE ended_on IS NULL DO NOTHING
RETURNING digest
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A normalised value that shall name a customer from now on."""

    kind: IdentifierKind
    value: str
    customer_id: int
    subject_id: int | None = None
    since: date | None = None

    @property
    def digest(self) -> bytes:
        return digest_of(self.kind, self.value)


def digest_of(kind: IdentifierKind | str, value: str) -> bytes:
    """The blind index of a normalised value (kernel.sealing)."""
    return digests_of(kind, (value,))[0]


def digests_of(kind: IdentifierKind | str, values: Iterable[str]) -> list[bytes]:
    """The blind indexes of many values of one kind."""
    return keyring().digests(values, context=f"identifier.{IdentifierKind(kind).value}")


def shown_of(kind: IdentifierKind | str, value: str) -> str:
    """What a screen may print."""
    return mask(str(IdentifierKind(kind).value), value) if kind in SEALED_KINDS else value


def plain_of(kind: IdentifierKind | str, value: str) -> str | None:
    """The readable value; None for kinds that are secret."""
    return None if kind in SEALED_KINDS else value


def claim(claims: Iterable[Claim]) -> list[Claim]:
    """Write the claims and return those that somebody already holds, in one statement.

    ``ON CONFLICT`` waits for a transaction that is claiming the same value, so two at once cannot both win. Digests are
    written in order, so that two customers claiming each other's values do not wait for each other for ever.
    """
    by_digest = {one.digest: one for one in claims}
    if not by_digest:
        return []
    rows = sorted(by_digest.items())
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, _columns(rows))
        written = {bytes(row[0]) for row in cursor.fetchall()}
    return [one for digest, one in rows if digest not in written]


def holder_of(digest: bytes) -> int | None:
    """Whose the value is now; None if nobody's."""
    return Identifier.objects.filter(digest=digest, ended_on__isnull=True).values_list("customer_id", flat=True).first()


def _columns(rows: Sequence[tuple[bytes, Claim]]) -> list[list[object]]:
    claims = [one for _, one in rows]
    return [
        [one.kind.value for one in claims],
        [digest for digest, _ in rows],
        [plain_of(one.kind, one.value) for one in claims],
        [shown_of(one.kind, one.value) for one in claims],
        [one.customer_id for one in claims],
        [one.subject_id for one in claims],
        [one.since for one in claims],
    ]
