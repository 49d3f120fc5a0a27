"""At entry: who of those in scope is probably the customer that is about to be registered."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from keyuan.customers import queries as customers
from keyuan.customers.entry import Alike
from keyuan.customers.names import search_forms
from keyuan.customers.registry import digest_of
from keyuan.customers.rules import ENTERPRISE_IDENTIFIERS, PERSON_IDENTIFIERS, identifiers_in
from keyuan.customers.states import CustomerKind
from keyuan.duplicates.finding import SHARED, compare, frame_of, prepared, shared_pairs
from keyuan.duplicates.queries.review import in_words
from keyuan.duplicates.rules.compare import OF_COMPANIES, OF_PEOPLE
from keyuan.duplicates.rules.weights import probability

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.customers.drafts import CustomerDraft

NEW = 0
MOST = 5


def likely(draft: CustomerDraft, viewer: Viewer) -> list[Alike]:
    """Up to MOST customers in scope that are probably the draft's; nobody outside of it is compared or told."""
    kind, values = draft.kind, asdict(draft.details)
    kinds = PERSON_IDENTIFIERS if kind == CustomerKind.INDIVIDUAL else ENTERPRISE_IDENTIFIERS
    digests = [digest_of(each, value) for each, value in identifiers_in(values, kinds).values()]
    ids = customers.alike_ids(kind, name=draft.name, born=values.get("birth_date"), digests=digests, viewer=viewer)
    if not ids:
        return []
    rows = [row for batch in customers.matching_records(kind, viewer=viewer, ids=ids) for row in batch]
    size = customers.book_size()
    records = frame_of(kind, prepared(kind, [_row(draft, values), *rows]), size=size)
    had = [(identifier, (NEW, one)) for identifier, one in _formerly(digests, ids, viewer)]
    found = compare(kind, records, shared_pairs(had), size=size, only=NEW, largest_block=len(ids) + 1)
    weighed = {row["right"]: row for row in found.pairs.head(MOST).iter_rows(named=True)}
    seen = customers.visible(viewer).filter(pk__in=weighed).select_related("org_unit")
    told = [_told(one, weighed[one.pk], kind, size) for one in seen]
    return sorted(told, key=lambda one: -one.probability)


def _formerly(digests: list[bytes], ids: list[int], viewer: Viewer) -> list[tuple[str, int]]:
    """Who of them has had one of these identifiers."""
    rows = customers.visible(viewer).filter(pk__in=ids, identifiers__digest__in=digests, identifiers__kind__in=SHARED)
    return list(rows.values_list("identifiers__kind", "pk"))


def _row(draft: CustomerDraft, values: dict[str, Any]) -> tuple[Any, ...]:
    forms = search_forms(draft.name, person=draft.kind == CustomerKind.INDIVIDUAL)
    columns = customers.COLUMNS[draft.kind][3:]
    return (NEW, draft.name, forms.pinyin, forms.initials, *(values[name.partition("__")[2]] for name in columns))


def _told(customer: Any, row: dict[str, Any], kind: CustomerKind, size: int) -> Alike:
    names = OF_PEOPLE if kind == CustomerKind.INDIVIDUAL else OF_COMPANIES
    reasons = sorted((name for name in names if row[name] is not None), key=lambda name: -abs(row[f"w_{name}"]))
    words = tuple(in_words(name, row[name]) for name in reasons[:4])
    likelihood = probability(row["weight"], records=size)
    return Alike(customer.pk, customer.number, customer.name, customer.org_unit.label, likelihood, words)
