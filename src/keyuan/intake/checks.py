"""What can only be seen with other rows and the database in view. Checking never writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from keyuan.customers import bulk as customers
from keyuan.customers.custom import record_of
from keyuan.customers.events import IMPORTED
from keyuan.customers.states import CustomerKind
from keyuan.customfields.queries import kept
from keyuan.customfields.shapes import PREFIX
from keyuan.eventlog.bulk import payloads_of
from keyuan.intake.build import CONTENT, KEY, Built, Problem
from keyuan.intake.known import CUSTOMER, OLD_CONTENT, POLICY, TARGET, Known
from keyuan.intake.mapping import Mapping
from keyuan.intake.reading import ROW
from keyuan.intake.vocabulary import RecordKind
from keyuan.kernel.ahead import must_be_alone


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the batch stands: the run, the mapping and the names of the run's files."""

    run_id: int
    # This run and those before it of the very same files and mapping: what contradicted then contradicts now.
    runs: Sequence[int]
    mapping: Mapping
    files: Sequence[str]
    file: int
    hopeful: bool = False


def settle(made: Sequence[Built], known: Known, around: Surroundings) -> list[Problem]:
    """Take out every row that cannot be taken in, and every row that rests on it; returns why."""
    found: list[Problem] = []
    while True:
        problems = list(_problems(made, known, around))
        if not problems:
            return found
        found += problems
        bad = {problem.row for problem in problems}
        for built in made:
            built.frame = built.frame.filter(~pl.col(ROW).is_in(list(bad)))


def _problems(made: Sequence[Built], known: Known, around: Surroundings) -> Iterator[Problem]:
    for built in made:
        if built.frame.is_empty():
            continue
        yield from _contradictions(built, known, around)
        yield from _references(built, made, known)
        yield from _codes(built, known, around.mapping)
        yield from _order_of_days(built)
        yield from _whose_fields(built)
    yield from _numbers(made, RecordKind.POLICY, known.policy_numbers, known, around)
    yield from _numbers(made, RecordKind.CLAIM, known.claim_numbers, known, around)
    yield from _premiums(made, known)
    yield from _identifiers(made, known, around)


def firsts(built: Built) -> pl.DataFrame:
    """One row for each record: the first that tells of it."""
    return built.frame.unique(KEY, keep="first", maintain_order=True)


def _contradictions(built: Built, known: Known, around: Surroundings) -> Iterator[Problem]:
    """The same key with other content: in this batch, or earlier in this run."""
    first = firsts(built).select(KEY, pl.col(CONTENT).alias("_first"), pl.col(ROW).alias("_first_row"))
    rows = built.frame.select(ROW, KEY, CONTENT).join(first, on=KEY, how="left")
    label = str(built.record.kind.label)
    for row, earlier in rows.filter(pl.col(CONTENT) != pl.col("_first")).select(ROW, "_first_row").iter_rows():
        fields = _differing(built, earlier, row)
        yield Problem(
            row,
            fields,
            "contradiction",
            {"row": earlier, "file": around.files[around.file], "kind": label, "fields": fields},
        )
    seen = known.records.filter(pl.col("_run").is_in(list(around.runs)))
    again = rows.join(seen, on=KEY, how="inner").filter(pl.col(CONTENT) != pl.col(OLD_CONTENT))
    for row, file, earlier in again.select(ROW, "_old_file", "_old_row").iter_rows():
        yield Problem(
            row, "", "contradiction", {"row": earlier, "file": around.files[file], "kind": label, "fields": "?"}
        )


def _differing(built: Built, one: int, other: int) -> str:
    rows = built.frame.filter(pl.col(ROW).is_in([one, other]))
    names = [name for name in built.frame.columns if not name.startswith("_") and rows[name].n_unique() > 1]
    return ", ".join(built.record.fields[name].shown or name if name in built.record.fields else name for name in names)


