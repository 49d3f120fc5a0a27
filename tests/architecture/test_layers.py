"""Rooms depend downwards: imports, foreign keys, tables. What import-linter cannot say is said here."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from tests.architecture.source import PACKAGE, PROJECT, imports, modules, rooms, shown

FROM_DJANGO_IN_RULES = (
    "django.utils.translation.",
    "django.utils.functional.Promise",
)
ORDERLESS = {"settings"}


def contracts() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    return found


def floors() -> dict[str, int]:
    """Each room's floor, the kernel's is 0."""
    layers = next(contract["layers"] for contract in contracts() if contract["type"] == "layers")
    return {room.strip(" ()"): floor for floor, layer in enumerate(reversed(layers)) for room in layer.split("|")}


def room_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("keyuan.")]


def room_of(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def test_every_room_has_its_floor() -> None:
    assert set(rooms()) - ORDERLESS <= set(floors())


def test_a_floor_without_a_room_says_that_it_waits_for_one() -> None:
    layers = next(contract["layers"] for contract in contracts() if contract["type"] == "layers")
    certain = {room.strip() for layer in layers if "(" not in layer for room in layer.split("|")}
    assert certain <= set(rooms())


def test_every_room_with_tables_has_the_contract_that_they_are_its_own() -> None:
    protected = {module for contract in contracts() for module in contract.get("protected_modules", ())}
    rooms = {f"keyuan.{room_of(model)}.models" for model in room_models()}
    # A room may keep tables in a part of it as well (evidence.pages); that part names its own.
    parts = {model.__module__ for model in room_models() if not model.__module__.startswith(tuple(rooms))}
    assert protected == rooms | parts


@pytest.mark.parametrize("model", room_models(), ids=lambda model: model._meta.label)
def test_foreign_keys_point_down_or_stay_at_home(model: type[models.Model]) -> None:
    up = [
        f"{field.name} → {target._meta.label}"
        for field in model._meta.get_fields()
        if (field.many_to_one or field.one_to_one or field.many_to_many) and field.concrete
        for target in [field.related_model]
        if isinstance(target, type) and target.__module__.startswith("keyuan.")
        if floors()[room_of(target)] > floors()[room_of(model)]
    ]
    assert not up, f"{model._meta.label} points up: {up}"


def test_rules_are_pure() -> None:
    impure = []
    for path in modules():
        if "rules" not in {path.stem, path.parent.name}:
            continue
        impure += [
            f"{shown(path)}:{line} imports {name}"
            for line, name in imports(path)
            if (name.startswith("django.") and not name.startswith(FROM_DJANGO_IN_RULES))
            or name.startswith(("random.", "time.", "os.", "keyuan.kernel.clock."))
            or (name.startswith("keyuan.") and name.split(".")[2] in {"models", "queries", "actions", "bulk", "views"})
        ]
    assert not impure, "\n".join(impure)


def test_rules_ask_no_clock() -> None:
    asking = [
        f"{shown(path)}: {call}"
        for path in modules()
        if "rules" in {path.stem, path.parent.name}
        for call in (".today(", ".now(", "time.time(")
        if call in path.read_text(encoding="utf-8")
    ]
    assert not asking, "\n".join(asking)


def test_the_kernel_knows_no_insurance() -> None:
    business = {"policy", "claim", "premium", "insured", "customer", "agent", "insurer"}
    found = [
        f"{shown(path)} imports {name}"
        for path in modules()
        if path.is_relative_to(PACKAGE / "kernel")
        for _line, name in imports(path)
        if name.startswith("keyuan.") and not name.startswith("keyuan.kernel.")
    ]
    assert not found, "\n".join(found)
    files = {path.stem for path in modules() if path.is_relative_to(PACKAGE / "kernel")}
    assert not files & business


def test_no_room_is_empty() -> None:
    empty = [
        room for room in rooms() if not [path for path in (PACKAGE / room).rglob("*.py") if path.stat().st_size > 200]
    ]
    assert not empty, f"rooms without anything in them: {empty}"
