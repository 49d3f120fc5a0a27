"""The card of a model in use: what it was taught on, how good it is, whom it treats how, how the book has moved since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.insight.models import ModelDrift, ModelVersion
from keyuan.insight.scores import queries
from keyuan.insight.scores.names import feature_label, group_label, metric_label, model_label, uses_not_meant
from keyuan.insight.scores.states import LIMIT, WATCH

PLOT = 240
MOST_DRIVERS = 10


@require_safe
@staff_page(Permission.SEE_INSIGHT)
def show(request: SignedInRequest) -> HttpResponse:
    """The cards of our own models, the version in use of each, with how the nights since have drifted."""
    found = queries.models(viewer=request.viewer)
    cards = [_card(one, queries.drifts(one, viewer=request.viewer, most=30)) for one in found]
    return render(request, "insight/models.html", {"cards": cards, "limit": LIMIT, "watch": WATCH})


def _card(version: ModelVersion, drifts: list[ModelDrift]) -> dict[str, Any]:
    card: Mapping[str, Any] = version.card
    return {
        "version": version,
        "title": model_label(version.model),
        "cut": _day(version.reference.get("cut")),
        "until": _day(version.reference.get("until")),
        "metrics": [
            (metric_label(name), one, card.get("baseline", {}).get(name)) for name, one in card["metrics"].items()
        ],
        "bins": card["calibration"],
        "plot": _plot(card["calibration"]),
        "fairness": [
            {**one, "label": group_label(one["of"], one["group"])}
            for one in card["fairness"]
            if (one["of"], one["group"]) != ("age", "company")  # told once, beside the sexes
        ],
        "stability": card.get("stability", ()),
        "drivers": [(feature_label(name), value) for name, value in _most(card["drivers"])],
        "not_for": uses_not_meant(),
        "drifts": [(one, _moved(one)) for one in drifts],
    }


def _most(drivers: Mapping[str, float]) -> list[tuple[str, float]]:
    """The strongest first: the database keeps no order of names."""
    return sorted(drivers.items(), key=lambda one: -one[1])[:MOST_DRIVERS]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moved(drift: ModelDrift) -> str:
    """The inputs that have moved beyond the limit, in words."""
    return _("、").join(feature_label(name) for name, value in drift.inputs.items() if value > LIMIT)


def _plot(bins: list[Mapping[str, float]]) -> dict[str, Any]:
    """The points of the calibration plot, predicted across and observed up, in a square of ``PLOT``."""
    most = max([0.01, *(max(one["predicted"], one["observed"]) for one in bins)]) * 1.05
    points = [
        (round(one["predicted"] / most * PLOT, 1), round(PLOT - one["observed"] / most * PLOT, 1)) for one in bins
    ]
    return {"points": points, "line": " ".join(f"{x},{y}" for x, y in points), "size": PLOT, "most": most}
