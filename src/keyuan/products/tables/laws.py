"""The laws that the shipped tables are made by, for a demonstration insurer that does not exist. Pure.

None of these tables is measured or published. Each follows its law from the parameters in its file, to six digits;
``tools/rate_tables.py`` writes the values and a test makes them again.

``makeham``: μ(x) = a + b·cˣ + h·e⁻ᵏˣ, deaths of infants being the last term; q(x) = 1 − exp(−∫μ) over the year of age.
``incidence``: i(x) = a + top / (1 + e^((middle − x) / width)).
``share``: k(x) = a + peak·exp(−((x − middle) / width)²).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from keyuan.products.rating.exact import ONE, exact, nearest

Parameters = Mapping[str, Decimal]
DIGITS = Decimal("0.000001")


@exact
def makeham(age: int, told: Parameters) -> Decimal:
    """The probability of dying between ``age`` and the next birthday."""
    b, c, h, k = told["b"], told["c"], told["h"], told["k"]
    old = b * c ** Decimal(age) * (c - 1) / c.ln()
    infant = h * (-k * age).exp() * (ONE - (-k).exp()) / k
    return ONE - (-(told["a"] + old + infant)).exp()


@exact
def incidence(age: int, told: Parameters) -> Decimal:
    """The probability of a first diagnosis at ``age``."""
    return told["a"] + told["top"] / (ONE + ((told["middle"] - age) / told["width"]).exp())


@exact
def share(age: int, told: Parameters) -> Decimal:
    """The share of deaths at ``age`` that critical illnesses cause."""
    return told["a"] + told["peak"] * (-(((age - told["middle"]) / told["width"]) ** 2)).exp()


LAWS: Mapping[str, Callable[[int, Parameters], Decimal]] = {"makeham": makeham, "incidence": incidence, "share": share}


def made(law: str, told: Parameters, *, first_age: int, last_age: int) -> tuple[Decimal, ...]:
    """The values of a law at every age, to six digits. By Makeham's nobody outlives the last age."""
    values = [nearest(LAWS[law](age, told), DIGITS) for age in range(first_age, last_age + 1)]
    if law == "makeham":
        values[-1] = ONE
    return tuple(values)
