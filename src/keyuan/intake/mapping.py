"""The mapping: how the columns of a book become customers, policies, claims and contacts. See docs/import.md."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from fnmatch import fnmatch

from keyuan.intake.vocabulary import RecordKind, fields_of


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a template: text, or a column with the date pattern in which it is printed ("": as it stands)."""

    text: str = ""
    column: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """Where a value comes from: a column, a constant or a template; then its value map ("*": all others) and default.

    ``otherwise`` is asked where the value is empty.
    """

    column: str = ""
    constant: str | None = None
    template: tuple[Piece, ...] = ()
    values: Dict[str, str | None] | None = None
    default: str | None = None
    days: int = 0
    months: int = 0
    round: bool = False
    otherwise: Value | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        own = (self.column,) if self.column else tuple(piece.column for piece in self.template if piece.column)
        return own + (self.otherwise.columns if self.otherwise else ())

    @property
    def shown(self) -> str:
        """What a reject names as the column."""
        return " + ".join(dict.fromkeys(self.columns))


@dataclass(frozen=True, slots=True)
class Condition:
    """A row makes the record only if ``column`` is (not) one of ``texts``; None among them is an empty cell."""

    column: str
    texts: tuple[str | None, ...]
    negative: bool


@dataclass(frozen=True, slots=True)
class Record:
    """One record that each row (that meets ``when``) makes."""

    kind: RecordKind
    fields: Dict[str, Value]
    key: Value | None = None
    details: Dict[str, Value] = field(default_factory=dict)
    when: tuple[Condition, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        values = [*self.fields.values(), *self.details.values(), *([self.key] if self.key else [])]
        named = [column for value in values for column in value.columns]
        return tuple(dict.fromkeys([*named, *(condition.column for condition in self.when)]))


@dataclass(frozen=True, slots=True)
class Source:
    """The files (and sheets) of one shape. ``match`` is a glob on the file's name, or several with | between."""

    match: str
    records: tuple[Record, ...]
    sheet: str = ""
    encoding: str = "auto"
    delimiter: str = "auto"
    dates: tuple[str, ...] = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%Y.%m.%d")
    times: tuple[str, ...] = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d")
    decimal: str = "."
    empty: tuple[str, ...] = ("", "NA", "N/A", "NULL", "null", "无", "-")
    optional: bool = False
    may_lack_columns: bool = False

    def takes(self, file_name: str) -> bool:
        return any(fnmatch(file_name.lower(), glob.strip().lower()) for glob in self.match.split("|"))

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(column for record in self.records for column in record.columns))

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that a file must have: all, or with ``may_lack_columns`` those of keys and required fields."""
        if not self.may_lack_columns:
            return self.columns
        values = [record.key for record in self.records if record.key and not record.when]
        for record in self.records:
            if not record.when:
                known = fields_of(record.kind, record.fields)
                values += [
                    value for name, value in record.fields.items() if known[name].required and value.default is None
                ]
        return tuple(dict.fromkeys(column for value in values for column in value.columns))


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping. ``book`` is the name space of its keys: the same key under another book is another record."""

    book: str
    title: str
    sources: tuple[Source, ...]
    currency: str = "CNY"
    branch: str = ""
    create: frozenset[str] = frozenset()
    synthetic: bool = False
    text: str = ""

    @property
    def digest(self) -> str:
        """What tells one mapping from another; comments count, which does no harm."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def pieces(template: str) -> tuple[Piece, ...]:
    """``"{Date_birth}|{Start:%Y}"`` as pieces; raises ValueError for a brace that does not close."""
    result: list[Piece] = []
    for text, name, pattern, _conversion in string.Formatter().parse(template):
        if text:
            result.append(Piece(text=text))
        if name is not None:
            if not name:
                raise ValueError("{} names no column")
            result.append(Piece(column=name, pattern=pattern or ""))
    return tuple(result)
