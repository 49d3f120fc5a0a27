"""Cells into values: polars expressions over columns of text, with a mask for what cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial

import polars as pl
from django.db import models
from django.utils.translation import override

from keyuan.customfields import rules
from keyuan.customfields.refusals import CustomValuesRefused
from keyuan.customfields.shapes import Definition
from keyuan.customfields.states import FieldType
from keyuan.intake.mapping import Condition, Source, Value
from keyuan.intake.vocabulary import Field, Type

MONEY = pl.Decimal(16, 2)
SHARE = pl.Decimal(5, 4)
ZONE = "Asia/Shanghai"
EARLIEST_YEAR = 1800
LATEST_YEAR = 2300
LARGEST_AMOUNT = 10**12
LARGEST_NUMBER = 10**9
_NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?$"
_YES = {"true": True, "yes": True, "y": True, "1": True, "是": True, "有": True}
_NO = {"false": False, "no": False, "n": False, "0": False, "否": False, "无": False}


@dataclass(frozen=True, slots=True)
class Check:
    """``bad`` marks the rows that are rejected with ``code``; ``shown`` is the text that the reason quotes."""

    bad: pl.Expr
    code: str
    gaps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How a field is read: its value, the text that it came from, and what can be wrong with it."""

    value: pl.Expr
    text: pl.Expr
    checks: tuple[Check, ...]


