"""From pairs to outcomes: each comparison as one column of the outcome's name, null where one of the two says nothing."""

from __future__ import annotations

import polars as pl

L, R = "_left", "_right"
NAME_LENGTH = 6
MOBILE_LENGTH = 11


def side_by_side(pairs: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Both records of each pair in one row, the columns with _left and _right behind them."""
    names = [name for name in records.columns if name != "id"]
    left = records.rename({"id": "left", **{name: f"{name}{L}" for name in names}})
    right = records.rename({"id": "right", **{name: f"{name}{R}" for name in names}})
    return pairs.join(left, on="left").join(right, on="right")


def _both(name: str) -> tuple[pl.Expr, pl.Expr]:
    return pl.col(f"{name}{L}"), pl.col(f"{name}{R}")


def equal(name: str) -> pl.Expr:
    """same or different."""
    left, right = _both(name)
    return (
        pl.when(left.is_null() | right.is_null())
        .then(None)
        .when(left == right)
        .then(pl.lit("same"))
        .otherwise(pl.lit("different"))
    )


def signs_that_differ(name: str, length: int) -> pl.Expr:
    """In how many places two texts have different signs."""
    left, right = _both(name)
    return pl.sum_horizontal(
        (left.str.slice(place, 1) != right.str.slice(place, 1)).cast(pl.Int32) for place in range(length)
    )


def one_slip(name: str, length: int) -> pl.Expr:
    """One sign mistyped, or two neighbours swapped."""
    left, right = _both(name)
    differ = signs_that_differ(name, length)
    swapped = pl.any_horizontal(
        (left.str.slice(at, 1) == right.str.slice(at + 1, 1))
        & (left.str.slice(at + 1, 1) == right.str.slice(at, 1))
        & (left.str.slice(at, 2) != right.str.slice(at, 2))
        for at in range(length - 1)
    )
    same_length = left.str.len_chars() == right.str.len_chars()
    return same_length & ((differ == 1) | ((differ == 2) & swapped))


def person_name() -> pl.Expr:
    name_left, name_right = _both("name")
    letters_left, letters_right = _both("letters")
    pinyin_left, pinyin_right = _both("pinyin")
    return (
        pl.when(name_left == name_right)
        .then(pl.lit("same"))
        .when(pinyin_left == pinyin_right)
        .then(pl.lit("sounds_alike"))
        .when(letters_left == letters_right)
        .then(pl.lit("other_order"))
        .when(
            (name_left.str.len_chars() == name_right.str.len_chars())
            & (name_left.str.len_chars() > 1)
            & (signs_that_differ("name", NAME_LENGTH) == 1)
        )
        .then(pl.lit("one_sign_differs"))
        .otherwise(pl.lit("different"))
    )


def company_name() -> pl.Expr:
    left, right = _both("core")
    pinyin_left, pinyin_right = _both("pinyin")
    longer = pl.max_horizontal(left.str.len_chars(), right.str.len_chars())
    within = left.str.contains(right, literal=True) | right.str.contains(left, literal=True)
    return (
        pl.when(left == right)
        .then(pl.lit("same"))
        .when(pinyin_left == pinyin_right)
        .then(pl.lit("sounds_alike"))
        .when(within & (pl.min_horizontal(left.str.len_chars(), right.str.len_chars()) >= 4))
        .then(pl.lit("contains"))
        .when((left.str.len_chars() == right.str.len_chars()) & (longer >= 4) & (signs_that_differ("core", 16) == 1))
        .then(pl.lit("one_sign_differs"))
        .otherwise(pl.lit("different"))
    )


def birth_date() -> pl.Expr:
    left, right = _both("birth_date")
    turned = (
        (left.dt.year() == right.dt.year()) & (left.dt.month() == right.dt.day()) & (left.dt.day() == right.dt.month())
    )
    return (
        pl.when(left.is_null() | right.is_null())
        .then(None)
        .when(left == right)
        .then(pl.lit("same"))
        .when(one_slip("born", 8) | turned)
        .then(pl.lit("one_slip"))
        .otherwise(pl.lit("different"))
    )


def mobile() -> pl.Expr:
    left, right = _both("mobile")
    return (
        pl.when(pl.col("shared_mobile"))
        .then(pl.lit("same"))
        .when(left.is_null() | right.is_null())
        .then(None)
        .when(left == right)
        .then(pl.lit("same"))
        .when(one_slip("mobile", MOBILE_LENGTH))
        .then(pl.lit("one_slip"))
        .otherwise(pl.lit("different"))
    )


def address() -> pl.Expr:
    left, right = _both("address")
    figures_left, figures_right = _both("figures")
    return (
        pl.when(left.is_null() | right.is_null())
        .then(None)
        .when(left == right)
        .then(pl.lit("same"))
        .when(figures_left.is_not_null() & (figures_left == figures_right))
        .then(pl.lit("nearly"))
        .otherwise(pl.lit("different"))
    )


def shared(name: str) -> pl.Expr:
    """same where both have had it, one after the other; else nothing is said."""
    return pl.when(pl.col(f"shared_{name}")).then(pl.lit("same")).otherwise(None)


def or_shared(name: str) -> pl.Expr:
    return pl.when(pl.col(f"shared_{name}")).then(pl.lit("same")).otherwise(equal(name))


OF_PEOPLE = {
    "name": person_name(),
    "birth_date": birth_date(),
    "sex": equal("sex"),
    "id_number": equal("id_number"),
    "mobile": mobile(),
    "email": or_shared("email"),
    "address": address(),
    "home_phone": equal("home_phone"),
    "bank_account": equal("bank_account"),
    "employer": equal("employer"),
    "plate": shared("plate"),
}
OF_COMPANIES = {
    "name": company_name(),
    "uscc": equal("uscc"),
    "legal_representative": equal("representative"),
    "birth_date": equal("birth_date"),
    "mobile": or_shared("mobile"),
    "email": or_shared("email"),
    "address": address(),
    "home_phone": equal("home_phone"),
    "bank_account": equal("bank_account"),
    "plate": shared("plate"),
}
