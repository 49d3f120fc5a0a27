"""A synthetic book of any size for the benchmarks: N customers, 2 N policies, 10 N contact lines, as three CSV files.

It is drawn with vectors, so that a million customers take seconds; every name, number and plate is synthetic.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

SURNAMES = np.array(
    list("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈")
)
GIVEN = np.array(
    list(
        "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文斌鹏宇浩然子轩梓涵欣怡诗雨佳琪俊杰思远晨曦嘉懿若彤语桐"
    )
)
AREAS = np.array(["110101", "310104", "320508", "330106", "440305", "510107", "420106", "350203", "370202", "610113"])
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECKS = np.array(list("10X98765432"))
PLATE_LETTERS = np.array(list("ABCDEFGHJKLMNPQRSTUVWXYZ"))
PRODUCTS = np.array(["MOTOR", "MEDICAL", "CI", "TERM"])
CHANNELS = np.array(["call", "visit", "wechat", "counter"])
EPOCH = date(2016, 1, 1)


def mobile(place: int) -> str:
    """The mobile of the customer at ``place`` (0-based): unique over the book."""
    return str(13000000000 + place)


def write(folder: Path, customers: int, *, seed: int = 1) -> dict[str, Path]:
    """Write customers.csv, policies.csv and contacts.csv into ``folder``; the same seed writes the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    frames = {
        "customers": _customers(rng, customers),
        "policies": _policies(rng, customers),
        "contacts": _contacts(rng, customers),
    }
    paths = {}
    for name, frame in frames.items():
        paths[name] = folder / f"{name}.csv"
        frame.write_csv(paths[name])
    return paths


def _join(*parts: np.ndarray) -> np.ndarray:
    joined = parts[0].astype(str)
    for part in parts[1:]:
        joined = np.char.add(joined, part.astype(str))
    return joined


def _days(rng: np.random.Generator, count: int, first: date, span: int) -> np.ndarray:
    return np.datetime64(first) + rng.integers(0, span, count)


def _id_numbers(rng: np.random.Generator, births: np.ndarray, count: int) -> np.ndarray:
    """GB 11643 numbers, unique: area and birth are drawn, the sequence is stepped where two would meet."""
    area = rng.integers(0, len(AREAS), count)
    key = area.astype(np.int64) * 100_000 + (births - np.datetime64("1940-01-01")).astype(np.int64)
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    starts = np.r_[0, np.flatnonzero(np.diff(ranked)) + 1]
    run = np.arange(count) - np.repeat(starts, np.diff(np.r_[starts, count]))
    sequence = np.empty(count, dtype=np.int64)
    sequence[order] = run + 1
    compact = np.char.replace(births.astype("datetime64[D]").astype(str), "-", "")
    body = _join(AREAS[area], compact, np.char.zfill(sequence.astype(str), 3))
    digits = body.view("U1").reshape(count, -1)[:, :17].astype(np.int64)
    return _join(body, CHECKS[(digits * WEIGHTS).sum(axis=1) % 11])


def _customers(rng: np.random.Generator, count: int) -> pl.DataFrame:
    births = _days(rng, count, date(1945, 1, 1), 365 * 60)
    surname = SURNAMES[(rng.beta(0.7, 2.2, count) * len(SURNAMES)).astype(int)]
    second = np.where(rng.random(count) < 0.15, "", GIVEN[rng.integers(0, len(GIVEN), count)])
    place = np.arange(count)
    return pl.DataFrame(
        {
            "客户编号": _join(np.array(["B"]), np.char.zfill(place.astype(str), 8)),
            "姓名": _join(surname, GIVEN[rng.integers(0, len(GIVEN), count)], second),
            "证件号码": _id_numbers(rng, births, count),
            "手机号": 13_000_000_000 + place,
            "住宅地址": _join(np.array(["示例路"]), (place % 999 + 1), np.array(["号"])),
        }
    )


def _policies(rng: np.random.Generator, customers: int) -> pl.DataFrame:
    count = 2 * customers
    place = np.arange(count)
    starts = _days(rng, count, EPOCH, 3600)
    motor = place % 2 == 0
    serial = place // 2
    letters = [PLATE_LETTERS[(serial // 24**power) % 24] for power in range(3)]
    plates = _join(
        np.array(["苏"]), letters[2], letters[1], letters[0], np.char.zfill((serial // 13_824).astype(str), 3)
    )
    return pl.DataFrame(
        {
            "保单号": _join(np.array(["BP"]), np.char.zfill(place.astype(str), 9)),
            "客户编号": _join(np.array(["B"]), np.char.zfill(serial.astype(str), 8)),
            "产品代码": np.where(motor, "MOTOR", PRODUCTS[1 + place % 3]),
            "生效日期": starts.astype(str),
            "终止日期": (starts + 365).astype(str),
            "保费": np.round(rng.gamma(4.0, 700.0, count), 2),
            "车牌号": np.where(motor, plates, ""),
        }
    )


def _contacts(rng: np.random.Generator, customers: int) -> pl.DataFrame:
    count = 10 * customers
    place = np.arange(count)
    return pl.DataFrame(
        {
            "联系编号": place,
            "客户编号": _join(np.array(["B"]), np.char.zfill((place // 10).astype(str), 8)),
            "联系日期": _days(rng, count, EPOCH, 3900).astype(str),
            "渠道": CHANNELS[place % 4],
            "内容": _join(np.array(["例行联系,第"]), place % 10 + 1, np.array(["次"])),
        }
    )


def today_of_book() -> date:
    """A day after everything in the book."""
    return EPOCH + timedelta(days=3990)
