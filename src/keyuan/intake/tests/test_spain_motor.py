"""The Spanish motor portfolio, whole; skipped where it is not beside the project (docs/import.md: where to get it)."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from django.db.models import Sum

from keyuan.intake.actions import import_book
from keyuan.intake.mapping_file import read_mapping
from keyuan.intake.mappings import mapping_text
from keyuan.intake.queries import report
from keyuan.kernel.actor import Actor

BOOK = Path(os.environ.get("KEYUAN_SHARED", Path(__file__).resolve().parents[5] / "shared")) / "data" / "spain_motor"
FILE = BOOK / "motor_portfolio.csv.gz"
ROBOT = Actor.system("test")
pytestmark = [
    pytest.mark.skipif(not FILE.exists(), reason="the Spanish motor portfolio is not in ../shared/data/spain_motor"),
    pytest.mark.django_db,
]


def raw() -> pl.DataFrame:
    """The file as polars alone reads it, every cell a text."""
    frame = pl.read_csv(FILE, separator=";", infer_schema=False)
    return frame.with_columns(
        person=pl.col("Date_birth") + "|" + pl.col("Date_driving_licence"),
        premium=pl.col("Premium").str.to_decimal(scale=2),
        cost=pl.col("Cost_claims_year").str.to_decimal(scale=2),
        number=pl.col("N_claims_year").cast(pl.Int64),
    )


def test_the_whole_portfolio_comes_in_to_the_cent_and_a_second_import_changes_nothing() -> None:
    from keyuan.claims.models import Claim
    from keyuan.customers.models import Customer, Identifier
    from keyuan.eventlog.models import Event
    from keyuan.policies.models import InsuredObject, Policy, PolicyFact, PolicyTerm

    file = raw()
    mapping = read_mapping(mapping_text("spain_motor"))
    run, resumed = import_book(FILE, mapping, by=ROBOT)

    assert not resumed
    assert report(run)["state"] == "finished"
    assert run.counts["rows"] == file.height == 84_518
    assert run.counts["rejected"] == 0
    assert Customer.objects.count() == file["person"].n_unique() == 38_310
    assert Policy.objects.count() == file["ID"].n_unique() == 42_862
    assert InsuredObject.objects.count() == 42_862
    assert PolicyTerm.objects.count() == file.height
    assert PolicyTerm.objects.aggregate(sum=Sum("premium"))["sum"] == file["premium"].sum() == Decimal("26709614.80")
    claimed = file.filter(pl.col("number") > 0)
    assert Claim.objects.count() == claimed.height == 15_712
    totals = Claim.objects.aggregate(paid=Sum("paid_amount"), number=Sum("occurrences"))
    assert totals == {"paid": file["cost"].sum(), "number": file["number"].sum()}
    assert totals == {"paid": Decimal("13079916.02"), "number": 33_599}
    lapsed = file.filter(pl.col("Date_lapse").is_not_null())
    assert PolicyFact.objects.filter(kind="lapsed").count() == lapsed["ID"].n_unique() == 16_196
    assert Identifier.objects.filter(kind="policy_no").count() == 42_862
    assert Event.objects.filter(name="customer.imported").count() == 38_310
    assert Event.objects.filter(name="claim.imported").count() == 15_712
    assert set(Policy.objects.values_list("currency", flat=True)) == {"EUR"}

    _half_yearly_premium_is_half_of_the_last_term(file)
    lines = Event.objects.count()

    again, resumed = import_book(FILE, mapping, by=ROBOT)

    assert not resumed
    assert again.pk != run.pk
    records = report(again)["records"]
    assert {name: count["new"] + count["changed"] for name, count in records.items()} == dict.fromkeys(records, 0)
    assert records["customer"]["unchanged"] == 38_310
    assert records["term"]["unchanged"] == 84_518
    # Only the two lines that say that an import began and ended.
    assert Event.objects.count() == lines + 2


def _half_yearly_premium_is_half_of_the_last_term(file: pl.DataFrame) -> None:
    from keyuan.policies.models import Policy

    days = file.with_columns(day=pl.col("Date_last_renewal").str.to_date("%d/%m/%Y"))
    last = days.sort("day").group_by("ID").last()
    half = last.filter(pl.col("Payment") == "1").row(0, named=True)
    policy = Policy.objects.get(number=f"SM-{half['ID']}")
    assert policy.payment_mode == 6
    assert abs(policy.premium * 2 - half["premium"]) <= Decimal("0.01")
    assert policy.ends_on.strftime("%d/%m/%Y") == half["Date_next_renewal"]
