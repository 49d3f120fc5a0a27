"""The records of a batch into the rooms' tables: new ones by COPY, changed ones by an update, unchanged ones not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from keyuan.accounts import bulk as accounts
from keyuan.agents import bulk as agents
from keyuan.claims import bulk as claims
from keyuan.customers import bulk as customers
from keyuan.customers.states import CustomerKind, Source
from keyuan.intake.build import CONTENT, KEY, Built
from keyuan.intake.checks import firsts
from keyuan.intake.known import CUSTOMER, HOLDER, NOTHING_FRESH, OLD_CONTENT, POLICY, TARGET, Fresh, Known
from keyuan.intake.mapping import Mapping
from keyuan.intake.models import ImportedRecord
from keyuan.intake.reading import ROW
from keyuan.intake.refusals import UnknownBranch
from keyuan.intake.values import ZONE
from keyuan.intake.vocabulary import RecordKind
from keyuan.kernel.actor import Actor
from keyuan.kernel.ahead import must_be_alone
from keyuan.kernel.copying import copy_rows, filled
from keyuan.policies import bulk as policies
from keyuan.products import bulk as products
from keyuan.servicedesk import bulk as servicedesk

PARTS = (RecordKind.TERM, RecordKind.FACT, RecordKind.OBJECT, RecordKind.PARTY)
Counts = dict[str, dict[str, int]]


@dataclass(slots=True)
class Writer:
    """Writes one batch in the caller's transaction; made anew for each."""

    run_id: int
    book_id: int
    book: str
    mapping: Mapping
    file: int
    file_name: str
    known: Known
    by: Actor
    today: date
    counts: Counts = field(default_factory=dict)
    head_office: int = 0
    first_row: int = 0
    fresh_customers: list[int] = field(default_factory=list)
    fresh_policies: set[int] = field(default_factory=set)
    fresh: Fresh = NOTHING_FRESH

    def write(self, made: Sequence[Built]) -> Counts:
        """Write every record, in the order of their kinds; returns what became of them."""
        known = self.known
        heights = [frame.height for frame in (known.records, known.customers, known.policies)]
        if not self.head_office:
            must_be_alone()
            self.head_office = self._default_unit()
        self._open_codes(made)
        for kind in RecordKind:
            of_kind = [built for built in made if built.record.kind == kind and not built.frame.is_empty()]
            for built in of_kind:
                self._write_kind(built, made)
        self.fresh = Fresh(known.records[heights[0] :], known.customers[heights[1] :], known.policies[heights[2] :])
        return self.counts

    def _write_kind(self, built: Built, made: Sequence[Built]) -> None:
        kind = built.record.kind
        frame = firsts(built).join(self.known.records, on=KEY, how="left")
        new = frame.filter(pl.col(TARGET).is_null())
        changed = frame.filter(pl.col(TARGET).is_not_null() & (pl.col(CONTENT) != pl.col(OLD_CONTENT)))
        changed = changed.with_columns(pl.col(TARGET).alias("id"))
        if not changed.is_empty():
            must_be_alone()
        count = self.counts.setdefault(kind.value, {"new": 0, "changed": 0, "unchanged": 0, "repeated": 0})
        count["new"] += new.height
        count["changed"] += changed.height
        # A record whose first row came before this batch has been counted with that row.
        earlier = (pl.col("_old_file") < self.file) | (
            (pl.col("_old_file") == self.file) & (pl.col("_old_row") < self.first_row)
        )
        again = frame.filter(pl.col(TARGET).is_not_null() & earlier & (pl.col(CONTENT) == pl.col(OLD_CONTENT))).height
        count["unchanged"] += frame.height - new.height - changed.height - again
        count["repeated"] += built.frame.height - frame.height + again
        if kind == RecordKind.CUSTOMER:
            new = self._customers(new, changed)
        elif kind == RecordKind.POLICY:
            new = self._policies(built, new, changed, made)
        elif kind in PARTS:
            new = self._parts(built, new, changed)
        elif kind == RecordKind.CLAIM:
            new = self._claims(new, changed)
        else:
            new = self._contacts(new, changed)
        self._remember(new, changed)

    def _remember(self, new: pl.DataFrame, changed: pl.DataFrame) -> None:
        rows = new.select(
            pl.lit(self.book_id).alias("book_id"),
            pl.col(KEY).str.decode("hex").alias("key"),
            pl.col("id").alias("target_id"),
            pl.col(CONTENT).str.decode("hex").alias("content"),
            pl.lit(self.run_id).alias("run_id"),
            pl.lit(self.file).alias("file"),
            pl.col(ROW).alias("row"),
        )
        copy_rows(ImportedRecord._meta.db_table, rows)
        self.known.records = pl.concat(
            [
                self.known.records,
                new.select(
                    KEY,
                    pl.col("id").alias(TARGET),
                    pl.col(CONTENT).alias(OLD_CONTENT),
                    pl.lit(self.run_id, dtype=pl.Int64).alias("_run"),
                    pl.lit(self.file, dtype=pl.Int64).alias("_old_file"),
                    pl.col(ROW).alias("_old_row"),
                ),
            ]
        )
        for row, key, content in changed.select(ROW, KEY, CONTENT).iter_rows():
            ImportedRecord.objects.filter(book_id=self.book_id, key=bytes.fromhex(key)).update(
                content=bytes.fromhex(content), run_id=self.run_id, file=self.file, row=row
            )

    def _default_unit(self) -> int:
        if not self.mapping.branch:
            return accounts.head_office(by=self.by)
        if self.mapping.branch in self.known.units:
            return self.known.units[self.mapping.branch]
        if "branches" not in self.mapping.create:
            raise UnknownBranch(branch=self.mapping.branch)
        self.known.units |= accounts.open_branches([self.mapping.branch], by=self.by)
        return self.known.units[self.mapping.branch]

    def _open_codes(self, made: Sequence[Built]) -> None:
        """Enter the branches, agents and products that only the book knows (the checks made sure that it may)."""
        for built in made:
            columns = built.frame.columns
            if "branch" in columns:
                new = _new(built.frame, "branch", self.known.units)
                self.known.units |= accounts.open_branches(new, by=self.by) if new else {}
            if "agent" in columns:
                new = _new(built.frame, "agent", self.known.agents)
                self.known.agents |= agents.register_agents(new, org_unit_id=self.head_office) if new else {}
            if "product" in columns:
                new = _new(built.frame, "product", self.known.products)
                if new:
                    rows = filled(built.frame.unique("product", keep="first"), ["product_name", "line"], "")
                    named = {
                        code: (name, line)
                        for code, name, line in rows.select("product", "product_name", "line").iter_rows()
                        if code in new
                    }
                    self.known.products |= products.open_products(named)

    def _unit(self, frame: pl.DataFrame, otherwise: pl.Expr) -> pl.Expr:
        if "branch" not in frame.columns:
            return otherwise
        return (
            pl.col("branch").replace_strict(self.known.units, default=None, return_dtype=pl.Int64).fill_null(otherwise)
        )

    def _agent(self, frame: pl.DataFrame) -> list[pl.Expr]:
        if "agent" not in frame.columns:
            return []
        return [
            pl.col("agent").replace_strict(self.known.agents, default=None, return_dtype=pl.Int64).alias("agent_id")
        ]

    def _whence(self, frame: pl.DataFrame) -> pl.Series:
        """Where a record came from, as the payload of its log line."""
        told = {
            "book": pl.lit(self.book),
            "run": pl.lit(self.run_id),
            "file": pl.lit(self.file_name),
            "row": pl.col(ROW),
        }
        struct = pl.struct(expr.alias(name) for name, expr in told.items()).struct.json_encode()
        return frame.select(struct.alias("payload"))["payload"]

    def _customers(self, new: pl.DataFrame, changed: pl.DataFrame) -> pl.DataFrame:
        ids = customers.allot(new.height)
        new = self._as_customers(new.with_columns(pl.Series("id", ids, pl.Int64)))
        new = new.with_columns(pl.Series("number", customers.numbers(new.height), dtype=pl.String))
        if not new.is_empty():
            customers.add(new, by=self.by, today=self.today, payload=self._whence(new))
            self.fresh_customers += ids
        if not changed.is_empty():
            again = self._as_customers(changed)
            customers.change(again, by=self.by, today=self.today, payload=self._whence(again))
        here = new.select(KEY, pl.col("id").alias(TARGET), "org_unit_id")
        self.known.customers = pl.concat([self.known.customers, here])
        return new

    def _as_customers(self, frame: pl.DataFrame) -> pl.DataFrame:
        frame = filled(frame, ["kind"], CustomerKind.INDIVIDUAL.value)
        frame = filled(frame, ["source"], Source.IMPORT.value)
        return frame.with_columns(
            self._unit(frame, pl.lit(self.head_office, dtype=pl.Int64)).alias("org_unit_id"),
            pl.lit(self.mapping.synthetic).alias("synthetic"),
            pl.lit(self.today).cast(pl.Datetime("us")).dt.replace_time_zone(ZONE).alias("occurred_at"),
            *self._agent(frame),
        )

    def _policies(self, built: Built, new: pl.DataFrame, changed: pl.DataFrame, made: Sequence[Built]) -> pl.DataFrame:
        new = new.with_columns(pl.Series("id", policies.allot("policy", new.height), pl.Int64))
        new, changed = self._as_policies(new), self._as_policies(changed)
        new = _from_terms(new, made)
        self.fresh_policies.update(new["id"].to_list())
        if not new.is_empty():
            policies.add(new, by=self.by, today=self.today)
        if not changed.is_empty():
            policies.change(
                changed.select(pl.exclude([n for n in ("premium", "ends_on") if n not in built.record.fields])),
                by=self.by,
            )
        here = new.select(KEY, pl.col("id").alias(TARGET), *HOLDER)
        self.known.policies = pl.concat([self.known.policies, here])
        return new

    def _as_policies(self, frame: pl.DataFrame) -> pl.DataFrame:
        owners = self.known.customers.rename({KEY: CUSTOMER, TARGET: "customer_id", "org_unit_id": "_unit_of_customer"})
        frame = frame.join(owners, on=CUSTOMER, how="left")
        frame = filled(frame, ["currency"], self.mapping.currency)
        signed = (
            pl.col("signed_on").fill_null(pl.col("starts_on")) if "signed_on" in frame.columns else pl.col("starts_on")
        )
        return frame.with_columns(
            self._unit(frame, pl.col("_unit_of_customer")).alias("org_unit_id"),
            pl.col("product")
            .replace_strict(self.known.products, default=None, return_dtype=pl.Int64)
            .alias("product_id"),
            signed.alias("signed_on"),
            *self._agent(frame),
        )

    def _holders(self, frame: pl.DataFrame) -> pl.DataFrame:
        """With policy_id, customer_id, org_unit_id, currency and the policy's first day, by the policy that it names."""
        holders = self.known.policies.rename({KEY: POLICY, TARGET: "policy_id", "starts_on": "policy_starts_on"})
        if "currency" in frame.columns:
            holders = holders.drop("currency")
        return frame.join(holders, on=POLICY, how="left")

    def _parts(self, built: Built, new: pl.DataFrame, changed: pl.DataFrame) -> pl.DataFrame:
        kind = built.record.kind
        new = self._holders(new).with_columns(pl.Series("id", policies.allot(kind.value, new.height), pl.Int64))
        changed = self._holders(changed)
        if kind == RecordKind.PARTY:
            parties = self.known.customers.select(pl.col(KEY).alias(CUSTOMER), pl.col(TARGET).alias("customer_id"))
            new = new.drop("customer_id").join(parties, on=CUSTOMER, how="left")
        policies.add_parts(kind.value, new, by=self.by, today=self.today)
        policies.change_parts(kind.value, changed)
        if kind == RecordKind.TERM:
            self._follow(new, changed)
        return new

    def _follow(self, new: pl.DataFrame, changed: pl.DataFrame) -> None:
        """Policies from before this batch take their end and premium from their terms, unless the book tells them."""
        touched = set(new["policy_id"].to_list()) | set(changed["policy_id"].to_list())
        records = [
            record for source in self.mapping.sources for record in source.records if record.kind == RecordKind.POLICY
        ]
        told = {name for record in records for name in record.fields}
        policies.follow_terms(
            sorted(touched - self.fresh_policies), ends="ends_on" not in told, premium="premium" not in told
        )

    def _claims(self, new: pl.DataFrame, changed: pl.DataFrame) -> pl.DataFrame:
        new = self._as_claims(new).with_columns(pl.Series("id", claims.allot(new.height), pl.Int64))
        if not new.is_empty():
            claims.add(new, by=self.by, today=self.today)
        if not changed.is_empty():
            claims.change(self._as_claims(changed), by=self.by)
        return new

    def _as_claims(self, frame: pl.DataFrame) -> pl.DataFrame:
        notified = (
            pl.col("notified_on").fill_null(pl.col("occurred_on"))
            if "notified_on" in frame.columns
            else pl.col("occurred_on")
        )
        return self._holders(frame).with_columns(notified.alias("notified_on"))

    def _contacts(self, new: pl.DataFrame, changed: pl.DataFrame) -> pl.DataFrame:
        owners = self.known.customers.rename({KEY: CUSTOMER, TARGET: "customer_id"})
        # The log is never changed: a contact that reads otherwise now is told again.
        told = pl.concat([new, changed.drop("id")]) if not changed.is_empty() else new
        servicedesk.add_contacts(told.join(owners, on=CUSTOMER, how="left"), by=self.by)
        return new.join(owners.select(CUSTOMER, pl.col("customer_id").alias("id")), on=CUSTOMER, how="left")


