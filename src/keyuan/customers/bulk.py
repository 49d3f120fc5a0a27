"""Set-based writing of customers, for an imported book. One row per customer; the caller has allotted ``id``.

Frames carry the columns of VALUES that the mapping fills; what is missing stays as the tables have it by default.
Sensitive values come as text and are sealed here; identifiers come normalised (customers/standards).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import polars as pl
from django.db import connection

from keyuan.customers.actions.register import next_customer_numbers
from keyuan.customers.events import IMPORTED
from keyuan.customers.models import Assignment, Customer, Enterprise, Identifier, Person
from keyuan.customers.names import search_forms
from keyuan.customers.registry import digests_of, shown_of
from keyuan.customers.states import SEALED_KINDS, AssignmentKind, CustomerKind, IdentifierKind
from keyuan.customfields import bulk as customfields
from keyuan.eventlog import bulk as log
from keyuan.kernel.actor import Actor
from keyuan.kernel.ahead import must_be_alone, on_their_way
from keyuan.kernel.copying import copy_rows, fetch_frame, filled, listed, new_ids, update_rows
from keyuan.kernel.sealing import keyring

CUSTOMER = ("kind", "name", "org_unit_id", "source", "source_detail", "synthetic")
SEALED_PERSON = (
    "id_number",
    "mobile",
    "email",
    "work_phone",
    "home_phone",
    "home_address",
    "bank_account",
    "health_note",
)
SEALED_ENTERPRISE = ("contact_mobile", "email", "bank_account")
PLAIN_PERSON_TEXT = (
    "sex",
    "native_place",
    "marital_status",
    "education",
    "employer",
    "department",
    "employer_address",
    "position",
    "fax",
    "occupation",
    "region",
    "housing",
    "hobbies",
    "preferred_channel",
    "preferred_time",
    "life_note",
)
PERSON_OTHER = (
    "birth_date",
    "occupation_class",
    "driving_licence_on",
    "annual_income",
    "household_income",
    "debts",
    "cars_owned",
    "children",
    "smoker",
)
PLAIN_ENTERPRISE_TEXT = (
    "uscc",
    "industry",
    "business_nature",
    "legal_representative",
    "contact_name",
    "contact_position",
    "phone",
    "fax",
    "address",
    "region",
)
ENTERPRISE_OTHER = ("employees", "registered_capital", "established_on")
IDENTIFIERS = {
    "id_number": IdentifierKind.ID_NUMBER,
    "mobile": IdentifierKind.MOBILE,
    "email": IdentifierKind.EMAIL,
    "uscc": IdentifierKind.USCC,
    "external_id": IdentifierKind.EXTERNAL,
}


def allot(count: int) -> list[int]:
    """Keys for ``count`` new customers."""
    return new_ids(Customer._meta.db_table, count)


def numbers(count: int) -> list[str]:
    """Customer numbers for them."""
    return next_customer_numbers(count)


def survivors(ids: Sequence[int]) -> dict[int, int]:
    """Of customers that were merged away: who has their rows now."""
    sql = "SELECT dropped_id, customer_id FROM customers_merge WHERE undone_at IS NULL AND dropped_id = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(ids)])
        return dict(cursor.fetchall())


def units_of(ids: Sequence[int]) -> pl.DataFrame:
    """(id, org_unit_id) of the customers that exist."""
    sql = "SELECT id, org_unit_id FROM customers_customer WHERE id = ANY(%s)"
    return fetch_frame(sql, [list(ids)], {"id": pl.Int64, "org_unit_id": pl.Int64})


def registered(digests: Sequence[bytes]) -> pl.DataFrame:
    """(digest, customer_id, number) of the identifiers in use."""
    sql = (
        "SELECT i.digest, c.id, c.number FROM customers_identifier i JOIN customers_customer c ON c.id = i.customer_id"
        " WHERE i.ended_on IS NULL AND i.digest IN (SELECT decode(unnest(string_to_array(%s, ',')), 'hex'))"
    )
    return fetch_frame(sql, [listed(digests)], {"digest": pl.Binary, "customer_id": pl.Int64, "number": pl.String})


def being_registered() -> pl.Series:
    """The digests of identifiers that are on their way into the registry, where rows are prepared ahead of them."""
    rows = [frame["digest"] for frame in on_their_way(Identifier._meta.db_table)]
    return pl.concat(rows) if rows else pl.Series("digest", [], pl.Binary)


def in_use(digests: Sequence[bytes]) -> pl.DataFrame:
    """(digest) of the identifiers that are registered, or on their way to be."""
    return pl.concat([registered(digests).select("digest"), being_registered().to_frame()])


def identifiers_in(frame: pl.DataFrame) -> pl.DataFrame:
    """(customer, kind, value, digest) of every identifier that the rows claim; ``customer`` is the row's id."""
    parts = [_claims(frame, column, kind) for column, kind in IDENTIFIERS.items() if column in frame.columns]
    return pl.concat(parts) if parts else _NO_CLAIMS


