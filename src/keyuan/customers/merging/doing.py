"""Merging two customers: everything of both stays, nothing is written that the journal could not take back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from keyuan.accounts.roles import Permission
from keyuan.customers import events
from keyuan.customers.access import actor_of, locked
from keyuan.customers.actions.change import change_customer
from keyuan.customers.fields import CUSTOMER_FIELDS, details_model, sealed_fields
from keyuan.customers.merging import choices as chosen
from keyuan.customers.merging import ties
from keyuan.customers.merging.absorb import Absorber
from keyuan.customers.merging.journal import Journal, contents_of
from keyuan.customers.merging.rows import packed_row
from keyuan.customers.merging.tables import other_keys, pointers, rows_of
from keyuan.customers.models import Customer, Enterprise, Identifier, Merge, Person
from keyuan.customers.names import search_forms
from keyuan.customers.queries.profile import details_of
from keyuan.customers.refusals import MergeImpossible, MergeReasonMissing
from keyuan.customers.sealed_changes import packed
from keyuan.customers.states import CustomerKind, StepKind
from keyuan.eventlog.actions import Line, record_many
from keyuan.kernel.clock import today

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.kernel.actor import Actor

NAME_FORMS = ("name", "name_pinyin", "name_initials", "name_grams")


@transaction.atomic
def merge(
    keep_id: int, drop_id: int, *, choices: chosen.Choices | None = None, reason: str, by: Viewer | Actor
) -> Merge:
    """The dropped customer's record goes into the kept one's, whole; returns the merge, which ``undo_merge`` takes back.

    ``choices`` says of a field ``"keep"``, ``"drop"`` (the dropped one's value) or ``Other(value)``; where it says
    nothing, the kept one's value stays and its gaps are filled. ``household`` and ``servicing`` choose whose. Both
    customers must be in scope. Raises CustomerNotFound, MergeImpossible, MergeReasonMissing, DocumentsDiffer,
    RowsInTheWay, FieldUnknown and what the rules say of contradictions.
    """
    if keep_id == drop_id:
        raise MergeImpossible
    rows = {each: locked(each, by=by, permission=Permission.MERGE_CUSTOMERS) for each in sorted((keep_id, drop_id))}
    kept, dropped = rows[keep_id], rows[drop_id]
    if kept.kind != dropped.kind:
        raise MergeImpossible
    if not reason.strip():
        raise MergeReasonMissing(field="reason")
    return _Merging(kept, dropped, choices or {}, by).run(reason.strip())


class _Merging:
    """One merge in its transaction."""

    def __init__(self, kept: Customer, dropped: Customer, choices: chosen.Choices, by: Viewer | Actor) -> None:
        self.kept, self.dropped, self.choices, self.by = kept, dropped, choices, by
        self.before = _values(kept), _values(dropped)
        self.changes = chosen.settled(kept.kind, *self.before, choices)

    def run(self, reason: str) -> Merge:
        kept, dropped = self.kept, self.dropped
        merge = Merge.objects.create(
            customer=kept,
            kept_id=kept.pk,
            dropped_id=dropped.pk,
            dropped_number=dropped.number,
            dropped_name=dropped.name,
            reason=reason[:200],
            merged_by=actor_of(self.by).name[:120],
        )
        self.journal = Journal(merge)
        self._settle_ties()
        Absorber(self.journal, today()).absorb(Customer, dropped.pk, kept.pk, besides=self._own_tables())
        self._note_what_stays()
        self._take_values()
        self._take_others()
        details = details_of(dropped)
        if details is not None and rows_of(type(details)).filter(pk=details.pk).exists():
            self.journal.remove(details)
        kept.absorbed_ids = [*(kept.absorbed_ids or ()), dropped.pk, *(dropped.absorbed_ids or ())]
        Customer.objects.filter(pk=kept.pk).update(absorbed_ids=kept.absorbed_ids)
        self.journal.remove(dropped)
        self.journal.close()
        self._tell(merge)
        return merge

    def _own_tables(self) -> tuple[type[Any], ...]:
        """Person or enterprise go field by field, where both have one."""
        both = details_of(self.kept) is not None and details_of(self.dropped) is not None
        return (details_model(self.kept.kind),) if both else ()

    def _settle_ties(self) -> None:
        kept, dropped = self.kept.pk, self.dropped.pk
        ties.settle_consents(self.journal, kept, dropped)
        if self.choices.get(chosen.HOUSEHOLD) == chosen.DROP:
            ties.give_up_household(self.journal, kept, dropped)
        if self.choices.get(chosen.SERVICING) == chosen.DROP:
            ties.give_up_agent(self.journal, kept, dropped, on=today())
        if self.kept.kind == CustomerKind.INDIVIDUAL:
            of_kept, of_dropped = self.before
            owners = ((kept, of_kept), (dropped, of_dropped))
            ties.seal_what_no_field_carries(self.journal, owners, {**of_kept, **self.changes})

    def _note_what_stays(self) -> None:
        """Rows of the kept customer that hung on the dropped one's rows before: they stay when the merge is undone."""
        moved = moved_rows(self.journal)
        for key in pointers(Customer):
            for hook in other_keys(key.model):
                ids = moved.get(hook.related_model._meta.label_lower)
                if hook.name == key.name or not ids:
                    continue
                own = rows_of(key.model).filter(**{key.attname: self.kept.pk, f"{hook.attname}__in": ids})
                stays = own.exclude(pk__in=moved.get(key.model._meta.label_lower, ())).values_list("pk", flat=True)
                if stays:
                    self.journal.note_stayed(key, stays)

    def _take_values(self) -> None:
        kept, changes = self.kept, dict(self.changes)
        if "name" in changes:
            forms = search_forms(changes["name"], person=kept.kind == CustomerKind.INDIVIDUAL)
            values = (changes.pop("name"), forms.pinyin, forms.initials, list(forms.grams))
            self.journal.change(kept, dict(zip(NAME_FORMS, values, strict=True)), together=True)
        own = {name: changes.pop(name) for name in CUSTOMER_FIELDS if name in changes}
        if isinstance(getattr(kept, "custom", None), dict):
            own["custom"] = chosen.custom_values(kept.custom, self.dropped.custom, self.choices)
        for name, value in own.items():
            self.journal.change(kept, {name: value})
        details = details_of(kept)
        if details is not None and changes:
            self.journal.change(details, changes)

    def _take_others(self) -> None:
        """Third values go the way of every correction; what that did is journalled by comparing before and after."""
        wanted = chosen.others(self.choices)
        if not wanted:
            return
        before = _snapshot(self.kept)
        change_customer(self.kept.pk, changes=wanted, by=actor_of(self.by))
        for key, (row, values) in _snapshot(self.kept).items():
            if key not in before:
                self.journal.note_added(row)
                continue
            old = before[key][1]
            changed = [name for name, value in values.items() if old[name] != value]
            if changed:
                after = {name: values[name] for name in changed}
                self.journal.note_change(row, {name: old[name] for name in changed}, after)
        self.kept.refresh_from_db()

    def _tell(self, merge: Merge) -> None:
        kept, dropped, actor = self.kept, self.dropped, actor_of(self.by)
        lines = []
        if self.changes:
            told = told_changes(kept.kind, {name: (self.before[0][name], new) for name, new in self.changes.items()})
            subject = ("customer", kept.pk)
            lines.append(Line(events.CHANGED, actor, kept.pk, kept.org_unit_id, subject, {"changes": told}))
        # Told once: the dropped customer's lines are read with the kept one's from now on.
        payload = {
            "merge_id": merge.pk,
            "number": dropped.number,
            "other_name": dropped.name,
            "text": merge.reason,
            "kept_id": kept.pk,
            "dropped_id": dropped.pk,
        }
        lines.append(Line(events.MERGED, actor, kept.pk, kept.org_unit_id, ("merge", merge.pk), payload))
        merge.line_id = record_many(lines)[-1].pk
        merge.save(update_fields=["line_id"])


def told_changes(kind: str, diff: dict[str, tuple[Any, Any]]) -> dict[str, list[Any]]:
    """Before and after of each field as the log's ``customer.changed`` has them."""
    sealed = sealed_fields(kind)
    return {
        name: [packed(name, before, sealed=name in sealed), packed(name, after, sealed=name in sealed)]
        for name, (before, after) in diff.items()
    }


def moved_rows(journal: Journal) -> dict[str, set[Any]]:
    """The rows that have moved, by table, as JSON has their keys."""
    moved: dict[str, set[Any]] = {}
    for step in journal.steps:
        if step.kind == StepKind.MOVED:
            moved.setdefault(step.table, set()).update(contents_of(step)["ids"])
    return moved


def _values(customer: Customer) -> dict[str, Any]:
    """Every field that can be chosen, by attribute name; an absent details row has nothing in it."""
    details: Person | Enterprise = details_of(customer) or details_model(customer.kind)()
    own = (*chosen.OWN_FIELDS, "source_detail")
    return {name: getattr(customer if name in own else details, name) for name in chosen.field_names(customer.kind)}


def _snapshot(customer: Customer) -> dict[tuple[str, Any], tuple[Any, dict[str, Any]]]:
    """The rows that a correction may touch, packed."""
    rows = [
        *Customer.objects.filter(pk=customer.pk),
        *rows_of(details_model(customer.kind)).filter(pk=customer.pk),
        *Identifier.objects.filter(customer_id=customer.pk),
    ]
    return {(row._meta.label_lower, row.pk): (row, packed_row(row)) for row in rows}
