"""Migrating renders less than Django would, and ends with the same models."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel, RemoveIndex
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState, StateApps

from keyuan.kernel.migrating import without_rendering_again

KEY = ("id", models.BigAutoField(primary_key=True))
STEPS: tuple[Operation, ...] = (
    CreateModel("Holder", [KEY, ("name", models.CharField(max_length=9))]),
    CreateModel("Policy", [KEY, ("holder", models.ForeignKey("house.Holder", models.CASCADE))]),
    AddIndex("Holder", models.Index(fields=["name"], name="by_name")),
    AddIndex("Holder", models.Index(fields=["-name"], name="by_name_back")),
    AddConstraint("Holder", models.UniqueConstraint(fields=["name"], name="one_name")),
    CreateModel("Claim", [KEY, ("policy", models.ForeignKey("house.Policy", models.CASCADE))]),
    RemoveIndex("Holder", "by_name_back"),
    AddField("Holder", "first", models.ForeignKey("house.Policy", models.CASCADE, null=True, related_name="+")),
    AddField("Holder", "born", models.DateField(null=True)),
    CreateModel("Task", [KEY, ("holder", models.ForeignKey("house.Holder", models.CASCADE))]),
)


def told(apps: StateApps) -> dict[str, Any]:
    """What is known of each model: its fields, whom they refer to, who refers to it, its indexes and constraints."""
    known = {}
    for model in apps.get_models():
        meta = model._meta
        known[meta.model_name] = (
            {field.name: field.is_relation and field.related_model.__name__ for field in meta.fields},
            sorted(one.related_model.__name__ for one in meta.related_objects),
            [index.name for index in meta.indexes],
            [constraint.name for constraint in meta.constraints],
            [constraint.name for constraint in meta.total_unique_constraints],
        )
    return known


def strays(apps: StateApps) -> list[str]:
    """Relations that lead to a model which is no longer the registry's."""
    relations = [field for model in apps.get_models() for field in model._meta.get_fields() if field.is_relation]
    return [
        str(one) for one in relations if one.related_model is not apps.get_model("house", one.related_model.__name__)
    ]


def walked() -> list[dict[str, Any]]:
    """The models after each step, as the executor comes by them: rendered once, copied before each operation."""
    state = ProjectState()
    assert state.apps
    after = []
    for step in STEPS:
        state = state.clone()
        step.state_forwards("house", state)
        after.append(told(state.apps))
        assert after[-1] == told(ProjectState(state.models).apps)
    assert not strays(state.apps)
    return after


def test_the_models_are_those_that_django_renders_step_by_step() -> None:
    djangos = walked()
    before = ProjectState.add_model
    with without_rendering_again():
        assert ProjectState.add_model is not before
        ours = walked()
    assert ours == djangos
    assert ProjectState.add_model is before
    assert ours[-1]["holder"][1] == ["Policy", "Task"]
