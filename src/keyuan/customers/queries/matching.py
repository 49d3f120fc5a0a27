"""What the finder of duplicates compares: names, dates and secrets in clear. It stays in the memory of the one who asks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from django.db import connection

from keyuan.accounts.roles import Permission
from keyuan.customers.names import search_forms
from keyuan.customers.queries.scope import visible
from keyuan.customers.states import CustomerKind, IdentifierKind

if TYPE_CHECKING:
    from datetime import date

    from keyuan.accounts.scope import Viewer

PERSON_COLUMNS = (
    "name", "name_pinyin", "name_initials", "person__sex", "person__birth_date", "person__document_kind",
    "person__id_number", "person__mobile", "person__email", "person__home_address", "person__home_phone",
    "person__bank_account", "person__employer",
)  # fmt: skip
ENTERPRISE_COLUMNS = (
    "name", "name_pinyin", "name_initials", "enterprise__uscc", "enterprise__legal_representative",
    "enterprise__contact_mobile", "enterprise__phone", "enterprise__email", "enterprise__address",
    "enterprise__bank_account", "enterprise__established_on",
)  # fmt: skip
COLUMNS = {CustomerKind.INDIVIDUAL: PERSON_COLUMNS, CustomerKind.ENTERPRISE: ENTERPRISE_COLUMNS}
# An identifier that more customers than this have had names a counter's telephone, not a person.
MOST_HOLDERS = 6
MOST_NAMESAKES = 300
# Where many are looked at together, a name that more people have says too little by itself.
FEW_NAMESAKES = 20
# Companies whose names begin alike are compared: the forms at their ends (有限公司, 股份有限公司) say nothing.
BEGINNING = 5
_SHARED = """
SELECT kind, array_agg(DISTINCT customer_id) FROM customers_identifier
WHERE kind = ANY(%s) {only}
GROUP BY kind, digest HAVING count(DISTINCT customer_id) BETWEEN 2 AND %s
"""
_BESIDE = """
WITH these AS (
    SELECT id, kind, name_pinyin, name_initials, birth_date FROM customers_customer
    LEFT JOIN customers_person ON customer_id = id WHERE id = ANY(%(ids)s)
)
SELECT beside.id FROM (SELECT DISTINCT kind, name_pinyin FROM these) AS one, LATERAL (
    SELECT id FROM customers_customer other WHERE other.name_pinyin = one.name_pinyin AND other.kind = one.kind LIMIT %(few)s
) AS beside
UNION SELECT beside.id FROM (SELECT DISTINCT kind, name_initials, birth_date FROM these) AS one, LATERAL (
    SELECT id FROM customers_customer other JOIN customers_person person ON person.customer_id = other.id
    WHERE other.name_initials = one.name_initials AND other.kind = one.kind AND person.birth_date = one.birth_date
    LIMIT %(most)s
) AS beside
UNION SELECT beside.id FROM (
    SELECT DISTINCT left(name, %(beginning)s) AS beginning FROM customers_customer
    WHERE id = ANY(%(ids)s) AND kind = 'enterprise'
) AS one, LATERAL (
    SELECT id FROM customers_customer other WHERE other.kind = 'enterprise'
    AND other.name ~>=~ one.beginning AND other.name ~<~ (one.beginning || %(after)s) LIMIT %(few)s
) AS beside
UNION SELECT theirs.customer_id FROM customers_identifier AS own, LATERAL (
    SELECT customer_id, kind FROM customers_identifier WHERE digest = own.digest AND ended_on IS NULL
    UNION ALL
    SELECT customer_id, kind FROM customers_identifier WHERE digest = own.digest AND ended_on IS NOT NULL
) AS theirs
WHERE own.customer_id = ANY(%(ids)s) AND own.kind = ANY(%(kinds)s) AND theirs.kind = own.kind
"""
# Of these customers' identifiers alone: those in use and former ones have an index each.
_OF_THESE = """AND id IN (
    SELECT theirs.id FROM customers_identifier AS own, LATERAL (
        SELECT id FROM customers_identifier WHERE digest = own.digest AND ended_on IS NULL
        UNION ALL SELECT id FROM customers_identifier WHERE digest = own.digest AND ended_on IS NOT NULL
    ) AS theirs WHERE own.customer_id = ANY(%s))"""
_TELLING = [
    kind.value for kind in (IdentifierKind.MOBILE, IdentifierKind.EMAIL, IdentifierKind.PLATE, IdentifierKind.VIN)
]


def matching_records(
    kind: CustomerKind, *, viewer: Viewer, ids: Collection[int] | None = None, batch: int = 5000
) -> Iterator[list[tuple[Any, ...]]]:
    """The customers of a kind in scope, in batches: id, and COLUMNS[kind] with the secrets in clear.

    Only for who may merge: the values are not shown but compared.
    """
    if not viewer.may(Permission.MERGE_CUSTOMERS) and not viewer.may(Permission.EDIT_CUSTOMERS):
        return
    rows = visible(viewer).filter(kind=kind)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    found: list[tuple[Any, ...]] = []
    for row in rows.values_list("pk", *COLUMNS[kind]).iterator(chunk_size=batch):
        found.append(row)
        if len(found) == batch:
            yield found
            found = []
    if found:
        yield found


def shared_identifiers(*, viewer: Viewer, ids: Collection[int] | None = None) -> list[tuple[str, tuple[int, ...]]]:
    """Identifiers that two customers or a few have had, one after the other: (kind, customers). In scope of the viewer."""
    only = "" if ids is None else _OF_THESE
    params: list[Any] = [_TELLING, *([] if ids is None else [list(ids)]), MOST_HOLDERS]
    if not viewer.is_staff:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_SHARED.format(only=only), params)
        rows = [(kind, tuple(holders)) for kind, holders in cursor.fetchall()]
    if viewer.sees_whole_company:
        return rows
    seen = set(
        visible(viewer).filter(pk__in={one for _, holders in rows for one in holders}).values_list("pk", flat=True)
    )
    return [
        (kind, tuple(one for one in holders if one in seen)) for kind, holders in rows if len(seen & {*holders}) > 1
    ]


def alike_ids(
    kind: CustomerKind, *, name: str, born: date | None, digests: Collection[bytes], viewer: Viewer
) -> list[int]:
    """Customers in scope worth comparing with one who is not registered yet: name that sounds so, birth date with the
    same initials, or an identifier (in use or former) with one of these digests."""
    if not viewer.may(Permission.EDIT_CUSTOMERS):
        return []
    forms = search_forms(name, person=kind == CustomerKind.INDIVIDUAL)
    rows = visible(viewer).filter(kind=kind).values_list("pk", flat=True)
    found = set(rows.filter(name_pinyin=forms.pinyin)[:MOST_NAMESAKES])
    if kind == CustomerKind.ENTERPRISE:
        found.update(rows.filter(name__startswith=name[:BEGINNING])[:MOST_NAMESAKES])
    if born is not None:
        found.update(rows.filter(name_initials=forms.initials, person__birth_date=born)[:MOST_NAMESAKES])
    if digests:
        # In use or former: each has an index of its own.
        for former in (False, True):
            had = rows.filter(identifiers__digest__in=list(digests), identifiers__ended_on__isnull=not former)
            found.update(had[:MOST_NAMESAKES])
    return sorted(found)


def ids_beside(ids: Collection[int], *, viewer: Viewer) -> list[int]:
    """These customers and those worth comparing with one of them, much as ``alike_ids`` says; in scope. One statement."""
    if not ids or not (viewer.may(Permission.MERGE_CUSTOMERS) or viewer.may(Permission.EDIT_CUSTOMERS)):
        return []
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"ids": list(ids), "kinds": _TELLING, "beginning": BEGINNING, "after": "\U0010ffff"}
        cursor.execute(_BESIDE, {**values, "most": MOST_NAMESAKES, "few": FEW_NAMESAKES})
        found = sorted({*ids, *(row[0] for row in cursor.fetchall())})
    if viewer.sees_whole_company:
        return found
    return list(visible(viewer).filter(pk__in=found).values_list("pk", flat=True))


def book_size() -> int:
    """About how many customers there are, from PostgreSQL's own statistics: no count over the book."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'customers_customer'::regclass")
        return int(cursor.fetchone()[0])