_NO_CLAIMS = pl.DataFrame(schema={"customer_id": pl.Int64, "kind": pl.String, "value": pl.String, "digest": pl.Binary})


def _claims(frame: pl.DataFrame, column: str, kind: IdentifierKind) -> pl.DataFrame:
    # An enterprise's e-mail is how to reach it, not a name for it.
    persons_only = pl.col("kind") == CustomerKind.INDIVIDUAL.value if column in ("mobile", "email") else pl.lit(True)
    held = frame.filter(pl.col(column).is_not_null() & persons_only)
    values = held[column].to_list()
    return pl.DataFrame(
        {
            "customer_id": held["id"],
            "kind": pl.Series([kind.value] * len(values), dtype=pl.String),
            "value": pl.Series(values, dtype=pl.String),
            "digest": pl.Series(digests_of(kind, values), dtype=pl.Binary),
        }
    )


def add(frame: pl.DataFrame, *, by: Actor, today: date, payload: pl.Series) -> None:
    """Write new customers with their person or enterprise, identifiers, agents and log lines.

    ``payload`` is the JSON text of each customer's log line; columns beside VALUES: id, number, agent_id, since.
    """
    core = filled(frame, ["source_detail"], "")
    core = filled(core, ["synthetic"], False)
    told = [customfields.packed(core)] if customfields.columns_of(core) else []
    copy_rows(Customer._meta.db_table, _with_search_forms(core.select("id", "number", *CUSTOMER, *told)))
    _write_parts(frame, copy_rows)
    numbers = frame.select(
        pl.col("id").alias("customer_id"),
        pl.lit(IdentifierKind.CUSTOMER_NO.value).alias("kind"),
        pl.col("number").alias("value"),
        pl.Series("digest", digests_of(IdentifierKind.CUSTOMER_NO, frame["number"].to_list()), pl.Binary),
    )
    claim(pl.concat([numbers, identifiers_in(frame)]), since=today)
    _assign(frame, today)
    lines = frame.select(
        pl.col("id").alias("customer_id"),
        "org_unit_id",
        pl.lit("customer").alias("subject_type"),
        pl.col("id").cast(pl.String).alias("subject_id"),
        payload.alias("payload"),
        pl.col("occurred_at"),
    )
    log.append(IMPORTED, lines, by=by)


def change(frame: pl.DataFrame, *, by: Actor, today: date, payload: pl.Series) -> None:
    """Overwrite customers that an earlier import made with what the book says now, and write a log line for each."""
    must_be_alone()
    core = [name for name in CUSTOMER if name in frame.columns]
    update_rows(Customer._meta.db_table, _with_search_forms(frame.select("id", *core)))
    customfields.merge(Customer._meta.db_table, frame)
    _write_parts(frame, lambda table, rows: update_rows(table, rows, key="customer_id"))
    _move_identifiers(frame, today)
    lines = frame.select(
        pl.col("id").alias("customer_id"),
        "org_unit_id",
        pl.lit("customer").alias("subject_type"),
        pl.col("id").cast(pl.String).alias("subject_id"),
        payload.alias("payload"),
        "occurred_at",
    )
    log.append(IMPORTED, lines, by=by)


def claim(rows: pl.DataFrame, *, since: date) -> None:
    """Register identifiers: customer_id, kind, value, digest and, where the value names one, subject_id."""
    if rows.is_empty():
        return
    sealed = pl.col("kind").is_in([kind.value for kind in SEALED_KINDS])
    shown = [shown_of(kind, value) for kind, value in rows.select("kind", "value").iter_rows()]
    whole = rows.with_columns(
        plain=pl.when(sealed).then(None).otherwise(pl.col("value")),
        shown=pl.Series(shown, dtype=pl.String),
        since=pl.lit(since),
    ).drop("value")
    copy_rows(Identifier._meta.db_table, whole)


