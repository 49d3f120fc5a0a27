"""The finder: reads records in scope, brings those together that share a key, and weighs each pair.

Secrets are read in clear, because two mobiles can only be compared digit by digit; they stay in this process's memory.
What is only compared for equality (an address, a bank account) is kept as a number that means nothing elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from keyuan.customers import queries as customers
from keyuan.customers.names import fold, search_forms
from keyuan.customers.states import CustomerKind
from keyuan.duplicates.rules import pairs as meeting
from keyuan.duplicates.rules.compare import side_by_side
from keyuan.duplicates.rules.normal import address_key, company_key, digits_of, same_letters
from keyuan.duplicates.rules.scoring import WEIGHT, scored
from keyuan.duplicates.rules.weights import SMALLEST_BOOK, least_weight, limits

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

Progress = Callable[[str, int], None]
SHARED = {"mobile": "shared_mobile", "email": "shared_email", "plate": "shared_plate", "vin": "shared_plate"}
PERSON_SCHEMA = {
    "id": pl.Int64, "name": pl.String, "pinyin": pl.String, "initials": pl.String, "letters": pl.String,
    "sex": pl.String, "birth_date": pl.Date, "id_number": pl.Int64, "mobile": pl.String, "email": pl.Int64,
    "address": pl.Int64, "figures": pl.Int64, "home_phone": pl.Int64, "bank_account": pl.Int64, "employer": pl.String,
}  # fmt: skip
COMPANY_SCHEMA = {
    "id": pl.Int64, "core": pl.String, "pinyin": pl.String, "uscc": pl.Int64, "representative": pl.String,
    "mobile": pl.Int64, "home_phone": pl.Int64, "email": pl.Int64, "address": pl.Int64, "figures": pl.Int64,
    "bank_account": pl.Int64, "birth_date": pl.Date,
}  # fmt: skip
Row = tuple[Any, ...]


def _nothing(stage: str, done: int) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Found:
    """``pairs``: left, right, weight, outcomes and their weights, heaviest first. ``compared`` pairs were looked at."""

    pairs: pl.DataFrame
    records: int
    compared: int


def find(kind: CustomerKind, *, viewer: Viewer, at_least: float | None = None, progress: Progress = _nothing) -> Found:
    """All pairs of the book whose probability is at least ``at_least`` (None: the limit of a review)."""
    frames = [_plain(kind, [])]
    read = 0
    for batch in customers.matching_records(kind, viewer=viewer):
        frames.append(_plain(kind, prepared(kind, batch)))
        read += len(batch)
        progress("read", read)
    records = _common(kind, pl.concat(frames), size=0)
    del frames
    shared = shared_pairs(customers.shared_identifiers(viewer=viewer))
    return compare(kind, records, shared, at_least=at_least, progress=progress)


def compare(
    kind: CustomerKind,
    records: pl.DataFrame,
    shared: pl.DataFrame,
    *,
    at_least: float | None = None,
    size: int = 0,
    only: int | None = None,
    largest_block: int = meeting.LARGEST_BLOCK,
    progress: Progress = _nothing,
) -> Found:
    """The pairs among ``records`` that weigh enough in a book of ``size`` (0: these records). ``only``: of one record."""
    size = max(size, records.height)
    keys = meeting.keys_of_people if kind == CustomerKind.INDIVIDUAL else meeting.keys_of_companies
    met = [meeting.meeting(keyed, only=only, largest=largest_block) for keyed in keys(records)]
    known = records.select("id")
    by_identifier = shared.join(known, left_on="left", right_on="id").join(known, left_on="right", right_on="id")
    pairs = pl.concat([*met, by_identifier.select("left", "right")]).unique()
    progress("compare", pairs.height)
    least = least_weight(limits().review if at_least is None else at_least, records=size)
    parts = [
        _weighed(kind, part, records, shared, size).filter(pl.col(WEIGHT) >= least)
        for part in pairs.iter_slices(200_000)
    ]
    found = (
        pl.concat(parts) if parts else pl.DataFrame(schema={"left": pl.Int64, "right": pl.Int64, WEIGHT: pl.Float64})
    )
    progress("compared", found.height)
    return Found(found.sort(WEIGHT, descending=True), records.height, pairs.height)


def _weighed(
    kind: CustomerKind, pairs: pl.DataFrame, records: pl.DataFrame, shared: pl.DataFrame, size: int
) -> pl.DataFrame:
    flags = [pl.col(name).fill_null(False) for name in sorted({*SHARED.values()})]
    both = side_by_side(pairs, records).join(shared, on=["left", "right"], how="left").with_columns(*flags)
    return scored(both, kind.value, size)


def prepared(kind: CustomerKind, batch: Iterable[Row]) -> list[Row]:
    """Records as the frame takes them."""
    return [_person(row) if kind == CustomerKind.INDIVIDUAL else _company(row) for row in batch]


def frame_of(kind: CustomerKind, rows: list[Row], *, size: int = 0) -> pl.DataFrame:
    """The records with how common each name is in a book of ``size`` (0: these records)."""
    return _common(kind, _plain(kind, rows), size=size)


def _plain(kind: CustomerKind, rows: list[Row]) -> pl.DataFrame:
    """One batch as columns: a tenth of what its rows take as objects of Python."""
    return pl.DataFrame(rows, schema=PERSON_SCHEMA if kind == CustomerKind.INDIVIDUAL else COMPANY_SCHEMA, orient="row")


def _common(kind: CustomerKind, frame: pl.DataFrame, *, size: int) -> pl.DataFrame:
    name = "name" if kind == CustomerKind.INDIVIDUAL else "core"
    if kind == CustomerKind.INDIVIDUAL:
        frame = frame.with_columns(pl.col("birth_date").dt.to_string("%Y%m%d").alias("born"))
    return with_shares(frame, name, size=size)


def with_shares(frame: pl.DataFrame, name: str, *, size: int = 0) -> pl.DataFrame:
    """How large a part of the book has the name, and how large a part one that sounds so."""
    whole = max(size, frame.height, SMALLEST_BOOK)
    return frame.with_columns(
        (pl.len().over(name) / whole).alias("name_share"), (pl.len().over("pinyin") / whole).alias("sound_share")
    )


def shared_pairs(rows: Iterable[tuple[str, Collection[int]]]) -> pl.DataFrame:
    """Pairs that have had one identifier after each other, with a flag for each sort of it."""
    flagged: dict[tuple[int, int], set[str]] = {}
    for kind, holders in rows:
        ordered = sorted(holders)
        for place, left in enumerate(ordered):
            for right in ordered[place + 1 :]:
                flagged.setdefault((left, right), set()).add(SHARED[kind])
    names = sorted({*SHARED.values()})
    told = [(*pair, *(name in flags for name in names)) for pair, flags in flagged.items()]
    schema = {"left": pl.Int64, "right": pl.Int64, **dict.fromkeys(names, pl.Boolean)}
    return pl.DataFrame(told, schema=schema, orient="row")


def _person(row: Row) -> Row:
    (id_, name, pinyin, initials, sex, born, document, id_number, mobile, email, address, phone, bank, employer) = row
    place = address_key(address)
    return (
        id_,
        fold(name),
        pinyin,
        initials,
        same_letters(name),
        sex or None,
        born,
        _mark(f"{document}{id_number}" if id_number else None),
        mobile or None,
        _mark(email),
        _mark(place),
        _mark(digits_of(place) if len(digits_of(place)) > 2 else None),
        _mark(digits_of(phone)),
        _mark(digits_of(bank)),
        employer or None,
    )


def _company(row: Row) -> Row:
    (id_, name, _pinyin, _initials, uscc, representative, mobile, phone, email, address, bank, established) = row
    place = address_key(address)
    core = company_key(name)
    return (
        id_,
        core,
        search_forms(core, person=False).pinyin,
        _mark(uscc),
        representative or None,
        _mark(mobile),
        _mark(digits_of(phone)),
        _mark(email),
        _mark(place),
        _mark(digits_of(place) if len(digits_of(place)) > 2 else None),
        _mark(digits_of(bank)),
        established,
    )


def _mark(text: str | None) -> int | None:
    """A number for a text: salted anew in each process, so that it leads nowhere."""
    return hash(text) if text else None
