"""Migrating from nothing in half of the time.

Django keeps a rendered model of each table while it migrates. For a new table or index it renders every model again that is
related to it over any number of foreign keys: here that is nearly all of them, hundreds of times. But a new model needs
only itself rendered, and an index or a constraint only stands among its model's options.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState

_STAND_ASIDE = ("indexes", "constraints")
_DJANGOS = {name: getattr(ProjectState, name) for name in ("add_model", "_append_option", "_remove_option")}


@contextmanager
def without_rendering_again() -> Iterator[None]:
    """While this lasts, a new model, index or constraint leaves the other rendered models as they are."""
    ours = {"add_model": _add_model, "_append_option": _append_option, "_remove_option": _remove_option}
    for name, function in ours.items():
        setattr(ProjectState, name, function)
    try:
        yield
    finally:
        for name, function in _DJANGOS.items():
            setattr(ProjectState, name, function)


def _add_model(state: ProjectState, model: ModelState) -> None:
    # A state without rendered models renders nothing.
    rendered = state.__dict__.pop("apps", None)
    _DJANGOS["add_model"](state, model)
    if rendered is None:
        return
    state.apps = rendered
    if model.name_lower in rendered.all_models[model.app_label]:
        state.reload_model(model.app_label, model.name_lower)
        return
    # A copied registry holds the models of the one that it was copied from; what refers to a model is looked up in its own.
    for known in rendered.get_models(include_auto_created=True, include_swapped=True):
        known._meta.apps = rendered
    rendered.render_multiple([model])


def _append_option(state: ProjectState, app_label: str, model_name: str, option: str, new: Any) -> None:
    _change("_append_option", state, app_label, model_name, option, new)


def _remove_option(state: ProjectState, app_label: str, model_name: str, option: str, name: str) -> None:
    _change("_remove_option", state, app_label, model_name, option, name)


def _change(how: str, state: ProjectState, app_label: str, model_name: str, option: str, what: Any) -> None:
    rendered = state.__dict__.pop("apps", None) if option in _STAND_ASIDE else None
    _DJANGOS[how](state, app_label, model_name, option, what)
    if rendered is None:
        return
    state.apps = rendered
    meta = rendered.get_model(app_label, model_name)._meta
    setattr(meta, option, list(state.models[app_label, model_name.lower()].options[option]))
    meta.__dict__.pop("total_unique_constraints", None)