def _references(built: Built, made: Iterable[Built], known: Known) -> Iterator[Problem]:
    for column, name, kind in ((CUSTOMER, "customer", RecordKind.CUSTOMER), (POLICY, "policy", RecordKind.POLICY)):
        if column not in built.frame.columns:
            continue
        here = [other.frame[KEY] for other in made if other.record.kind == kind]
        there = pl.concat([known.records[KEY], *here]).unique()
        lost = built.frame.filter(~pl.col(column).is_in(there.implode()))
        shown = built.record.fields[name].shown or name
        for row, text in lost.select(ROW, name).iter_rows():
            yield Problem(row, shown, f"unknown_{name}", {"value": text})


def _codes(built: Built, known: Known, mapping: Mapping) -> Iterator[Problem]:
    for column, table, creatable in (
        ("branch", known.units, "branches"),
        ("agent", known.agents, "agents"),
        ("product", known.products, "products"),
    ):
        if column not in built.frame.columns:
            continue
        new = built.frame.filter(pl.col(column).is_not_null() & ~pl.col(column).is_in(list(table)))
        if creatable in mapping.create:
            # A new product is entered only with its line.
            needs_line = column == "product"
            new = (
                new.clear()
                if not needs_line
                else new.filter(pl.col("line").is_null())
                if "line" in new.columns
                else new
            )
        for row, text in new.select(ROW, column).iter_rows():
            yield Problem(row, built.record.fields[column].shown or column, f"unknown_{column}", {"value": text})


def _order_of_days(built: Built) -> Iterator[Problem]:
    frame, fields = built.frame, built.record.fields
    have = set(frame.columns)
    if {"starts_on", "ends_on"} <= have:
        wrong = frame.filter(pl.col("ends_on") <= pl.col("starts_on")).select(ROW, "starts_on", "ends_on")
        for row, starts, ends in wrong.iter_rows():
            yield Problem(row, fields["ends_on"].shown, "ends_before_start", {"starts": str(starts), "ends": str(ends)})
    if {"occurred_on", "notified_on"} <= have:
        wrong = frame.filter(pl.col("notified_on") < pl.col("occurred_on")).select(ROW, "occurred_on", "notified_on")
        for row, occurred, notified in wrong.iter_rows():
            gaps = {"occurred": str(occurred), "notified": str(notified)}
            yield Problem(row, fields["notified_on"].shown, "notified_before_loss", gaps)
    if built.record.kind == RecordKind.CLAIM and have & {"decision", "decided_on"}:
        decided = pl.col("decided_on").is_null() if "decided_on" in have else pl.lit(True)
        decision = pl.col("decision").is_null() if "decision" in have else pl.lit(True)
        for row in frame.filter(decided != decision)[ROW]:
            yield Problem(row, "decision", "decision_without_day")


def _whose_fields(built: Built) -> Iterator[Problem]:
    """A custom field of people has no value for an enterprise, nor the other way round."""
    names = [name for name in built.frame.columns if name.startswith(PREFIX)]
    if built.record.kind != RecordKind.CUSTOMER or not names:
        return
    frame = built.frame
    kind = pl.col("kind").fill_null("individual") if "kind" in frame.columns else pl.lit("individual")
    for customer_kind in CustomerKind:
        known = {each.key for each in kept()[record_of(customer_kind)]}
        for name in (name for name in names if name not in known):
            for row in frame.filter(pl.col(name).is_not_null() & (kind == customer_kind.value))[ROW]:
                gaps = {"name": name, "kind": str(customer_kind.label)}
                yield Problem(row, built.record.fields[name].shown, "custom_not_for_kind", gaps)


def _numbers(
    made: Sequence[Built], kind: RecordKind, taken: pl.DataFrame, known: Known, around: Surroundings
) -> Iterator[Problem]:
    parts = [firsts(built).select(ROW, KEY, "number") for built in made if built.record.kind == kind]
    if not parts:
        return
    rows = pl.concat(parts).unique(KEY, keep="first", maintain_order=True)
    column = next(built.record.fields["number"].shown for built in made if built.record.kind == kind)
    yield from _twice(rows, "number", column, around)
    own = known.records.select(KEY, TARGET)
    held = rows.join(taken, on="number", how="inner").join(own, on=KEY, how="left")
    for row, number in held.filter(pl.col("id").ne_missing(pl.col(TARGET))).select(ROW, "number").iter_rows():
        yield Problem(row, column, "number_taken", {"value": number})