def _new(frame: pl.DataFrame, column: str, table: dict[str, int]) -> list[str]:
    found = frame[column].drop_nulls().unique(maintain_order=True).to_list()
    new = [code for code in found if code not in table]
    if new:
        must_be_alone()
    return new


def _as_money(cents: pl.Expr) -> pl.Expr:
    """Whole cents as an exact decimal (dividing a decimal would round it)."""
    text = (cents // 100).cast(pl.String) + "." + (cents % 100).cast(pl.String).str.zfill(2)
    return text.cast(pl.Decimal(16, 2))


def _from_terms(frame: pl.DataFrame, made: Sequence[Built]) -> pl.DataFrame:
    """Premium and end of new policies that only their terms tell: the last term's, the premium per payment period."""
    told = [built.frame for built in made if built.record.kind == RecordKind.TERM]
    terms = [
        (rows if "ends_on" in rows.columns else rows.with_columns(pl.lit(None, pl.Date).alias("ends_on"))).select(
            POLICY, "starts_on", "ends_on", "premium"
        )
        for rows in told
    ]
    if not terms or {"premium", "ends_on"} <= set(frame.columns):
        return frame
    last = pl.concat(terms).sort("starts_on").group_by(POLICY).last()
    last = last.select(pl.col(POLICY).alias(KEY), pl.col("ends_on").alias("_ends"), pl.col("premium").alias("_premium"))
    frame = frame.join(last, on=KEY, how="left", maintain_order="left")
    cents = (pl.col("_premium") * 100).cast(pl.Int64)
    mode = pl.col("payment_mode").cast(pl.Int64)
    period = pl.when(mode == 0).then(cents).otherwise((cents * mode * 2 + 12) // 24)
    if "premium" not in frame.columns:
        frame = frame.with_columns(_as_money(period).alias("premium"))
    return frame.with_columns(pl.col("_ends").alias("ends_on")) if "ends_on" not in frame.columns else frame
