"""What the values of a dimension are called. The lake has codes and pseudonyms; the names come from the database, now."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from keyuan.accounts import queries as accounts
from keyuan.accounts.scope import Viewer
from keyuan.agents import queries as agents
from keyuan.customers.states import CustomerKind, Education, Sex, Source
from keyuan.insight.lake.keys import keyed_list
from keyuan.kernel.clock import today
from keyuan.policies.states import Channel
from keyuan.products.queries import products
from keyuan.products.states import Line
from keyuan.tiers import queries as tiers

REGIONS = Path(__file__).parent / "data" / "regions.toml"


def labels(dimension: str, values: Iterable[str], *, viewer: Viewer) -> dict[str, str]:
    """What each of the values is called in the reader's language; one that has no name is called by itself."""
    known = _NAMES[dimension](viewer) if dimension in _NAMES else {}
    unknown, other = _("不详"), _("其他（不足5人）")
    return {value: known.get(value) or {"": unknown, "other": other}.get(value, value) for value in values}


@lru_cache(maxsize=1)
def _regions() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    return {
        kind: {k: (v[0], v[1]) for k, v in rows.items()} for kind, rows in tomllib.loads(REGIONS.read_text()).items()
    }


def _places(kind: str) -> Callable[[Viewer], Mapping[str, str]]:
    return lambda viewer: {
        code: names[(get_language() or "").startswith("en")] for code, names in _regions()[kind].items()
    }


def _products(viewer: Viewer) -> Mapping[str, str]:
    return {one.code: one.shown for one in products()}


def _units(viewer: Viewer) -> Mapping[str, str]:
    return {str(one.pk): one.label for one in accounts.units(viewer=viewer)}


def _agents(viewer: Viewer) -> Mapping[str, str]:
    known = list(agents.visible(viewer).only("pk", "name", "code"))
    keys = keyed_list((one.pk for one in known), kind="agent")
    return {str(key): str(one) for key, one in zip(keys, known, strict=True)}


def _chosen(choices: Iterable[tuple[object, object]]) -> Callable[[Viewer], Mapping[str, str]]:
    kept = list(choices)
    return lambda viewer: {str(value): str(label) for value, label in kept}


def _tiers(viewer: Viewer) -> Mapping[str, str]:
    return {tiers.code_of(code, tier.level): tiers.said(tier.name) for code, tier in tiers.steps(on=today())}


_NAMES: dict[str, Callable[[Viewer], Mapping[str, str]]] = {
    "product": _products,
    "line": _chosen(Line.choices),
    "channel": _chosen(Channel.choices),
    "region": _places("province"),
    "city": _places("city"),
    "sex": _chosen(Sex.choices),
    "education": _chosen(Education.choices),
    "kind": _chosen(CustomerKind.choices),
    "source": _chosen(Source.choices),
    "agent": _agents,
    "branch": _units,
    "unit": _units,
    "tier": _tiers,
}