def identifier_rows(kind: IdentifierKind, frame: pl.DataFrame, *, value: str, subject: str) -> pl.DataFrame:
    """The registry rows for a column of policy numbers, plates and the like; rows without a value are left out."""
    held = frame.filter(pl.col(value).is_not_null() & (pl.col(value) != ""))
    digests = digests_of(kind, held[value].to_list())
    return held.select(
        "customer_id",
        pl.lit(kind.value).alias("kind"),
        pl.col(value).alias("value"),
        pl.Series("digest", digests, pl.Binary),
        pl.col(subject).alias("subject_id"),
    )


def _with_search_forms(frame: pl.DataFrame) -> pl.DataFrame:
    if "name" not in frame.columns:
        return frame
    forms = [search_forms(name) for name in frame["name"].to_list()]
    return frame.with_columns(
        name_pinyin=pl.Series([form.pinyin for form in forms], dtype=pl.String),
        name_initials=pl.Series([form.initials for form in forms], dtype=pl.String),
        name_grams=pl.Series([_array(form.grams) for form in forms], dtype=pl.String),
    )


def _array(texts: Sequence[str]) -> str:
    quoted = ('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts)
    return "{" + ",".join(quoted) + "}"


def _write_parts(frame: pl.DataFrame, write: Callable[[str, pl.DataFrame], object]) -> None:
    person = frame.filter(pl.col("kind") == CustomerKind.INDIVIDUAL.value)
    write(
        Person._meta.db_table,
        _part(person, Person._meta.label_lower, PLAIN_PERSON_TEXT, PERSON_OTHER, SEALED_PERSON, write is copy_rows),
    )
    firm = frame.filter(pl.col("kind") == CustomerKind.ENTERPRISE.value)
    write(
        Enterprise._meta.db_table,
        _part(
            firm,
            Enterprise._meta.label_lower,
            PLAIN_ENTERPRISE_TEXT,
            ENTERPRISE_OTHER,
            SEALED_ENTERPRISE,
            write is copy_rows,
        ),
    )


def _part(
    frame: pl.DataFrame, label: str, texts: Sequence[str], others: Sequence[str], sealed: Sequence[str], whole: bool
) -> pl.DataFrame:
    have = set(frame.columns)
    wanted_texts = list(texts) if whole else [name for name in texts if name in have]
    result = filled(frame, wanted_texts, "")
    result = result.with_columns(_seal(frame[name], f"{label}.{name}") for name in sealed if name in have)
    columns = [pl.col("id").alias("customer_id"), *wanted_texts]
    columns += [name for name in (*others, *sealed) if name in have]
    if label.endswith("person"):
        if "document_kind" in have:
            columns.append(pl.col("document_kind").fill_null("resident_id"))
        elif whole:
            columns.append(pl.lit("resident_id").alias("document_kind"))
    return result.select(columns)


def _seal(values: pl.Series, context: str) -> pl.Series:
    ring = keyring()
    sealed = [None if value is None else ring.seal(value, context=context) for value in values.to_list()]
    return pl.Series(values.name, sealed, dtype=pl.Binary)


def _assign(frame: pl.DataFrame, today: date) -> None:
    if "agent_id" not in frame.columns:
        return
    rows = frame.filter(pl.col("agent_id").is_not_null()).select(
        pl.col("id").alias("customer_id"),
        "agent_id",
        pl.lit(AssignmentKind.SERVICING.value).alias("kind"),
        pl.lit(today).alias("starts_on"),
    )
    copy_rows(Assignment._meta.db_table, rows)


def _move_identifiers(frame: pl.DataFrame, today: date) -> None:
    """End the identifiers that the book no longer gives and register the new ones."""
    columns = [name for name in IDENTIFIERS if name in frame.columns]
    wanted = identifiers_in(frame)
    kinds = [IDENTIFIERS[name].value for name in columns]
    ids = frame["id"].to_list()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_identifier SET ended_on = %s WHERE ended_on IS NULL AND customer_id = ANY(%s)"
            " AND kind = ANY(%s) AND NOT (digest = ANY(%s))",
            [today, ids, kinds, wanted["digest"].to_list()],
        )
    in_use = registered(wanted["digest"].to_list())
    claim(wanted.join(in_use.select("digest"), on="digest", how="anti"), since=today)
