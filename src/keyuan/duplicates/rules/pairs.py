"""Which pairs are worth comparing: those that share a key. Two records that share none are not looked at."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

# A key that more records than this share says nothing about any two of them.
LARGEST_BLOCK = 40
ID, KEY = "id", "key"


def keys_of_people(people: pl.DataFrame) -> Iterator[pl.LazyFrame]:
    """(id, key) frames, one for each way of meeting."""
    rows = people.lazy()
    born = pl.col("birth_date").dt.to_string("%Y%m%d")
    letters = pl.col("letters")
    head, tail = pl.col("mobile").str.slice(0, 7), pl.col("mobile").str.slice(4)
    ways = (
        ("name", pl.col("pinyin")),
        ("name and birth", pl.concat_str(pl.col("pinyin"), born)),
        ("name and mobile", pl.concat_str(pl.col("pinyin"), pl.col("mobile").str.slice(7))),
        ("name and employer", pl.concat_str(pl.col("pinyin"), pl.col("employer").replace("", None))),
        ("letters and birth", pl.concat_str(letters, born)),
        ("initials and birth", pl.concat_str(pl.col("initials"), born)),
        ("surname and birth", pl.concat_str(pl.col("name").str.slice(0, 1), born)),
        ("initials and mobile's head", pl.concat_str(pl.col("initials"), head)),
        ("initials and mobile's tail", pl.concat_str(pl.col("initials"), tail)),
        ("birth and mobile's tail", pl.concat_str(born, tail)),
        ("initials and address", pl.concat_str(pl.col("initials"), pl.col("address").cast(pl.String))),
        ("initials and telephone", pl.concat_str(pl.col("initials"), pl.col("home_phone").cast(pl.String))),
        ("name and month", pl.concat_str(pl.col("pinyin"), pl.col("birth_date").dt.to_string("%Y%m"))),
        ("name and day", pl.concat_str(pl.col("pinyin"), pl.col("birth_date").dt.to_string("%m%d"))),
        ("mobile", pl.col("mobile")),
        ("id number", pl.col("id_number").cast(pl.String)),
        ("bank account", pl.col("bank_account").cast(pl.String)),
        ("email", pl.col("email").cast(pl.String)),
    )
    for name, key in ways:
        yield _keyed(rows, name, key)


def keys_of_companies(companies: pl.DataFrame) -> Iterator[pl.LazyFrame]:
    rows = companies.lazy()
    for name in ("core", "pinyin", "uscc", "mobile", "home_phone", "email", "bank_account", "address"):
        yield _keyed(rows, name, pl.col(name).cast(pl.String))
    yield _keyed(rows, "beginning", pl.concat_str(pl.col("core").str.slice(0, 4), pl.col("representative")))
    yield _keyed(rows, "first half", pl.col("core").str.slice(0, 5))


def _keyed(rows: pl.LazyFrame, name: str, key: pl.Expr) -> pl.LazyFrame:
    return (
        rows.select(ID, pl.concat_str(pl.lit(name + "|"), key).hash().alias(KEY), key.alias("is"))
        .filter(pl.col("is").is_not_null() & (pl.col("is") != ""))
        .select(ID, KEY)
    )


def meeting(keyed: pl.LazyFrame, *, only: int | None = None, largest: int = LARGEST_BLOCK) -> pl.DataFrame:
    """The pairs (left < right) that share a key of a block that is not too large. ``only``: those with this record."""
    size = pl.len().over(KEY)
    rows = keyed.filter((size > 1) & (size <= largest)).collect().lazy()
    pairs = rows.join(rows, on=KEY, suffix="_right").filter(pl.col(ID) < pl.col(f"{ID}_right"))
    if only is not None:
        pairs = pairs.filter((pl.col(ID) == only) | (pl.col(f"{ID}_right") == only))
    return pairs.select(pl.col(ID).alias("left"), pl.col(f"{ID}_right").alias("right")).unique().collect()
