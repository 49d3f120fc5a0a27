"""Rows made since a merge that belong to a row which goes back: a premium to its policy, a payment to its claim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import ForeignKey, Q

from keyuan.customers.merging.journal import contents_of, pack_key
from keyuan.customers.merging.rows import unpacked
from keyuan.customers.merging.tables import other_keys, pointers, rows_of
from keyuan.customers.models import Customer, Identifier, Merge, MergeStep
from keyuan.customers.states import IdentifierKind, StepKind

AnyKey = ForeignKey[Any, Any]
Rows = dict[str, set[Any]]
# What an identifier's ``subject_id`` is the number of: a plain column, for the registry lies below policies and claims.
SUBJECT_TABLES = {
    IdentifierKind.POLICY_NO: "policies.policy",
    IdentifierKind.PLATE: "policies.policy",
    IdentifierKind.VIN: "policies.policy",
    IdentifierKind.CLAIM_NO: "claims.claim",
}


def followers(merge: Merge, steps: Sequence[MergeStep]) -> list[tuple[AnyKey, list[Any]]]:
    """The rows of the kept customer, by the foreign key to change, that follow what goes back."""
    going = _going_back(merge, steps)
    not_theirs = _of_others(merge, steps)
    found: dict[AnyKey, set[Any]] = {}
    while True:
        news = 0
        for key in pointers(Customer):
            table = key.model._meta.label_lower
            known = going.get(table, set()) | not_theirs.get((table, key.name), set())
            fresh = _hanging_on(key, merge.kept_id, going) - known
            if fresh:
                going.setdefault(table, set()).update(fresh)
                found.setdefault(key, set()).update(fresh)
                news += len(fresh)
        if not news:
            return [(key, sorted(ids)) for key, ids in found.items()]


def _going_back(merge: Merge, steps: Sequence[MergeStep]) -> Rows:
    going: Rows = {}
    for step in steps:
        if step.kind == StepKind.MOVED and _is_of_customers(step, merge):
            going.setdefault(step.table, set()).update(contents_of(step)["ids"])
    return going


def _is_of_customers(step: MergeStep, merge: Merge) -> bool:
    contents = contents_of(step)
    return bool(contents["from"] == merge.dropped_id and contents["to"] == merge.kept_id)


def _of_others(merge: Merge, steps: Sequence[MergeStep]) -> dict[tuple[str, str], set[Any]]:
    """Rows that were the kept customer's own before, or came with another merge that still holds."""
    rows: dict[tuple[str, str], set[Any]] = {}
    others = MergeStep.objects.filter(
        merge__customer_id=merge.kept_id, merge__undone_at__isnull=True, kind=StepKind.MOVED
    ).exclude(merge=merge)
    for step in [*(one for one in steps if one.kind == StepKind.STAYED), *others]:
        rows.setdefault((step.table, step.column), set()).update(contents_of(step)["ids"])
    return rows


def _hanging_on(key: AnyKey, owner: int, going: Rows) -> set[Any]:
    condition = Q()
    for hook in other_keys(key.model):
        target = hook.related_model
        assert isinstance(target, type)  # noqa: S101  models are loaded
        ids = going.get(target._meta.label_lower)
        if ids and target is not Customer and not hook.primary_key:
            condition |= Q(**{f"{hook.attname}__in": [unpacked(target._meta.pk, each) for each in ids]})
    if key.model is Identifier:
        for kind, table in SUBJECT_TABLES.items():
            condition |= Q(kind=kind, subject_id__in=list(going.get(table, ())))
    if not condition:
        return set()
    found = rows_of(key.model).filter(condition, **{key.attname: owner}).values_list("pk", flat=True)
    # As the journal has them: a key that JSON knows as text is the same key.
    return {pack_key(key.model, each) for each in found}
