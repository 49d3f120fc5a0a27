"""The same book again, a changed book, a staff edit between, a killed import, a stopped one."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from keyuan.customers.merging import merge
from keyuan.customers.models import Customer, Identifier
from keyuan.eventlog.models import Event
from keyuan.intake import actions
from keyuan.intake.actions import import_book
from keyuan.intake.guard import neutral, restored
from keyuan.intake.mapping_file import read_mapping
from keyuan.intake.mappings import mapping_text
from keyuan.intake.models import Run
from keyuan.intake.refusals import BookBusy
from keyuan.intake.rejects import csv_lines, reject_table
from keyuan.intake.tests.helpers import (
    CLAIMS,
    CONTACTS,
    CUSTOMERS,
    POLICIES,
    ROBOT,
    customer,
    id_number,
    mobile,
    new,
    put,
    take_in,
)
from keyuan.policies.models import Policy, PolicyTerm

pytestmark = pytest.mark.django_db
BOOK = {
    "customers": CUSTOMERS + customer(1) + customer(2, "李测试"),
    "policies": POLICIES
    + "P1,C1,MOTOR,2024-01-01,2025-01-01,100.50,苏E12345\nP2,C2,TERM,2024-02-01,2044-02-01,2000,\n",
    "claims": CLAIMS + "K1,P1,2024-03-01,50.25\n",
    "contacts": CONTACTS + "1,C1,2024-05-01,call,第一次\n2,C2,2024-05-02,visit,你好\n",
}


def changes(run: Run) -> int:
    return sum(
        count[name] for kind, count in run.counts.items() if isinstance(count, dict) for name in ("new", "changed")
    )


def test_a_book_becomes_customers_policies_claims_contacts_and_their_log_lines(tmp_path: Path) -> None:
    run = take_in(put(tmp_path, **BOOK))
    assert [new(run, kind) for kind in ("customer", "policy", "term", "object", "claim", "contact")] == [
        2,
        2,
        2,
        1,
        1,
        2,
    ]
    first = Customer.objects.get(name="张测试")
    assert first.person.id_number == id_number(1)
    assert first.person.mobile == mobile(1)
    told = Event.objects.filter(customer_id=first.pk).order_by("occurred_at").values_list("name", flat=True)
    assert list(told) == ["policy.imported", "claim.imported", "contact.made", "customer.imported"]
    contact = Event.objects.get(customer_id=first.pk, name="contact.made")
    assert contact.payload == {"channel": "call", "direction": "outbound", "outcome": "", "text": "第一次"}
    assert contact.occurred_at.isoformat() == "2024-04-30T16:00:00+00:00"
    assert contact.org_unit_id == first.org_unit_id
    kinds = sorted(Identifier.objects.filter(customer=first).values_list("kind", flat=True))
    assert kinds == ["claim_no", "customer_no", "external", "id_number", "mobile", "plate", "policy_no"]


def test_the_same_book_again_changes_nothing(tmp_path: Path) -> None:
    take_in(put(tmp_path, **BOOK))
    lines = Event.objects.exclude(name__startswith="import.").count()
    again = take_in(tmp_path)
    assert changes(again) == 0
    assert Event.objects.exclude(name__startswith="import.").count() == lines


def test_a_changed_row_updates_and_a_staff_edit_survives_an_unchanged_one(tmp_path: Path) -> None:
    take_in(put(tmp_path, **BOOK))
    edited = Customer.objects.get(name="张测试")
    Customer.objects.filter(pk=edited.pk).update(name="张改名")
    changed = CUSTOMERS + customer(1) + f"C2,李更新,{id_number(2)},{mobile(7)}\n"
    run = take_in(put(tmp_path, **{**BOOK, "customers": changed}))
    assert run.counts["customer"] == {"new": 0, "changed": 1, "unchanged": 1, "repeated": 0}
    assert set(Customer.objects.values_list("name", flat=True)) == {"张改名", "李更新"}
    other = Customer.objects.get(name="李更新")
    assert other.person.mobile == mobile(7)
    in_use = other.identifiers.filter(kind="mobile")
    assert [row.ended_on is None for row in in_use.order_by("pk")] == [False, True]
    assert changes(take_in(tmp_path)) == 0


def test_a_later_renewal_moves_the_policys_end_and_premium(tmp_path: Path) -> None:
    mapping = mapping_text("spain_motor").replace("*motor*", "*")
    head = (
        "ID;Date_start_contract;Date_last_renewal;Date_next_renewal;Date_birth;Date_driving_licence;Distribution_channel;"
        "Date_lapse;Payment;Premium;Cost_claims_year;N_claims_year;Type_risk;Area;Second_driver;Year_matriculation;Power;"
        "Cylinder_capacity;Value_vehicle;N_doors;Type_fuel;Length;Weight\n"
    )
    year = "9;05/11/2015;05/11/{0};05/11/{1};15/04/1956;20/03/1976;0;;1;{2};0;0;1;0;0;2004;80;599;7068;0;P;NA;190\n"
    take_in(put(tmp_path, book=head + year.format(2015, 2016, "200.01")), mapping)
    first = Policy.objects.get()
    assert (str(first.premium), str(first.ends_on)) == ("100.01", "2016-11-05")
    run = take_in(
        put(tmp_path, book=head + year.format(2015, 2016, "200.01") + year.format(2016, 2017, "300")), mapping
    )
    assert new(run, "term") == 1
    policy = Policy.objects.get()
    assert (str(policy.premium), str(policy.ends_on)) == ("150.00", "2017-11-05")
    assert PolicyTerm.objects.count() == 2
    assert Event.objects.filter(name="policy.renewed").count() == 1


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(tmp_path: Path) -> None:
    run = take_in(put(tmp_path, customers=CUSTOMERS + customer(1) + "C2,李,1,2\n"), dry_run=True)
    assert new(run, "customer") == 1
    assert run.kept_rejects is not None
    assert [reject.row for reject in run.kept_rejects] == [3]
    assert (Customer.objects.count(), Run.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_an_import_that_was_asked_to_stop_stops_between_batches_and_goes_on_later(tmp_path: Path) -> None:
    put(tmp_path, customers=CUSTOMERS + "".join(customer(serial) for serial in range(1, 6)))
    mapping = read_mapping(mapping_text("keyuan_book"))
    run, _resumed = import_book(tmp_path, mapping, by=ROBOT, batch=2, progress=lambda run: actions.ask_to_stop(run.pk))
    assert run.stopped_at is not None
    assert Customer.objects.count() == 2
    run, resumed = import_book(tmp_path, mapping, by=ROBOT, batch=2)
    assert resumed
    assert run.finished_at is not None
    assert (run.counts["rows"], Customer.objects.count()) == (5, 5)


def test_a_failing_batch_leaves_nothing_of_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, **BOOK)

    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("pulled the plug")

    monkeypatch.setattr("keyuan.claims.bulk._log", fail)
    with pytest.raises(RuntimeError):
        take_in(tmp_path)
    from keyuan.claims.models import Claim

    assert (Customer.objects.count(), Policy.objects.count(), Claim.objects.count()) == (2, 2, 0)
    monkeypatch.undo()
    run = take_in(tmp_path)
    assert (Claim.objects.count(), run.counts["rows"], run.counts["customer"]["new"]) == (1, 7, 2)


def test_cells_that_a_spreadsheet_would_run_are_neutralised_and_come_back_as_they_were(tmp_path: Path) -> None:
    cells = ["=1+1", "+86", "-5", "@x", "\tx", "'=1", "''=1", "plain", "", "'quoted"]
    assert [restored(neutral(cell)) for cell in cells] == cells
    assert all(neutral(cell)[0] == "'" for cell in cells[:7])
    assert neutral("plain") == "plain"
    run = take_in(put(tmp_path, customers=CUSTOMERS + "C1,=HYPERLINK(1),12,\n"))
    lines = "".join(csv_lines(reject_table(run, 0)))
    assert "'=HYPERLINK(1)" in lines
    assert ",=HYPERLINK" not in lines


def test_a_corrected_rejects_file_is_a_book_again(tmp_path: Path) -> None:
    run = take_in(put(tmp_path / "one", customers=CUSTOMERS + f"C1,=张测试,12,{mobile(1)}\n"))
    text = "".join(csv_lines(reject_table(run, 0))).replace(",12,", f",{id_number(1)},")
    again = take_in(put(tmp_path / "two", customers=text))
    assert again.counts["rejected"] == 0
    assert Customer.objects.get().name == "=张测试"


@pytest.mark.django_db(transaction=True)
def test_two_processes_do_not_take_in_the_same_book_at_once(tmp_path: Path) -> None:
    import psycopg

    run, _parts, _resumed = actions.open_run(put(tmp_path, **BOOK), read_mapping(mapping_text("keyuan_book")), by=ROBOT)
    settings = connection.get_connection_params()
    settings.pop("cursor_factory", None)
    settings.pop("context", None)
    with psycopg.connect(**settings) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [actions.LOCK_CLASS, run.book_id])
        with pytest.raises(BookBusy):
            take_in(tmp_path)
    assert Customer.objects.count() == 0


def test_what_a_book_says_later_of_a_customer_who_was_merged_away_goes_to_the_kept_one(tmp_path: Path) -> None:
    take_in(put(tmp_path, **BOOK))
    kept, dropped = Customer.objects.get(name="张测试"), Customer.objects.get(name="李测试")
    merge(kept.pk, dropped.pk, choices={"id_number": "keep"}, reason="同一人", by=ROBOT)
    assert changes(take_in(put(tmp_path, **BOOK))) == 0
    more = {**BOOK, "policies": BOOK["policies"] + "P3,C2,TERM,2025-02-01,2045-02-01,3000,\n"}
    take_in(put(tmp_path, **more))
    assert Policy.objects.get(number="P3").customer_id == kept.pk
    assert Customer.objects.count() == 1
