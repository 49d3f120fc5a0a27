"""Why a customer may leave: what is kept is a code with its value; the words are made when somebody reads them.

Only a cause is a reason. That a contract ends soon, or which product it is, moves the score as much as anything, but it says
when, not why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from keyuan.insight.learning.arrays import Matrix, Vector, Whole

MOST: Final = 3
#: A cause that moves the log odds by less is none.
LEAST_EFFECT: Final = 0.01
#: So many days without contact read as never.
NEVER: Final = 1090


class Cause(TextChoices):
    """What makes a customer leave."""

    PRESSURE = "pressure", gettext_lazy("缴费压力")
    DEARER = "dearer", gettext_lazy("续保涨价")
    AGENT_LEFT = "agent_left", gettext_lazy("代理人离职")
    NO_CONTACT = "no_contact", gettext_lazy("久未联系")
    REFUSED = "claim_refused", gettext_lazy("理赔被拒")
    PAYMENT = "payment", gettext_lazy("缴费不顺")
    ASKED = "asked", gettext_lazy("申请过退保")
    COMPLAINT = "complaint", gettext_lazy("有投诉")
    OTHERS_LEFT = "others_left", gettext_lazy("已退过别的保单")
    NEW = "new", gettext_lazy("投保不久")


@dataclass(frozen=True, slots=True)
class Causing:
    """The features of a cause; the one whose value is told; and from which value on it is a reason at all."""

    features: tuple[str, ...]
    shown: str
    holds: Callable[[Mapping[str, Vector]], np.ndarray]


def _told(values: Vector, default: float) -> Vector:
    return np.where(np.isnan(values), default, values)


CAUSES: Final[Mapping[Cause, Causing]] = {
    Cause.PRESSURE: Causing(("pressure",), "pressure", lambda x: x["pressure"] >= 0.3),
    Cause.DEARER: Causing(
        ("dearer", "last_change"),
        "dearer",
        lambda x: np.maximum(_told(x["dearer"], 0), _told(x["last_change"], 0)) >= 0.05,
    ),
    Cause.AGENT_LEFT: Causing(("orphan",), "orphan", lambda x: x["orphan"] > 0),
    Cause.NO_CONTACT: Causing(("contact_days",), "contact_days", lambda x: _told(x["contact_days"], 9999) >= 180),
    Cause.REFUSED: Causing(("refused",), "refused", lambda x: x["refused"] > 0),
    Cause.PAYMENT: Causing(("late", "arrears"), "arrears", lambda x: (x["late"] > 0) | (x["arrears"] > 0)),
    Cause.ASKED: Causing(("asked",), "asked", lambda x: x["asked"] > 0),
    Cause.COMPLAINT: Causing(("complaints",), "complaints", lambda x: x["complaints"] > 0),
    Cause.OTHERS_LEFT: Causing(("lost",), "lost", lambda x: x["lost"] > 0),
    Cause.NEW: Causing(("tenure",), "tenure", lambda x: x["tenure"] < 2),
}


def found(contributions: Matrix, x: Matrix, names: Sequence[str]) -> pl.Series:
    """For each row up to three causes that hold and raised the score most, as the JSON that is kept: code, value, effect."""
    columns = {name: x[:, index] for index, name in enumerate(names)}
    place = {name: index for index, name in enumerate(names)}
    effects = np.column_stack(
        [
            np.where(one.holds(columns), contributions[:, [place[name] for name in one.features]].sum(axis=1), 0.0)
            for one in CAUSES.values()
        ]
    )
    shown = np.column_stack([columns[one.shown] for one in CAUSES.values()])
    shown[:, list(CAUSES).index(Cause.DEARER)] = np.fmax(columns["dearer"], columns["last_change"])
    best = np.argsort(-effects, axis=1, kind="stable")[:, :MOST]
    pieces = {str(rank): _piece(best[:, rank], shown, effects) for rank in range(MOST)}
    told = pl.DataFrame(pieces).select(
        pl.format("[{}]", pl.concat_str(pl.all(), separator=", ", ignore_nulls=True)).alias("reasons")
    )
    return told["reasons"]


def _piece(which: Whole, shown: Matrix, effects: Matrix) -> pl.Series:
    """One reason of each row as JSON; nothing where it moves the score by nothing."""
    rows = np.arange(len(which))
    effect = effects[rows, which]
    codes = pl.Series([cause.value for cause in CAUSES]).gather(which)
    frame = pl.DataFrame({"code": codes, "value": shown[rows, which].round(3), "effect": effect.round(3)})
    value = pl.col("value").fill_nan(None).cast(pl.String).fill_null("null")
    text = pl.concat_str(
        pl.lit('{"code": "'), "code", pl.lit('", "value": '), value, pl.lit(', "effect": '), "effect", pl.lit("}")
    )
    told = frame.select(pl.when(pl.col("effect") > LEAST_EFFECT).then(text).alias("it"))
    return told["it"]


def _pressure(value: float | None) -> str:
    return _("年保费约占收入的%(share)s%%") % {"share": max(1, round((value or 0) * 10))}


def _dearer(value: float | None) -> str:
    return _("保费上涨约%(share)s%%") % {"share": round((value or 0) * 100)}


def _no_contact(value: float | None) -> str:
    if value is None or value >= NEVER:
        return _("三年内没有人联系过")
    months = int(value // 30)
    return ngettext("已有%(n)s个月没有人联系", "已有%(n)s个月没有人联系", months) % {"n": months}


def _payment(value: float | None) -> str:
    if not value:
        return _("两年内缴费迟过")
    return ngettext("保费逾期%(n)s天", "保费逾期%(n)s天", int(value)) % {"n": int(value)}


_SENTENCES: Final[Mapping[str, Callable[[float | None], str]]] = {
    Cause.PRESSURE: _pressure,
    Cause.DEARER: _dearer,
    Cause.AGENT_LEFT: lambda _value: _("代理人已离职，无人接手"),
    Cause.NO_CONTACT: _no_contact,
    Cause.REFUSED: lambda _value: _("两年内有理赔被拒"),
    Cause.PAYMENT: _payment,
    Cause.ASKED: lambda _value: _("一年内申请过退保"),
    Cause.COMPLAINT: lambda _value: _("一年内投诉过"),
    Cause.OTHERS_LEFT: lambda _value: _("一年内停了别的保单"),
    Cause.NEW: lambda _value: _("投保不到两年"),
}


def sentence(reason: Mapping[str, Any]) -> str:
    """The reason in the reader's language, with its figure; a code that is no longer known says itself."""
    told = _SENTENCES.get(reason["code"])
    return str(reason["code"]) if told is None else told(reason.get("value"))


def sentences(reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    return [sentence(one) for one in reasons]