def cleaned(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """The columns that the source uses, without spaces around the text and with nothing where a cell says so."""
    texts = [name for name in source.columns if name in frame.columns]
    absent = [name for name in source.columns if name not in frame.columns]
    frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    trimmed = frame.with_columns(pl.col(texts).str.strip_chars(" \t\r\n\u3000\u00a0"))
    nothing = list(source.empty)
    return trimmed.with_columns(pl.when(pl.col(texts).is_in(nothing)).then(None).otherwise(pl.col(texts)).name.keep())


def met(conditions: Iterable[Condition]) -> pl.Expr:
    """Which rows make the record."""
    result = pl.lit(True)
    for condition in conditions:
        column = pl.col(condition.column)
        texts = [text for text in condition.texts if text is not None]
        hit = column.is_in(texts).fill_null(False) if texts else pl.lit(False)
        if None in condition.texts:
            hit = hit | column.is_null()
        result = result & (~hit if condition.negative else hit)
    return result


def text_of(value: Value, source: Source) -> pl.Expr:
    """The value as text, before it is read as what its field takes."""
    if value.column:
        result = pl.col(value.column)
    elif value.template:
        result = _template(value, source)
    else:
        result = pl.lit(value.constant, dtype=pl.String)
    if value.values is not None:
        result = _mapped(result, value.values)
    if value.otherwise is not None:
        result = pl.coalesce(result, text_of(value.otherwise, source))
    return result if value.default is None else result.fill_null(pl.lit(value.default))


def _mapped(text: pl.Expr, table: Mapping[str, str | None]) -> pl.Expr:
    """The text by the value map; one that it does not list stays as it is, unless the map says what "*" becomes."""
    listed = {key: made for key, made in table.items() if key != "*"}
    if "*" in table:
        others = pl.when(text.is_not_null()).then(pl.lit(table["*"], pl.String))
        return text.replace_strict(listed, default=others, return_dtype=pl.String)
    return text.replace_strict(listed, default=text, return_dtype=pl.String)


def _template(value: Value, source: Source) -> pl.Expr:
    """The pieces in a row; nothing if every column in it is empty."""
    named = [pl.col(piece.column) for piece in value.template if piece.column]
    parts = []
    for piece in value.template:
        if not piece.column:
            parts.append(pl.lit(piece.text))
        elif piece.pattern:
            parts.append(_date(pl.col(piece.column), source.dates).dt.strftime(piece.pattern).fill_null(""))
        else:
            parts.append(pl.col(piece.column).fill_null(""))
    whole = pl.concat_str(parts)
    if not named:
        return whole
    return pl.when(pl.all_horizontal(column.is_null() for column in named)).then(None).otherwise(whole)


def reading(field: Field, value: Value, source: Source) -> Reading:
    """The expressions that read one field of one record."""
    text = text_of(value, source)
    made, checks = _READERS[field.type](field, value, source, text)
    if field.required:
        checks = (Check(text.is_null(), "required"), *checks)
    return Reading(made, text, checks)


type_checks = tuple[pl.Expr, tuple[Check, ...]]


def _text(field: Field, _value: Value, _source: Source, text: pl.Expr) -> type_checks:
    too_long = text.str.len_chars() > field.longest
    # The length is told for each row when the reject is written.
    return text, (Check(too_long, "cell_too_long", (("longest", str(field.longest)),)),)


def _code(field: Field, _value: Value, _source: Source, text: pl.Expr) -> type_checks:
    choices = field.codes
    assert choices is not None, field.name  # noqa: S101  the vocabulary gives every CODE field its codes
    known, numeric = spellings(choices)
    made = text.str.to_lowercase().replace_strict(known, default=None, return_dtype=pl.String)
    allowed = ", ".join(str(choice) for choice in choices.values)
    check = Check(text.is_not_null() & made.is_null(), "unknown_code", (("allowed", allowed),))
    return (made.cast(pl.Int16) if numeric else made), (check,)


@cache
def spellings(choices: type[models.Choices]) -> tuple[dict[str, str], bool]:
    """Every way to write a code (itself, its name, its Chinese and English label; lower case) → the code as text."""
    known: dict[str, str] = {}
    for language in ("zh-hans", "en"):
        with override(language):
            known |= {str(choice.label).lower(): str(choice.value) for choice in choices}
    known |= {choice.name.lower(): str(choice.value) for choice in choices}
    known |= {str(choice.value).lower(): str(choice.value) for choice in choices}
    return known, issubclass(choices, models.IntegerChoices)


def _date(text: pl.Expr, formats: Iterable[str]) -> pl.Expr:
    tried = tuple(dict.fromkeys([*formats, "%Y-%m-%d"]))
    made = text.map_batches(partial(_days, tried), return_dtype=pl.Date, is_elementwise=True)
    return pl.when(made.dt.year().is_between(EARLIEST_YEAR, LATEST_YEAR)).then(made)


def _days(formats: Iterable[str], texts: pl.Series) -> pl.Series:
    """The texts as days by the first format that fits. A book names few days many times: each is read once."""
    return _each_once(
        texts, lambda text: pl.coalesce(text.str.to_date(form, strict=False) for form in formats), pl.Date
    )


def _times(formats: Iterable[str], texts: pl.Series) -> pl.Series:
    return _each_once(
        texts,
        lambda text: pl.coalesce(text.str.to_datetime(form, strict=False, time_unit="us") for form in formats),
        pl.Datetime("us"),
    )


def _each_once(
    texts: pl.Series, read: Callable[[pl.Expr], pl.Expr], kind: pl.DataType | type[pl.DataType]
) -> pl.Series:
    distinct = texts.drop_nulls().unique()
    if distinct.is_empty():
        return pl.Series(texts.name, [None], dtype=kind).new_from_index(0, len(texts))
    made = pl.select(read(pl.lit(distinct))).to_series()
    return texts.replace_strict(distinct, made, default=None, return_dtype=kind)


def _day(_field: Field, value: Value, source: Source, text: pl.Expr) -> type_checks:
    made = _date(text, source.dates)
    check = Check(text.is_not_null() & made.is_null(), "impossible_date", (("formats", " / ".join(source.dates)),))
    if value.months:
        made = made.dt.offset_by(f"{value.months}mo")
    return (made.dt.offset_by(f"{value.days}d") if value.days else made), (check,)


def _time(_field: Field, value: Value, source: Source, text: pl.Expr) -> type_checks:
    times = text.map_batches(partial(_times, source.times), return_dtype=pl.Datetime("us"), is_elementwise=True)
    made = pl.coalesce(times, _date(text, source.dates).cast(pl.Datetime("us")))
    made = pl.when(made.dt.year().is_between(EARLIEST_YEAR, LATEST_YEAR)).then(made)
    check = Check(text.is_not_null() & made.is_null(), "impossible_date", (("formats", " / ".join(source.times)),))
    zoned = made.dt.replace_time_zone(ZONE, ambiguous="earliest", non_existent="null")
    return (zoned.dt.offset_by(f"{value.days}d") if value.days else zoned), (check,)


def _plain_number(text: pl.Expr, decimal: str) -> pl.Expr:
    """Digits with a point: without currency signs, spaces and thousands separators."""
    bare = text.str.replace_all(r"[¥￥€$\s']|元$", "")
    if decimal == ",":
        bare = bare.str.replace_all(".", "", literal=True).str.replace_all(",", ".", literal=True)
    else:
        # A comma is taken for a thousands separator only where it separates thousands.
        thousands = bare.str.contains(r"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$")
        bare = pl.when(thousands).then(bare.str.replace_all(",", "", literal=True)).otherwise(bare)
    return pl.when(bare.str.contains(_NUMBER)).then(bare)


def _exact(text: pl.Expr) -> pl.Expr:
    """A decimal with four more places than money, so that what lies under a cent shows."""
    scientific = text.str.contains(r"[eE]")
    return (
        pl.when(scientific)
        .then(text.cast(pl.Float64, strict=False).round(6).cast(pl.Decimal(28, 6), strict=False))
        .otherwise(text.str.to_decimal(scale=6))
    )


def _money(_field: Field, value: Value, source: Source, text: pl.Expr) -> type_checks:
    plain = _plain_number(text, source.decimal)
    exact = _exact(plain)
    cents = exact.round(2, mode="half_away_from_zero").cast(MONEY, strict=False)
    checks = [
        Check(text.is_not_null() & plain.is_null(), "not_a_number"),
        Check(plain.is_not_null() & (exact.is_null() | (exact.abs() >= LARGEST_AMOUNT)), "too_large"),
        Check(exact < 0, "negative"),
    ]
    if not value.round:
        rest = plain.str.replace(r"0+$", "").str.contains(r"\.[0-9]{3,}$")
        checks.append(Check(rest, "fraction_of_a_cent"))
    return cents, tuple(checks)


def _number(_field: Field, _value: Value, source: Source, text: pl.Expr) -> type_checks:
    plain = _plain_number(text, source.decimal).str.replace(r"\.0+$", "")
    made = plain.cast(pl.Int64, strict=False)
    return made, (
        Check(text.is_not_null() & made.is_null(), "not_a_number"),
        Check(made < 0, "negative"),
        Check(made > LARGEST_NUMBER, "too_large"),
    )


def _share(_field: Field, _value: Value, source: Source, text: pl.Expr) -> type_checks:
    percent = text.str.ends_with("%")
    plain = _plain_number(text.str.strip_suffix("%"), source.decimal).cast(pl.Float64, strict=False)
    made = pl.when(percent).then(plain / 100).otherwise(plain)
    return made.round(4).cast(SHARE, strict=False), (
        Check(text.is_not_null() & plain.is_null(), "not_a_number"),
        Check((made <= 0) | (made > 1), "too_large"),
    )


def _yes_no(_field: Field, _value: Value, _source: Source, text: pl.Expr) -> type_checks:
    known = {**_YES, **_NO}
    made = text.str.to_lowercase().replace_strict(known, default=None, return_dtype=pl.Boolean)
    return made, (Check(text.is_not_null() & made.is_null(), "unknown_code", (("allowed", ", ".join(known)),)),)


def _custom(field: Field, value: Value, source: Source, text: pl.Expr) -> type_checks:
    """The value as the JSON text that is stored, by the rules of its definition."""
    definition = field.definition
    assert definition is not None, field.name  # noqa: S101  the vocabulary gives every CUSTOM field its definition
    plain = text
    if definition.type == FieldType.DATE:
        plain = _date(text, source.dates).dt.strftime("%Y-%m-%d")
    elif definition.type in (FieldType.NUMBER, FieldType.MONEY):
        plain = _plain_number(text, source.decimal)
    made = plain.map_elements(partial(_stored, definition), return_dtype=pl.String)
    gaps = (("name", definition.label), ("type", str(definition.type.label)))
    return made, (Check(text.is_not_null() & made.is_null(), "custom_value", gaps),)


def _stored(definition: Definition, text: str) -> str | None:
    try:
        told = rules.cleaned([definition], {definition.slug: text})[definition.slug]
    except CustomValuesRefused:
        return None
    return None if told is None else json.dumps(told, ensure_ascii=False)


_READERS: dict[Type, Callable[[Field, Value, Source, pl.Expr], type_checks]] = {
    Type.TEXT: _text,
    Type.CODE: _code,
    Type.DATE: _day,
    Type.TIME: _time,
    Type.MONEY: _money,
    Type.NUMBER: _number,
    Type.SHARE: _share,
    Type.YES_NO: _yes_no,
    # Identifiers come as text here; each is checked by its standard afterwards (checks.py).
    Type.IDENTIFIER: _text,
    Type.REFERENCE: _text,
    Type.CUSTOM: _custom,
}
