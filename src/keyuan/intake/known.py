"""What the database knows already of the things that a batch speaks of: looked up once, before anything is checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import polars as pl

from keyuan.accounts import bulk as accounts
from keyuan.agents import bulk as agents
from keyuan.claims import bulk as claims
from keyuan.customers import bulk as customers
from keyuan.intake.build import KEY, Built, reference
from keyuan.intake.vocabulary import RecordKind
from keyuan.kernel.copying import fetch_frame, listed
from keyuan.policies import bulk as policies
from keyuan.products import bulk as products

TARGET = "_target"
OLD_CONTENT = "_old_content"
CUSTOMER = "_customer"
POLICY = "_policy"
RECORDS = {
    KEY: pl.String,
    TARGET: pl.Int64,
    OLD_CONTENT: pl.String,
    "_run": pl.Int64,
    "_old_file": pl.Int64,
    "_old_row": pl.Int64,
}
# What a policy's parts and claims take from it.
HOLDER = {"customer_id": pl.Int64, "org_unit_id": pl.Int64, "starts_on": pl.Date, "currency": pl.String}
_FIND = (
    "SELECT encode(key, 'hex'), target_id, encode(content, 'hex'), run_id, file, row FROM intake_importedrecord"
    " WHERE book_id = %s AND key IN (SELECT decode(unnest(string_to_array(%s, ',')), 'hex'))"
)


@dataclass(slots=True)
class Known:
    """``records``: what was imported before, by KEY. ``customers`` and ``policies``: those among them, with their units."""

    records: pl.DataFrame
    customers: pl.DataFrame
    policies: pl.DataFrame
    units: dict[str, int]
    agents: dict[str, int]
    products: dict[str, int]
    policy_numbers: pl.DataFrame
    claim_numbers: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a batch brings that is still being written, so that no look-up of the next batch can find it."""

    records: pl.DataFrame
    customers: pl.DataFrame
    policies: pl.DataFrame


NOTHING_FRESH = Fresh(
    pl.DataFrame(schema=RECORDS),
    pl.DataFrame(schema={KEY: pl.String, TARGET: pl.Int64, "org_unit_id": pl.Int64}),
    pl.DataFrame(schema={KEY: pl.String, TARGET: pl.Int64, **HOLDER}),
)


def with_references(built: Built, secret: bytes) -> None:
    """Turn the customer and policy that a record names into the KEY digests of those records."""
    for name, kind, column in (("customer", RecordKind.CUSTOMER, CUSTOMER), ("policy", RecordKind.POLICY, POLICY)):
        if name in built.frame.columns:
            built.frame = built.frame.with_columns(reference(kind, built.frame[name], secret).alias(column))


def look_up(
    book_id: int, made: Collection[Built], *, default_branch: str, hopeful: bool, fresh: Fresh = NOTHING_FRESH
) -> Known:
    """Everything that the checks and the writing need to know; ``fresh``: what the batch before is writing meanwhile.

    ``hopeful``: nothing of this book was imported before this run, so only what the rows refer to is looked up; a record
    or a number that is there after all breaks a constraint, and the batch is taken again without hope.
    """
    keys: set[str] = set()
    for built in made:
        for column in (CUSTOMER, POLICY) if hopeful else (KEY, CUSTOMER, POLICY):
            if column in built.frame.columns:
                keys.update(built.frame[column].unique().to_list())
    records = _of_survivors(fetch_frame(_FIND, [book_id, listed(keys)], RECORDS), made)
    records = _and(fresh.records.filter(pl.col(KEY).is_in(keys)), records)
    return Known(
        records=records,
        customers=_customers(records, made, fresh.customers),
        policies=_policies(records, made, fresh.policies),
        units=accounts.unit_ids({*_codes(made, "branch"), default_branch}),
        agents=agents.agent_ids(_codes(made, "agent")),
        products=products.product_ids(_codes(made, "product")),
        policy_numbers=policies.numbers_taken([] if hopeful else _numbers(made, RecordKind.POLICY)),
        claim_numbers=claims.numbers_taken([] if hopeful else _numbers(made, RecordKind.CLAIM)),
    )


def _and(fresh: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """What is being written and what was found; what has landed between the two looks is both, and told once."""
    return pl.concat([fresh, found.join(fresh.select(KEY), on=KEY, how="anti")]) if fresh.height else found


def _of_survivors(records: pl.DataFrame, made: Collection[Built]) -> pl.DataFrame:
    """The records, those of a customer who was merged away since pointing at the customer they went into."""
    named = _named(records, made, RecordKind.CUSTOMER, CUSTOMER)
    moved = customers.survivors(named[TARGET].to_list())
    if not moved:
        return records
    ours = pl.col(KEY).is_in(named[KEY].implode())
    return records.with_columns(
        pl.when(ours).then(pl.col(TARGET).replace(moved)).otherwise(pl.col(TARGET)).alias(TARGET)
    )


def _codes(made: Iterable[Built], column: str) -> set[str]:
    found: set[str] = set()
    for built in made:
        if column in built.frame.columns:
            found.update(built.frame[column].drop_nulls().unique().to_list())
    return found


def _numbers(made: Iterable[Built], kind: RecordKind) -> list[str]:
    found: set[str] = set()
    for built in made:
        if built.record.kind == kind:
            found.update(built.frame["number"].unique().to_list())
    return list(found)


def _named(records: pl.DataFrame, made: Iterable[Built], kind: RecordKind, column: str) -> pl.DataFrame:
    """(KEY, TARGET) of the known records of a kind, whether the batch brings them or refers to them."""
    keys = [built.frame[KEY].unique() for built in made if built.record.kind == kind]
    keys += [built.frame[column].unique() for built in made if column in built.frame.columns]
    wanted = pl.concat(keys).unique() if keys else pl.Series(KEY, [], pl.String)
    return records.filter(pl.col(KEY).is_in(wanted.implode())).select(KEY, TARGET)


def _customers(records: pl.DataFrame, made: Collection[Built], fresh: pl.DataFrame) -> pl.DataFrame:
    named = _named(records, made, RecordKind.CUSTOMER, CUSTOMER)
    coming = fresh.join(named.select(KEY), on=KEY, how="semi")
    named = named.join(coming.select(KEY), on=KEY, how="anti")
    units = customers.units_of(named[TARGET].to_list())
    return _and(coming, named.join(units.rename({"id": TARGET}), on=TARGET, how="left"))


def _policies(records: pl.DataFrame, made: Collection[Built], fresh: pl.DataFrame) -> pl.DataFrame:
    named = _named(records, made, RecordKind.POLICY, POLICY)
    coming = fresh.join(named.select(KEY), on=KEY, how="semi")
    named = named.join(coming.select(KEY), on=KEY, how="anti")
    facts = policies.holders_of(named[TARGET].to_list())
    return _and(coming, named.join(facts.rename({"id": TARGET}), on=TARGET, how="left"))
