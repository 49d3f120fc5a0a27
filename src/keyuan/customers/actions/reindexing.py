"""Computing the blind index anew after its key has changed.

The order of work: put the key ring with the new index key in place and start every process again (from then on look-ups
use the new key, and customers not yet reached are found by name and number only), then run this until it returns None.
It goes by customer in order, a batch a transaction, and may be stopped at any time: rows that already carry the new digest
are left as they are, so it is safe to begin again from the start or from the last customer that it returned.
A secret value that has ended and is kept nowhere cannot be indexed again; nobody is found by it anyway.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from keyuan.customers.models import Identifier, Person
from keyuan.customers.registry import digest_of
from keyuan.customers.rules import PERSON_IDENTIFIERS
from keyuan.customers.states import SEALED_KINDS, IdentifierKind

BATCH = 2000
_FIELD_OF = {kind: field for field, kind in PERSON_IDENTIFIERS.items()}


def reindex_identifiers(*, after: int = 0, batch: int = BATCH) -> int | None:
    """Index the next ``batch`` customers after the customer ``after``; returns the last one done, None at the end."""
    wanted = Identifier.objects.filter(customer_id__gt=after).order_by("customer_id")
    ids = list(wanted.values_list("customer_id", flat=True).distinct()[:batch])
    if not ids:
        return None
    with transaction.atomic():
        rows = list(Identifier.objects.select_for_update().filter(customer_id__in=ids))
        people = {person.pk: person for person in Person.objects.filter(pk__in=ids)}
        Identifier.objects.bulk_update(list(_changed(rows, people)), ["digest"], batch_size=BATCH)
    return ids[-1]


def _changed(rows: list[Identifier], people: dict[int, Person]) -> Iterator[Identifier]:
    """The rows whose digest is not the one of the present key, with the present one."""
    for row in rows:
        value = _value_of(row, people.get(row.customer_id))
        if value is None:
            continue
        digest = digest_of(row.kind, value)
        if bytes(row.digest) != digest:
            row.digest = digest
            yield row


def _value_of(row: Identifier, person: Person | None) -> str | None:
    """The normalised value itself: readable, sealed beside the row, or in the field of the person that carries it."""
    kind = IdentifierKind(row.kind)
    if kind not in SEALED_KINDS:
        return row.plain
    if row.sealed is not None:
        return str(row.sealed)
    if person is None or row.ended_on is not None:
        return None
    value = getattr(person, _FIELD_OF[kind])
    return None if value is None else str(value)
