"""From rows of text to members: each cell read, each fault with its row and column, good rows kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from keyuan.customers.registry import digest_of
from keyuan.customers.standards import InvalidIdentifier, normalise, normalise_document
from keyuan.customers.states import DocumentKind, IdentifierKind
from keyuan.policies.members.columns import LABELS, NEEDED, READERS, BadCell, field_of
from keyuan.policies.members.reading import BROKEN, LOST
from keyuan.policies.members.rules import Wanted
from keyuan.policies.refusals import ColumnsMissing, ListUnreadable


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is not taken: where, why, and what stood there."""

    row: int
    column: str
    code: str
    gaps: dict[str, Any]
    cells: list[str]

    def stored(self) -> list[Any]:
        """As MemberList keeps it; no more of the row than its owner sent."""
        return [self.row, self.column, self.code, self.gaps, self.cells]


@dataclass(slots=True)
class Sheet:
    """A list as it was read. ``ignored``: columns that nobody knows."""

    header: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    total: int = 0


def checked(rows: Iterable[tuple[int, list[str]]], *, name: str) -> Sheet:
    """Every row as a member or as a reject; raises ColumnsMissing or ListUnreadable for a file without a header."""
    found = Sheet()
    places: dict[str, int] = {}
    seen: dict[bytes, int] = {}
    for number, cells in rows:
        if not found.header:
            found.header = [cell.strip() for cell in cells]
            places = _places(found)
            continue
        found.total += 1
        try:
            wanted = _member(number, cells, places)
            _first_time(wanted, seen)
        except _Fault as fault:
            column = found.header[places[fault.field]] if fault.field in places else str(LABELS[fault.field])
            found.rejects.append(Reject(number, column, fault.code, fault.gaps, cells))
        else:
            found.wanted.append(wanted)
    if not found.header:
        raise ListUnreadable(name=name, problem="-")
    return found


class _Fault(Exception):
    def __init__(self, name: str, code: str, gaps: dict[str, Any]) -> None:
        super().__init__(code)
        self.field, self.code, self.gaps = name, code, gaps


def _places(found: Sheet) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, heading in enumerate(found.header):
        name = field_of(heading)
        if name is None or name in places:
            found.ignored += [heading] if heading else []
        else:
            places[name] = place
    missing = [str(LABELS[name]) for name in NEEDED if name not in places]
    if missing:
        raise ColumnsMissing(missing="、".join(missing), found="、".join(filter(None, found.header[:30])) or "-")
    return places


def _member(number: int, cells: list[str], places: dict[str, int]) -> Wanted:
    values: dict[str, Any] = {}
    for name, place in places.items():
        text = cells[place] if place < len(cells) else ""
        values[name] = _read(name, text)
    kind = values.pop("document_kind", None) or DocumentKind.RESIDENT_ID
    values["id_number"] = _document_number(kind, values["id_number"])
    values["document_kind"] = str(DocumentKind(kind).value)
    joined: date | None = values.pop("joined_on", None)
    left: date | None = values.pop("left_on", None)
    # What a list leaves empty it does not say: a mobile that we know is not lost.
    said = {key: value for key, value in values.items() if value not in (None, "")}
    digest = digest_of(IdentifierKind.ID_NUMBER, values["id_number"])
    return Wanted(row=number, digest=digest, values=said, joined_on=joined, left_on=left)


def _read(name: str, text: str) -> Any:
    if text.startswith(LOST):
        raise _Fault(name, "digits_lost", {})
    if BROKEN in text:
        raise _Fault(name, "broken_text", {})
    if not text:
        if name in NEEDED:
            raise _Fault(name, "empty", {})
        return None
    try:
        return READERS[name](text)
    except BadCell as bad:
        raise _Fault(name, bad.code, bad.gaps) from bad


def _document_number(kind: str, text: str) -> str:
    """By the rule of its kind; where no kind is said, a resident number or any other document's."""
    try:
        if kind == DocumentKind.RESIDENT_ID:
            return normalise(IdentifierKind.ID_NUMBER, text)
        return normalise_document(kind, text)
    except InvalidIdentifier as error:
        raise _Fault("id_number", "identifier", {"problem": str(error)}) from error


def _first_time(wanted: Wanted, seen: dict[bytes, int]) -> None:
    if wanted.digest in seen:
        raise _Fault("id_number", "twice", {"row": seen[wanted.digest]})
    seen[wanted.digest] = wanted.row
