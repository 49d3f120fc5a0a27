"""Which tables point at a row, and which of their rules two rows would break: read off the models, whoever wrote them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model, Q, QuerySet, UniqueConstraint


@cache
def pointers(model: type[Model]) -> tuple[ForeignKey[Any, Any], ...]:
    """Every foreign key to ``model``, those without a reverse name and those of many-to-many tables included."""
    found = []
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or not (relation.one_to_many or relation.one_to_one):
            continue
        key = relation.field  # type: ignore[union-attr]
        if isinstance(key, ForeignKey) and key.model._meta.managed and not key.model._meta.proxy:
            found.append(key)
    return tuple(sorted(found, key=lambda key: (key.model._meta.label_lower, key.name)))


@cache
def other_keys(model: type[Model]) -> tuple[ForeignKey[Any, Any], ...]:
    """The foreign keys of a table."""
    return tuple(field for field in model._meta.concrete_fields if isinstance(field, ForeignKey))


def rows_of(model: type[Model]) -> QuerySet[Any]:
    """All rows of a table, whatever its default manager leaves out."""
    return model._base_manager.all()


def table_named(label: str) -> type[Model] | None:
    """The model of a journal line; None if that table is gone."""
    try:
        return apps.get_model(label)
    except LookupError:
        return None


def twin_of(row: Model, key: ForeignKey[Any, Any], target: Any) -> Model | None:
    """The row that already stands where ``row`` would stand if ``key`` pointed at ``target``."""
    model = type(row)
    for names, condition in _unique(model):
        if key.name not in names:
            continue
        others = {_attname(model, name): getattr(row, _attname(model, name)) for name in names if name != key.name}
        if None in others.values():
            continue
        if condition is not None and not rows_of(model).filter(condition, pk=row.pk).exists():
            continue
        there = rows_of(model).filter(**{key.attname: target}, **others).exclude(pk=row.pk)
        twin: Model | None = (there if condition is None else there.filter(condition)).first()
        if twin is not None:
            return twin
    return None


def _attname(model: type[Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "attname"))  # noqa: B009  a reverse relation has none


def _unique(model: type[Model]) -> Iterator[tuple[tuple[str, ...], Q | None]]:
    for field in model._meta.concrete_fields:
        if field.unique:
            yield (field.name,), None
    for names in model._meta.unique_together:
        yield tuple(names), None
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.fields:
            yield tuple(constraint.fields), constraint.condition
