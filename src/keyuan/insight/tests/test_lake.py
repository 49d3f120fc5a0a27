"""What is in the lake, that nobody's name is, and that an export is whole, or as if it had not been."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fixtures.horizon import settled

from keyuan.claims.models import Claim
from keyuan.customers.events import REGISTERED
from keyuan.customers.models import Customer, Enterprise, Identifier, Person
from keyuan.eventlog.actions import record
from keyuan.eventlog.models import Event
from keyuan.insight.lake import exporting, keys
from keyuan.insight.lake.__main__ import written
from keyuan.insight.lake.declared import EVENTS, TABLES, Kind
from keyuan.insight.lake.exporting import Exported, export
from keyuan.insight.lake.folder import manifest
from keyuan.insight.refusals import LakeBusy
from keyuan.insight.tests.conftest import AS_OF, NIGHT
from keyuan.kernel.actor import Actor
from keyuan.policies.models import InsuredObject, Policy

CLERK = Actor.system("test")


def rows_of(lake: Path, table: str) -> pa.Table:
    known = manifest(lake)
    assert known is not None
    return pa.concat_tables([pq.ParquetFile(lake / file).read() for file in known.files[table]])


def everything_written(lake: Path) -> set[str]:
    """Each value of each column of each file, and each word of the texts, as text."""
    found: set[str] = set()
    for file in lake.rglob("*.parquet"):
        for column in pq.ParquetFile(file).read().columns:
            found |= {str(value) for value in column.unique().to_pylist() if value is not None}
    return found


def test_nobodys_name_number_or_address_is_in_the_lake(book: Exported, lake: Path) -> None:
    written = everything_written(lake)
    secrets: set[str] = set()
    for model in (Person, Enterprise, Customer, Policy, Claim, InsuredObject, Identifier):
        for row in model.objects.all():
            for field in row._meta.concrete_fields:
                value = getattr(row, field.attname)
                if (
                    field.get_internal_type() in ("CharField", "TextField", "BinaryField")
                    and not field.choices
                    and value
                ):
                    secrets.add(str(value))
    words = {
        word
        for table in TABLES
        for column in table.columns
        if column.kind is Kind.WORD
        for word in _words(lake, table, column)
    }
    found = secrets & written
    # What is left are words of short lists: currencies, codes of regions and products, occupations that many have.
    assert len(secrets) > 1000
    assert found <= words
    assert not found & set(Customer.objects.values_list("name", flat=True))
    assert not found & set(Customer.objects.values_list("number", flat=True))
    assert not found & set(Policy.objects.values_list("number", flat=True))
    assert all(len(word) <= 20 for word in found)
    born = set(Person.objects.exclude(birth_date__day=1).values_list("birth_date", flat=True)) - _days(lake)
    assert born
    assert not {str(day) for day in born} & written


def _words(lake: Path, table: Any, column: Any) -> set[str]:
    """The words of a column that at least five rows share, or that are codes."""
    values = rows_of(lake, table.name)[column.name].value_counts().to_pylist()
    coded = {"currency", "product", "region"}
    return {one["values"] for one in values if one["values"] and (one["counts"] >= 5 or column.name in coded)}


def _days(lake: Path) -> set[date]:
    """Days that are something else than a birth."""
    found: set[date] = set()
    for table in TABLES:
        for column in table.columns:
            if column.kind is Kind.DAY and column.name != "born":
                found |= set(rows_of(lake, table.name)[column.name].unique().to_pylist())
    return found


def test_every_row_is_there_once_under_its_pseudonym(book: Exported, lake: Path) -> None:
    policies = rows_of(lake, "policies")
    assert sorted(keys.numbers_behind(policies["policy"].to_pylist(), kind="policy")) == sorted(
        Policy.objects.values_list("pk", flat=True)
    )
    assert not set(policies["customer"].to_pylist()) & set(Customer.objects.values_list("pk", flat=True))
    assert rows_of(lake, "customers").num_rows == Customer.objects.count()
    assert rows_of(lake, "claims").num_rows == Claim.objects.count()
    premium = Policy.objects.order_by("-premium").first()
    assert max(policies["premium"].to_pylist()) == premium.premium
    for table in TABLES:
        assert rows_of(lake, table.name).schema == table.schema
        assert all(file.split("/")[-2].startswith("year=") for file in manifest(lake).files[table.name])


def test_a_repeat_changes_nothing(book: Exported, lake: Path) -> None:
    before = {file: file.read_bytes() for file in lake.rglob("*") if file.is_file()}
    again = export(by=NIGHT)
    assert not again.changed
    assert again.rows == {}
    assert {file: file.read_bytes() for file in lake.rglob("*") if file.is_file()} == before


@pytest.mark.django_db(transaction=True)
def test_the_log_arrives_exactly_once_also_after_a_kill(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def say(count: int) -> None:
        with transaction.atomic():
            for _ in range(count):
                record(REGISTERED, by=CLERK, customer_id=7)
        settled()

    def lines() -> list[int]:
        return sorted(rows_of(lake, EVENTS.name)["line"].to_pylist())

    def known() -> list[int]:
        return sorted(Event.objects.exclude(name="lake.exported").values_list("pk", flat=True))

    say(3)
    assert export(by=NIGHT).rows["events"] == 3
    assert lines() == known()
    before = (lake / "manifest.json").read_bytes()
    say(4)
    with monkeypatch.context() as killed:
        killed.setattr(exporting.folder, "publish", _killed)
        with pytest.raises(KeyboardInterrupt):
            export(by=NIGHT)
    assert (lake / "manifest.json").read_bytes() == before
    assert len(lines()) == 3
    left = set(lake.rglob("*.parquet"))
    assert len(left) > sum(len(files) for files in json.loads(before)["files"].values())

    export(by=NIGHT)
    assert [line for line in lines() if line in known()] == known()
    assert len(lines()) == len(set(lines()))
    named = {lake / file for files in manifest(lake).files.values() for file in files}
    assert set((lake / "events").rglob("*.parquet")) <= named
    assert not export(by=NIGHT).changed


def _killed(*_args: object) -> None:
    raise KeyboardInterrupt


def test_only_one_export_runs_at_a_time(db: None, lake: Path) -> None:
    with exporting.folder.alone(lake), pytest.raises(LakeBusy):
        export(by=NIGHT)


@settings(deadline=None)
@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=40), st.sampled_from(["customer", "policy"]))
def test_a_pseudonym_leads_back_and_two_numbers_never_meet(numbers: list[int], kind: str) -> None:
    made = keys.keyed(np.array(numbers, dtype=np.int64), kind=kind)
    assert keys.numbers_behind(made, kind=kind) == numbers
    assert len(set(made.tolist())) == len(set(numbers))


def test_pseudonyms_of_customers_and_policies_have_nothing_in_common() -> None:
    first = keys.keyed_list(range(1, 2000), kind="customer")
    assert not set(first) & set(keys.keyed_list(range(1, 2000), kind="policy"))
    assert not set(first) & set(range(1, 2000))


def test_the_day_of_the_lake_is_the_day_of_its_export(book: Exported) -> None:
    assert book.manifest.day == AS_OF


def test_the_documentation_of_the_lake_is_that_of_its_declaration() -> None:
    page = Path(__file__).parents[4] / "docs" / "algorithms" / "lake.md"
    assert page.read_text(encoding="utf-8") == written()
