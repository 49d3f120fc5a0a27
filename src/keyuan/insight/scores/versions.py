"""Versions of our own models: their trees on disk, their cards in the database, one of them in use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from keyuan.eventlog.actions import record
from keyuan.insight.events import MODEL_TAUGHT
from keyuan.insight.learning import store
from keyuan.insight.models import ModelVersion

if TYPE_CHECKING:
    from keyuan.insight.learning.cards import Card
    from keyuan.insight.learning.models import Blend
    from keyuan.kernel.actor import Actor


def folder() -> Path:
    """Where models lie (``KEYUAN_MODELS``)."""
    return Path(settings.KEYUAN_MODELS)


def keep(
    name: str,
    blend: Blend,
    *,
    card: Card,
    better: bool,
    reference: Mapping[str, Any],
    by: Actor,
    told: Mapping[str, Any] | None = None,
) -> ModelVersion:
    """Keep a version; it comes into use only if it is better than its baseline. The same training is the same version."""
    version = store.keep(folder(), name, blend, told=told or {}, taught_on=card.taught_on, in_use=better)
    (version / "card.json").write_text(store.as_json(card.as_dict()), encoding="utf-8")
    (version / "card.md").write_text(card.as_text(), encoding="utf-8")
    with transaction.atomic():
        others = ModelVersion.objects.select_for_update().filter(model=name)
        if better:
            others.filter(current=True).exclude(version=version.name).update(current=False)
        kept, _new = ModelVersion.objects.update_or_create(
            model=name,
            version=version.name,
            defaults={
                "taught_on": card.taught_on,
                "rows": card.rows,
                "better": better,
                "current": better,
                "card": card.as_dict(),
                "reference": dict(reference),
                "made_by": by.name,
            },
        )
        payload = {"model": name, "version": version.name, "better": better, "rows": card.rows}
        record(MODEL_TAUGHT, by=by, subject=("model", name), payload=payload)
    return kept


def current(name: str) -> ModelVersion | None:
    """The version that scores are made with; None before a first one was good enough."""
    return ModelVersion.objects.filter(model=name, current=True).first()


def load(version: ModelVersion) -> tuple[Blend, dict[str, Any]]:
    """Its trees; raises UnusableModel if the files are not those that were kept."""
    return store.load(folder() / version.model / version.version)
