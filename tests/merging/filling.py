"""Rows for any table of the system, made from its model alone: so that a table written tomorrow is in today's tests."""

from __future__ import annotations

import itertools
import random
import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import Error, models, transaction

from keyuan.customers.merging.rows import packed_row
from keyuan.customers.merging.tables import pointers, rows_of
from keyuan.customers.models import Customer, Enterprise, Person
from keyuan.kernel.fields import SealedTextField

TRIES = 30
# What a table needs that its columns do not say: a value, or a function of the random source.
NEEDS: dict[str, dict[str, Any]] = {
    "claims.claim": {
        "decision": "",
        "decided_on": None,
        "occurred_on": date(2026, 1, 1),
        "notified_on": date(2026, 1, 2),
    },
    "billing.attempt": {
        "begun_at": datetime(2026, 1, 1, tzinfo=UTC),
        "trade_no": "",
        **dict.fromkeys(("paid_amount", "paid_at", "booked_at", "honoured_at", "refused_at")),
    },
    # Rows that may point at rows of their own table: drawn at random it would never end.
    "insight.customerprofit": {"profit": Decimal(3), "structure": Decimal(1), "luck": Decimal(2)},
    "insight.profitrun": {
        "starts_on": lambda rng: date(2000, 1, 1) + timedelta(days=rng.randint(0, 9000)),
        "ends_on": date(2030, 1, 1),
    },
    "outbox.message": {"again_of": None},
    "trust.certificate": {
        "issuer": None,
        "renews": None,
        "role": "customer",
        "reason": "",
        "revoked_at": None,
        "not_before": datetime(2026, 1, 1, tzinfo=UTC),
        "not_after": datetime(2027, 1, 1, tzinfo=UTC),
    },
    "billing.refund": {"automatic": False, "done_at": None},
    "agents.agent": {"left_on": None},
    "customers.identifier": {"kind": "external", "subject_id": None},
    "customers.consent": {"given_at": lambda rng: datetime(2026, rng.randint(1, 6), 1, tzinfo=UTC)},
}
# The log cannot be changed; a merge leaves its own row, which is the point; cursors and tallies follow the log.
NOT_COMPARED = {"eventlog.event", "eventlog.cursor", "eventlog.tally", "customers.merge", "customers.mergestep"}
_serial = itertools.count(1)


def tables_of_customers() -> list[models.ForeignKey[Any, Any]]:
    """Every foreign key to the customer but those of their own details and of the merges themselves."""
    own = (Person, Enterprise, apps.get_model("customers.merge"))
    return [key for key in pointers(Customer) if key.model not in own]


def fill(key: models.ForeignKey[Any, Any], customer: Customer, rng: random.Random) -> models.Model | None:
    """A row of the key's table that points at the customer; None if nothing that was tried fits its constraints."""
    return make(key.model, rng, **{key.attname: customer.pk})


def make(model: type[models.Model], rng: random.Random, **given: Any) -> models.Model | None:
    """A row with values drawn at random: first lavish, then with as little as the table asks for."""
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                row = model(**_values(model, rng, given, sparse=attempt > TRIES // 2))
                row.save_base(raw=True, force_insert=True)
                return row
        except (Error, ValidationError, ValueError):
            continue
    return None


def _values(model: type[models.Model], rng: random.Random, given: dict[str, Any], *, sparse: bool) -> dict[str, Any]:
    needs = NEEDS.get(model._meta.label_lower, {})
    values = dict(given)
    for field in model._meta.concrete_fields:
        if field.attname in values or isinstance(field, models.AutoField) or getattr(field, "generated", False):
            continue
        if field.name in needs:
            need = needs[field.name]
            values[field.attname] = need(rng) if callable(need) else need
        elif field.null and (sparse or rng.random() < 0.4):
            values[field.attname] = None
        elif field.has_default() and (sparse or rng.random() < 0.5):
            values[field.attname] = field.get_default()
        elif field.has_db_default():
            continue
        else:
            values[field.attname] = _value(field, rng)
    return values


def _value(field: Any, rng: random.Random) -> Any:
    if isinstance(field, models.ForeignKey):
        return _target(field, rng)
    if field.choices:
        return rng.choice([code for code, _ in field.flatchoices])
    for kind, draw in DRAWN:
        if isinstance(field, kind):
            return draw(field, rng)
    raise LookupError(f"how is a {type(field).__name__} filled? Add it to DRAWN in {__name__}")


def _target(field: models.ForeignKey[Any, Any], rng: random.Random) -> Any:
    model: Any = field.related_model
    if not field.unique:
        there = list(rows_of(model).order_by("pk").values_list(field.target_field.attname, flat=True)[:20])
        if there:
            return rng.choice(there)
    row = make(model, rng)
    if row is None:
        raise ValueError(f"no {model._meta.label} could be made")
    return getattr(row, field.target_field.attname)


def _text(field: Any, rng: random.Random) -> str:
    return f"{rng.choice('王李张刘陈')}{next(_serial)}"[: field.max_length or 20]


DRAWN: list[tuple[Any, Any]] = [
    (SealedTextField, lambda field, rng: f"秘{rng.randint(0, 10**9)}"),
    (models.BinaryField, lambda field, rng: rng.randbytes(16)),
    (ArrayField, lambda field, rng: [_value(field.base_field, rng) for _ in range(rng.randint(0, 2))]),
    (models.JSONField, lambda field, rng: {f"k{rng.randint(0, 3)}": rng.randint(0, 9)}),
    (models.BooleanField, lambda field, rng: rng.random() < 0.5),
    (models.UUIDField, lambda field, rng: uuid.UUID(int=rng.getrandbits(128))),
    (models.DecimalField, lambda field, rng: Decimal(rng.randint(1, 99)) / (100 if field.decimal_places > 2 else 1)),
    (models.PositiveSmallIntegerField, lambda field, rng: rng.randint(1, 6)),
    (models.SmallIntegerField, lambda field, rng: rng.randint(1, 6)),
    (models.IntegerField, lambda field, rng: next(_serial)),
    (models.FloatField, lambda field, rng: rng.random()),
    (
        models.DateTimeField,
        lambda field, rng: datetime(2026, 6, 1, tzinfo=UTC) + timedelta(microseconds=rng.randint(0, 10**13)),
    ),
    (models.DateField, lambda field, rng: date(2026, 1, 1) + timedelta(days=rng.randint(0, 900))),
    (models.TimeField, lambda field, rng: time(rng.randint(0, 23))),
    (models.DurationField, lambda field, rng: timedelta(microseconds=rng.randint(0, 10**9))),
    (models.CharField, _text),
    (models.TextField, _text),
]


def dump() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that a merge may touch, sealed values in clear."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label_lower
        if not model._meta.managed or model._meta.proxy or label in NOT_COMPARED:
            continue
        rows = [packed_row(row) for row in rows_of(model)]
        if rows:
            found[label] = sorted(rows, key=repr)
    return found


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The tables that differ, with the rows that only one side has."""
    told = {}
    for label in before.keys() | after.keys():
        old, new = before.get(label, []), after.get(label, [])
        if old != new:
            told[label] = {
                "gone": [row for row in old if row not in new],
                "new": [row for row in new if row not in old],
            }
    return told
