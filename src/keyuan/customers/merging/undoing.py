"""Taking a merge back. Both customers are again as they were; what happened since goes where it belongs:

* Rows that the merge moved go back, with whatever was changed in them since.
* Rows made since stay with the kept customer, unless they hang on a row that goes back (a payment, a claim, a task of
  its policy): those follow it, and what hangs on them as well.
* A field that the merge set goes back to its value from before, unless it was edited since: then the edit stays, and the
  report names it. So does a consent that the customer withdrew since.
* What cannot go back because it is gone, or because somebody else has its place now, is named in the report.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import ForeignKey, Model

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers import events
from keyuan.customers.access import actor_of, locked, require
from keyuan.customers.merging import following
from keyuan.customers.merging.chains import builds_on, the_merge
from keyuan.customers.merging.doing import told_changes
from keyuan.customers.merging.journal import contents_of
from keyuan.customers.merging.rows import packed, packed_row, unpacked, unpacked_row
from keyuan.customers.merging.tables import other_keys, rows_of, table_named
from keyuan.customers.models import Consent, Customer, Identifier, Merge, MergeStep, Person
from keyuan.customers.queries.scope import visible
from keyuan.customers.refusals import LaterMergeFirst, MergeAlreadyUndone, OutsideScope
from keyuan.customers.registry import digest_of
from keyuan.customers.rules import PERSON_IDENTIFIERS
from keyuan.customers.states import StepKind
from keyuan.eventlog.actions import Line, record_many
from keyuan.eventlog.queries import of_customer
from keyuan.kernel.clock import now

if TYPE_CHECKING:
    from keyuan.kernel.actor import Actor


@dataclass
class Report:
    """``edited``: fields of the kept customer that were edited since the merge and stay so. ``followed``: rows made since
    that went with a row going back, by table. ``gone``: rows that are no longer there, or no longer the kept customer's.
    ``in_the_way``: rows that could not go back because another has their place.
    """

    edited: list[str] = field(default_factory=list)
    followed: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    in_the_way: dict[str, int] = field(default_factory=dict)

    def count(self, told: dict[str, int], table: str, rows: int = 1) -> None:
        if rows:
            told[table] = told.get(table, 0) + rows


@transaction.atomic
def undo_merge(merge_id: int, *, by: Viewer | Actor) -> Merge:
    """Both customers again; ``report`` of the merge says what stayed as it is now and why.

    Raises MergeNotFound, MergeAlreadyUndone, LaterMergeFirst, or OutsideScope if one of the two is not in scope.
    """
    require(by, Permission.MERGE_CUSTOMERS)
    merge = the_merge(merge_id, by=by)
    kept = locked(merge.customer_id, by=by, permission=Permission.MERGE_CUSTOMERS)
    merge = Merge.objects.select_for_update().get(pk=merge_id)
    if merge.undone_at is not None:
        raise MergeAlreadyUndone(by=merge.undone_by)
    later = builds_on(merge)
    if later is not None:
        raise LaterMergeFirst(number=later.dropped_number, name=later.dropped_name)
    return _Undoing(merge, kept, by).run()


class _Undoing:
    """One undo in its transaction."""

    def __init__(self, merge: Merge, kept: Customer, by: Viewer | Actor) -> None:
        self.merge, self.kept, self.by = merge, kept, by
        self.report = Report()
        self.reverted: dict[str, tuple[Any, Any]] = {}

    def run(self) -> Merge:
        merge = self.merge
        steps = list(merge.steps.order_by("-place"))
        followers = following.followers(merge, steps)
        for step in steps:
            model = table_named(step.table)
            if model is None or step.kind == StepKind.STAYED:
                continue
            self._take_back(step, model)
        for key, ids in followers:
            rows_of(key.model).filter(pk__in=ids).update(**{key.attname: merge.dropped_id})
            self.report.count(self.report.followed, key.model._meta.label_lower, len(ids))
        self._forget()
        restored = Customer.objects.get(pk=merge.dropped_id)
        if isinstance(self.by, Viewer) and not visible(self.by).filter(pk=restored.pk).exists():
            raise OutsideScope
        self._use_again(restored)
        self._name_edits()
        merge.undone_at, merge.undone_by = now(), actor_of(self.by).name[:120]
        merge.report = asdict(self.report)
        merge.save(update_fields=["undone_at", "undone_by", "report"])
        self._tell(restored)
        return merge

    def _take_back(self, step: MergeStep, model: type[Model]) -> None:
        contents = contents_of(step)
        if step.kind == StepKind.REMOVED:
            self._put_back(model, contents["row"])
        elif step.kind == StepKind.CHANGED:
            self._change_back(step, model, contents)
        elif step.kind == StepKind.ADDED:
            self._take_away(step, model, contents["row"])
        else:
            self._move_back(model._meta.get_field(step.column), contents)  # type: ignore[arg-type]

    def _put_back(self, model: type[Model], values: dict[str, Any]) -> None:
        row = unpacked_row(model, values)
        if self._lost_its_hook(row):
            self.report.count(self.report.gone, model._meta.label_lower)
            return
        try:
            with transaction.atomic():
                row.save_base(raw=True, force_insert=True)
        except IntegrityError:
            self.report.count(self.report.in_the_way, model._meta.label_lower)

    def _lost_its_hook(self, row: Model) -> bool:
        """Whether something that the row points at is no longer there (its household was dissolved meanwhile)."""
        for key in other_keys(type(row)):
            value = getattr(row, key.attname)
            target = key.related_model
            assert isinstance(target, type)  # noqa: S101  models are loaded
            if value is not None and not rows_of(target).filter(**{key.target_field.attname: value}).exists():
                return True
        return False

    def _change_back(self, step: MergeStep, model: type[Model], contents: dict[str, Any]) -> None:
        row = rows_of(model).filter(pk=step.row).first()
        if row is None:
            self.report.count(self.report.gone, step.table)
            return
        columns = {each.attname: each for each in model._meta.concrete_fields}
        before = {name: value for name, value in contents["before"].items() if name in columns}
        same = [name for name in before if packed(columns[name], getattr(row, name)) == contents["after"][name]]
        if (contents["together"] and len(same) < len(before)) or self._must_stay(row):
            same = []
        changes = {name: unpacked(columns[name], before[name]) for name in same}
        if model is type(self.kept) or model._meta.pk.is_relation:  # the customer, person or enterprise
            self.reverted |= {name: (getattr(row, name), value) for name, value in changes.items()}
        if changes:
            rows_of(model).filter(pk=row.pk).update(**changes)

    def _must_stay(self, row: Model) -> bool:
        if isinstance(row, Consent):
            # The customer's last word: a withdrawal since the merge holds for what the merge had ended as well.
            withdrawn = Consent.objects.filter(
                customer_id__in=(self.merge.kept_id, self.merge.dropped_id),
                purpose=row.purpose,
                withdrawn_at__gt=self.merge.merged_at,
            )
            return withdrawn.exists()
        if isinstance(row, Identifier) and row.sealed is not None:
            return not self._carried(row)
        return False

    def _carried(self, row: Identifier) -> bool:
        """Whether a field of its owner carries the value, so that no seal beside the identifier is needed."""
        person = Person.objects.filter(pk__in=(self.merge.kept_id, self.merge.dropped_id))
        values = [
            digest_of(kind, getattr(each, name))
            for each in person
            for name, kind in PERSON_IDENTIFIERS.items()
            if getattr(each, name)
        ]
        return bytes(row.digest) in values

    def _take_away(self, step: MergeStep, model: type[Model], values: dict[str, Any]) -> None:
        row = rows_of(model).filter(pk=step.row).first()
        if row is not None and packed_row(row) == values:
            rows_of(model).filter(pk=row.pk).delete()

    def _move_back(self, key: ForeignKey[Any, Any], contents: dict[str, Any]) -> None:
        origin, target = contents["from"], contents["to"]
        rows = rows_of(key.model).filter(pk__in=contents["ids"], **{key.attname: target})
        ids = list(rows.values_list("pk", flat=True))
        self.report.count(self.report.gone, key.model._meta.label_lower, len(contents["ids"]) - len(ids))
        try:
            with transaction.atomic():
                rows.update(**{key.attname: origin})
        except IntegrityError:
            for each in ids:
                self._move_one_back(key, each, origin)

    def _move_one_back(self, key: ForeignKey[Any, Any], row_id: Any, origin: Any) -> None:
        try:
            with transaction.atomic():
                rows_of(key.model).filter(pk=row_id).update(**{key.attname: origin})
        except IntegrityError:
            self.report.count(self.report.in_the_way, key.model._meta.label_lower)

    def _forget(self) -> None:
        """The kept customer's timeline no longer tells the other one's lines."""
        kept = Customer.objects.get(pk=self.merge.kept_id)
        theirs = {self.merge.dropped_id, *(self._row_of_dropped().get("absorbed_ids") or ())}
        left = [each for each in kept.absorbed_ids or () if each not in theirs]
        Customer.objects.filter(pk=kept.pk).update(absorbed_ids=left or None)

    def _row_of_dropped(self) -> dict[str, Any]:
        step = self.merge.steps.get(kind=StepKind.REMOVED, table=Customer._meta.label_lower)
        row: dict[str, Any] = contents_of(step)["row"]
        return row

    def _use_again(self, restored: Customer) -> None:
        """What the restored person's fields carry names them again, unless it names somebody else by now."""
        person = Person.objects.filter(pk=restored.pk).first()
        for name, kind in PERSON_IDENTIFIERS.items():
            value = None if person is None else getattr(person, name)
            if not value:
                continue
            rows = Identifier.objects.filter(digest=digest_of(kind, value))
            ended = rows.filter(customer_id=restored.pk, ended_on__gte=self.merge.merged_at.date())
            if rows.filter(ended_on__isnull=True).exists():
                continue
            row = ended.order_by("-pk").first()
            if row is not None:
                Identifier.objects.filter(pk=row.pk).update(ended_on=None)

    def _name_edits(self) -> None:
        """The kept customer's fields that were edited after the merge, from the log."""
        since = of_customer(self.merge.kept_id).filter(name=events.CHANGED.name, id__gt=self.merge.line_id)
        names = {name for line in since.only("payload") for name in line.payload.get("changes", ())}
        self.report.edited = sorted(names)

    def _tell(self, restored: Customer) -> None:
        actor, merge, kept = actor_of(self.by), self.merge, self.kept
        lines = []
        diff = {name: values for name, values in self.reverted.items() if not name.startswith("name_")}
        diff.pop("custom", None)
        if diff:
            told = told_changes(kept.kind, diff)
            subject = ("customer", kept.pk)
            lines.append(Line(events.CHANGED, actor, kept.pk, kept.org_unit_id, subject, {"changes": told}))
        for one, other in ((kept, restored), (restored, kept)):
            payload = {
                "merge_id": merge.pk,
                "number": other.number,
                "other_name": other.name,
                "kept_id": kept.pk,
                "dropped_id": restored.pk,
                "report": merge.report,
            }
            lines.append(Line(events.MERGE_UNDONE, actor, one.pk, one.org_unit_id, ("merge", merge.pk), payload))
        record_many(lines)