def _twice(rows: pl.DataFrame, value: str, column: str, around: Surroundings) -> Iterator[Problem]:
    """Rows of different records that bear the same value; the first of them stays."""
    first = rows.unique(value, keep="first", maintain_order=True).select(
        value, pl.col(ROW).alias("_first_row"), pl.col(KEY).alias("_first_key")
    )
    again = rows.join(first, on=value, how="inner").filter(pl.col(KEY) != pl.col("_first_key"))
    for row, text, earlier in again.select(ROW, value, "_first_row").iter_rows():
        yield Problem(
            row, column, "duplicate_in_book", {"value": text, "row": earlier, "file": around.files[around.file]}
        )


def _premiums(made: Sequence[Built], known: Known) -> Iterator[Problem]:
    """A new policy without a premium of its own needs a term to take it from."""
    for built in made:
        if built.record.kind != RecordKind.POLICY:
            continue
        terms = [other.frame[POLICY] for other in made if other.record.kind == RecordKind.TERM]
        told = pl.concat([known.records[KEY], *terms]).unique()
        bare = pl.col("premium").is_null() if "premium" in built.frame.columns else pl.lit(True)
        for row in built.frame.filter(bare & ~pl.col(KEY).is_in(told.implode()))[ROW]:
            yield Problem(row, "premium", "premium_unknown")


def _identifiers(made: Sequence[Built], known: Known, around: Surroundings) -> Iterator[Problem]:
    for built in made:
        if built.record.kind != RecordKind.CUSTOMER or not set(customers.IDENTIFIERS) & set(built.frame.columns):
            continue
        rows = firsts(built).join(known.records.select(KEY, TARGET, OLD_CONTENT), on=KEY, how="left")
        # What has not changed was checked when it came.
        rows = rows.filter(pl.col(CONTENT).ne_missing(pl.col(OLD_CONTENT)))
        kind = pl.col("kind") if "kind" in rows.columns else pl.lit("individual")
        claims = customers.identifiers_in(
            rows.with_columns(pl.col(ROW).alias("id"), kind.fill_null("individual").alias("kind"))
        )
        if claims.is_empty():
            continue
        whose = rows.select(pl.col(ROW), KEY, TARGET)
        told = claims.rename({"customer_id": ROW}).join(whose, on=ROW, how="left")
        names = {
            kind.value: built.record.fields[name].shown
            for name, kind in customers.IDENTIFIERS.items()
            if name in built.record.fields
        }
        for name, column in names.items():
            yield from _twice(told.filter(pl.col("kind") == name), "value", column, around)
        if told["digest"].is_in(customers.being_registered().implode()).any():
            # Whose it is can only be told once it stands.
            must_be_alone()
        if not around.hopeful:
            yield from _registered(told, names, around)


def _registered(told: pl.DataFrame, names: dict[str, str], around: Surroundings) -> Iterator[Problem]:
    held = told.join(customers.registered(told["digest"].to_list()), on="digest", how="inner")
    held = held.filter(pl.col("customer_id").ne_missing(pl.col(TARGET)))
    if held.is_empty():
        return
    origins = payloads_of(IMPORTED, held["customer_id"].to_list())
    for row, kind, value, owner, number in held.select(ROW, "kind", "value", "customer_id", "number").iter_rows():
        origin = origins.get(owner, {})
        gaps = {"value": value, "number": number}
        if origin.get("run") == around.run_id:
            yield Problem(
                row, names[kind], "duplicate_in_book", {"value": value, "row": origin["row"], "file": origin["file"]}
            )
        else:
            yield Problem(row, names[kind], "duplicate_in_database", gaps)
