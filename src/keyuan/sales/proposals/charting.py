"""The years of a contract as lines: one drawing for the page, the customer's phone and the PDF. Pure; no colours here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.products.rating import YearRow

WIDTH, HEIGHT = 560, 280
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 12, 28
TICKS = 4
TEN_THOUSAND = 10_000

NAMES: dict[str, str | Promise] = {
    "premiums": _("累计已交保险费"),
    "death": _("身故保障"),
    "survival": _("累计生存领取"),
    "cash": _("现金价值（保证）"),
    "low": _("现金价值、已领取与红利合计·低档（不保证）"),
    "middle": _("现金价值、已领取与红利合计·中档（不保证）"),
}


@dataclass(frozen=True, slots=True)
class Series:
    """One line: ``code`` names its colour and dash, ``points`` are what an SVG polyline takes."""

    code: str
    points: str

    @property
    def name(self) -> str:
        return str(NAMES[self.code])

    @property
    def guaranteed(self) -> bool:
        return self.code not in ("low", "middle")


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where and what it says."""

    at: str
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines in a box of ``width`` × ``height`` with its axes."""

    series: tuple[Series, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    in_ten_thousands: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    foot: int = HEIGHT - BOTTOM


def chart(rows: Sequence[YearRow]) -> Chart | None:
    """The chart of an illustration; None for a contract without years to show."""
    if not rows:
        return None
    lines = _lines(rows)
    most = max((value for line in lines.values() for value in line), default=Decimal(0))
    step = _step(most)
    top = step * TICKS
    last = len(rows)

    def x(year: int) -> str:
        return f"{LEFT + (WIDTH - RIGHT - LEFT) * (year - 1) / max(last - 1, 1):.1f}"

    def y(value: Decimal) -> str:
        return f"{HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * float(value / top):.1f}"

    large = top >= TEN_THOUSAND * TICKS

    def drawn(line: list[Decimal]) -> str:
        return " ".join(f"{x(year)},{y(value)}" for year, value in enumerate(line, 1))

    return Chart(
        tuple(Series(code, drawn(line)) for code, line in lines.items()),
        tuple(Tick(x(year), str(rows[year - 1].age)) for year in _years(last)),
        tuple(Tick(y(step * n), _figure(step * n, large)) for n in range(TICKS + 1)),
        large,
    )


def _lines(rows: Sequence[YearRow]) -> dict[str, list[Decimal]]:
    told: dict[str, Callable[[YearRow], Decimal]] = {
        "premiums": lambda row: row.premiums.amount,
        "death": lambda row: row.death_benefit.amount,
        "cash": lambda row: row.cash_value.amount,
    }
    lines = {code: [read(row) for row in rows] for code, read in told.items()}
    received, so_far = [], Decimal(0)
    for row in rows:
        so_far += row.survival_benefit.amount
        received.append(so_far)
    if so_far:
        lines["survival"] = received
    if rows[0].dividends_low_total is not None:
        for code in ("low", "middle"):
            totals = [getattr(row, f"dividends_{code}_total").amount for row in rows]
            lines[code] = [sum(parts, Decimal(0)) for parts in zip(lines["cash"], received, totals, strict=True)]
    return {code: line for code, line in lines.items() if any(line)}


def _years(last: int) -> list[int]:
    """The first year, the last, and round ones between."""
    every = next(step for step in (1, 2, 5, 10, 20, 50) if last / step <= 8)
    inner = [year for year in range(every, last, every) if last - year >= every / 2]
    return sorted({1, last, *(year for year in inner if year > every / 2)})


def _step(most: Decimal) -> Decimal:
    """A round step of which ``TICKS`` reach over the greatest value."""
    size = Decimal(1)
    while True:
        for digit in (1, 2, Decimal("2.5"), 5):
            if digit * size * TICKS >= most:
                return digit * size
        size *= 10


def _figure(value: Decimal, large: bool) -> str:
    return f"{(value / TEN_THOUSAND).normalize():,f}" if large else f"{value.normalize():,f}"
