"""IBM's sample of motor customers, with its blanked cells as named rejects; skipped where it is not beside the project."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from django.db.models import Sum

from keyuan.customers.models import Customer
from keyuan.intake.tests.helpers import rejected, take_in
from keyuan.policies.models import InsuredObject, Policy

SHARED = Path(os.environ.get("KEYUAN_SHARED", Path(__file__).resolve().parents[5] / "shared"))
FILE = SHARED / "data" / "ibm_customer_value" / "WA_Fn-UseC_-Marketing-Customer-Value-Analysis.csv.gz"
NEEDED = ("Customer", "Policy", "Sales Channel", "Monthly Premium Auto", "Effective To Date")
pytestmark = [
    pytest.mark.skipif(not FILE.exists(), reason="the IBM sample is not in ../shared/data/ibm_customer_value"),
    pytest.mark.django_db,
]


def test_the_counts_are_those_of_the_file_minus_the_rows_that_lack_what_is_needed() -> None:
    file = pl.read_csv(FILE, infer_schema=False)
    lacking = pl.any_horizontal(pl.col(name).is_null() for name in NEEDED)
    good = file.filter(~lacking)
    run = take_in(FILE, "ibm_customer_value", batch=5000)
    rows = file.with_row_index("row", offset=2).filter(lacking)["row"].to_list()
    assert sorted({row for row, _column, _code in rejected(run)}) == rows
    # A policy without a premium is told by the rule of premiums, any other empty cell as such.
    assert {code for _row, _column, code in rejected(run)} == {"required", "premium_unknown"}
    assert run.counts["rows"] == file.height == 9_134
    assert run.counts["rejected"] == len(rows) == file.height - good.height
    assert Customer.objects.filter(synthetic=True).count() == good.height
    assert InsuredObject.objects.count() == good.height
    assert Policy.objects.aggregate(sum=Sum("premium"))["sum"] == good["Monthly Premium Auto"].cast(pl.Int64).sum()
    again = take_in(FILE, "ibm_customer_value", batch=5000)
    assert all(
        again.counts[kind][name] == 0 for kind in ("customer", "policy", "object") for name in ("new", "changed")
    )
