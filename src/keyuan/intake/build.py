"""A batch of rows into the records that they make, each field read and checked; a row with a mistake makes none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from typing import Any

import polars as pl

from keyuan.customers.standards import InvalidIdentifier, normalise, normalise_document
from keyuan.customers.states import DocumentKind, IdentifierKind
from keyuan.intake.mapping import Mapping, Record, Source
from keyuan.intake.reading import ROW
from keyuan.intake.values import Reading, cleaned, met, reading, text_of
from keyuan.intake.vocabulary import NATURAL_KEYS, RecordKind, Type, fields_of

KEY = "_key"
CONTENT = "_content"
DETAILS = "details"
DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one row."""

    row: int
    column: str
    code: str
    gaps: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Built:
    """The records of one kind that one record of the mapping makes: ROW, KEY, CONTENT (digests) and the fields."""

    record: Record
    frame: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Plan:
    """The expressions for one record, made once for a source."""

    record: Record
    readings: dict[str, Reading]
    key: pl.Expr | None
    details: dict[str, pl.Expr]


def plans(mapping: Mapping, source: Source) -> list[Plan]:
    """What to do with each row of a source."""
    return [_plan(record, source) for record in source.records]


def _plan(record: Record, source: Source) -> Plan:
    known = fields_of(record.kind, record.fields)
    readings = {name: reading(known[name], value, source) for name, value in record.fields.items()}
    key = text_of(record.key, source) if record.key else None
    return Plan(record, readings, key, {name: text_of(value, source) for name, value in record.details.items()})


def build(
    frame: pl.DataFrame, source: Source, planned: Iterable[Plan], *, secret: bytes
) -> tuple[list[Built], list[Problem]]:
    """The records of the rows without mistakes, and every mistake."""
    rows = cleaned(frame, source)
    made: list[Built] = []
    problems: list[Problem] = []
    for plan in planned:
        frame_of_kind, wrong = _records(rows, plan)
        problems += wrong
        made.append(Built(plan.record, frame_of_kind))
    bad = {problem.row for problem in problems}
    for built in made:
        if bad:
            built.frame = built.frame.filter(~pl.col(ROW).is_in(list(bad)))
        built.frame = _with_digests(built.frame, built.record.kind, secret)
    return made, problems


def _records(rows: pl.DataFrame, plan: Plan) -> tuple[pl.DataFrame, list[Problem]]:
    record = plan.record
    taken = rows.filter(met(record.when)) if record.when else rows
    values = [item.value.alias(name) for name, item in plan.readings.items()]
    checks = [
        check.bad.fill_null(False).alias(f"?{name}|{place}")
        for name, item in plan.readings.items()
        for place, check in enumerate(item.checks)
    ]
    texts = [item.text.cast(pl.String).alias(f"!{name}") for name, item in plan.readings.items()]
    key = [] if plan.key is None else [plan.key.alias(KEY)]
    details = [expr.alias(f"#{name}") for name, expr in plan.details.items()]
    # Lazily: what a value and its checks have in common is then worked out once.
    made = taken.lazy().select(ROW, *values, *checks, *texts, *key, *details).collect()
    problems = list(_problems(made, plan))
    if plan.key is not None:
        problems += [
            Problem(row, record.key.shown if record.key else "", "required")
            for row in made.filter(pl.col(KEY).is_null())[ROW]
        ]
    made, wrong = _standards(made, record)
    problems += wrong
    if plan.details:
        inner = pl.struct(pl.col(f"#{name}").alias(name) for name in plan.details).struct.json_encode()
        made = made.with_columns(inner.alias(DETAILS))
    keep = [ROW, *plan.readings, *([KEY] if key else []), *([DETAILS] if plan.details else [])]
    return made.select(keep), problems


def _problems(made: pl.DataFrame, plan: Plan) -> Iterable[Problem]:
    for name, item in plan.readings.items():
        column = plan.record.fields[name].shown or name
        for place, check in enumerate(item.checks):
            mask = made[f"?{name}|{place}"]
            if not mask.any():
                continue
            for row, text in made.filter(mask).select(ROW, f"!{name}").iter_rows():
                gaps: dict[str, Any] = dict(check.gaps)
                if text is not None:
                    gaps |= {"value": text[:200], "length": len(text)}
                yield Problem(row, column, check.code, gaps)


def _standards(made: pl.DataFrame, record: Record) -> tuple[pl.DataFrame, list[Problem]]:
    """Normalise identifiers by their standards (the only part that goes value by value)."""
    problems: list[Problem] = []
    replaced = []
    for name in record.fields:
        kind = fields_of(record.kind, record.fields)[name].identifier
        if kind is None:
            continue
        documents = made["document_kind"].to_list() if name == "id_number" and "document_kind" in made.columns else None
        column = record.fields[name].shown or name
        values: list[str | None] = []
        for place, (row, text) in enumerate(zip(made[ROW].to_list(), made[name].to_list(), strict=True)):
            if text is None:
                values.append(None)
                continue
            try:
                values.append(_normaliser(kind, documents[place] if documents else None)(text))
            except InvalidIdentifier as refusal:
                values.append(None)
                code = "digits_lost" if _lost_digits(text) else "invalid_identifier"
                problems.append(Problem(row, column, code, {"value": text[:64], "problem": str(refusal)}))
        replaced.append(pl.Series(name, values, dtype=pl.String))
    return made.with_columns(replaced), problems


def _normaliser(kind: IdentifierKind, document: str | None) -> Callable[[str], str]:
    if kind == IdentifierKind.ID_NUMBER:
        return partial(normalise_document, document or DocumentKind.RESIDENT_ID)
    return partial(normalise, kind)


def _lost_digits(text: str) -> bool:
    return "e+" in text.lower()


def _with_digests(frame: pl.DataFrame, kind: RecordKind, secret: bytes) -> pl.DataFrame:
    """Add KEY and CONTENT as hexadecimal digests: what tells a record again, and whether it has changed."""
    if KEY not in frame.columns:
        frame = frame.with_columns(_joined(frame, NATURAL_KEYS[kind]).alias(KEY))
    contents = _joined(frame, [name for name in frame.columns if name not in (ROW, KEY)])
    told = frame.select(key=pl.lit(f"{kind}\x1f") + pl.col(KEY), content=contents)
    # A contact is told by all that it says: its content cannot change under the same key.
    return frame.with_columns(
        _digests(told["key"], secret).alias(KEY), _digests(told["content"], secret).alias(CONTENT)
    )


def _joined(frame: pl.DataFrame, names: Iterable[str]) -> pl.Expr:
    have = [name for name in names if name in frame.columns]
    return pl.concat_str((pl.col(name).cast(pl.String).fill_null("\x00") for name in have), separator="\x1f")


def _digests(texts: pl.Series, secret: bytes) -> pl.Series:
    made = [blake2b(text.encode(), digest_size=DIGEST_BYTES, key=secret).hexdigest() for text in texts.to_list()]
    return pl.Series(texts.name, made, dtype=pl.String)


def reference(kind: RecordKind, keys: pl.Series, secret: bytes) -> pl.Series:
    """The KEY digests of the records that references name."""
    distinct = keys.unique()
    table = dict(
        zip(
            distinct.to_list(),
            _digests(pl.Series([f"{kind}\x1f{key}" for key in distinct.to_list()]), secret).to_list(),
            strict=True,
        )
    )
    return keys.replace_strict(table, return_dtype=pl.String) if len(distinct) else keys


__all__ = ["CONTENT", "DETAILS", "KEY", "Built", "Plan", "Problem", "Type", "build", "plans", "reference"]
