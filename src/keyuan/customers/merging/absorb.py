"""Everything that points at one row shall point at another: the heart of a merge, over whatever tables there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ForeignKey, Model

from keyuan.customers.merging.clashes import rule_of
from keyuan.customers.merging.journal import Journal
from keyuan.customers.merging.tables import pointers, rows_of, twin_of
from keyuan.customers.refusals import RowsInTheWay

AnyKey = ForeignKey[Any, Any]


@dataclass(frozen=True, slots=True)
class Absorber:
    """Moves rows and settles clashes, each step in the journal. ``on`` is the day of the merge."""

    journal: Journal
    on: date

    def absorb(self, model: type[Model], loser: Any, winner: Any, *, besides: tuple[type[Model], ...] = ()) -> None:
        """Let every row that points at the row ``loser`` of ``model`` point at ``winner``, but for the tables ``besides``."""
        for key in pointers(model):
            if key.model not in besides:
                self._repoint(key, loser, winner)

    def _repoint(self, key: AnyKey, loser: Any, winner: Any) -> None:
        ids = list(rows_of(key.model).filter(**{key.attname: loser}).order_by("pk").values_list("pk", flat=True))
        if not ids or self._moved(key, ids, loser, winner):
            return
        for each in ids:
            if not self._moved(key, [each], loser, winner):
                self._settle(key, rows_of(key.model).get(pk=each), loser, winner)

    def _moved(self, key: AnyKey, ids: list[Any], loser: Any, winner: Any) -> bool:
        try:
            with transaction.atomic():
                self.journal.move(key, ids, origin=loser, target=winner)
        except IntegrityError:
            return False
        return True

    def _settle(self, key: AnyKey, row: Model, loser: Any, winner: Any) -> None:
        twin = twin_of(row, key, winner)
        if twin is None:
            # No row stands in its place: the row says something of two customers who are one now (they were relatives).
            if _has_dependants(row):
                raise RowsInTheWay(table=key.model._meta.verbose_name)
            self.journal.remove(row)
            return
        settled = rule_of(key.model._meta.label_lower)(twin, row, on=self.on)
        self.journal.change(twin, settled.keep)
        if settled.drop is not None:
            self.journal.change(row, settled.drop)
            if self._moved(key, [row.pk], loser, winner):
                return
        self.absorb(key.model, row.pk, twin.pk)
        self.journal.remove(row, twin=twin)


def _has_dependants(row: Model) -> bool:
    return any(rows_of(key.model).filter(**{key.attname: row.pk}).exists() for key in pointers(type(row)))
