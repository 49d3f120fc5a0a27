"""A batch is prepared while the one before it is written: the same outcome as one after the other, killed or not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import IntegrityError, connection

from keyuan.claims.models import Claim
from keyuan.customers.models import Customer, Identifier
from keyuan.eventlog.models import Event
from keyuan.intake import batches
from keyuan.intake.actions import import_book
from keyuan.intake.mapping_file import read_mapping
from keyuan.intake.mappings import mapping_text
from keyuan.intake.models import ImportedRecord, Run
from keyuan.intake.take import Ready
from keyuan.intake.tests.helpers import (
    CLAIMS,
    CONTACTS,
    CUSTOMERS,
    POLICIES,
    ROBOT,
    customer,
    id_number,
    mobile,
    put,
    take_in,
)
from keyuan.kernel import ahead
from keyuan.policies.models import Policy

pytestmark = pytest.mark.django_db(transaction=True)
# Batches of two: rows refer to the batch before them, contradict it, and claim what it claims.
BOOK = {
    "customers": CUSTOMERS
    + "".join(customer(serial) for serial in range(1, 7))
    + f"C7,王测试,{id_number(7)},{mobile(6)}\n"  # the mobile of C6, one batch before
    + f"C8,王测试,{id_number(5)},{mobile(8)}\n"  # the document of C5, two batches before
    + f"C6,另一名,{id_number(6)},{mobile(6)}\n"  # C6 again, otherwise
    + customer(9),
    "policies": POLICIES
    + "".join(f"P{n},C{n},MOTOR,2024-01-01,2025-01-01,100.50,苏E1234{n}\n" for n in range(1, 6))
    + "P6,C6,MOTOR,2024-01-01,2025-01-01,100.50,苏E12345\n"  # the plate of P5, one batch before
    + "P7,C7,MOTOR,2024-01-01,2025-01-01,100.50,\n"  # a rejected customer's
    + "P8,C9,TERM,2024-01-01,2044-01-01,900,\n"  # a product that is not there yet
    + "P9,C9,TERM,2024-01-01,2044-01-01,900,\n",
    "claims": CLAIMS + "K1,P1,2024-03-01,50.25\nK2,P2,2024-03-01,50.25\nK3,P9,2024-03-01,50.25\nK4,P0,2024-03-01,1\n",
    "contacts": CONTACTS + "".join(f"{n},C{n % 9 + 1},2024-05-01,call,第{n}次\n" for n in range(1, 12)),
}


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each batch was prepared behind one that was being written."""
    seen: list[bool] = []
    before = batches.prepare

    def prepare(*args: object, behind: Ready | None, **gaps: object) -> Ready:
        seen.append(behind is not None)
        return before(*args, behind=behind, **gaps)  # type: ignore[arg-type]

    monkeypatch.setattr(batches, "prepare", prepare)
    return seen


def test_the_outcome_is_that_of_one_batch_after_the_other(tmp_path: Path, prepared: list[bool]) -> None:
    put(tmp_path, **BOOK)
    alone = take_in(tmp_path, batch=2, dry_run=True)
    assert prepared == []
    told = sorted((one.file, one.row, one.code, str(one.problems)) for one in alone.kept_rejects or [])
    run = take_in(tmp_path, batch=2)
    assert prepared.count(True) >= 6
    found = sorted((one.file, one.row, one.code, str(one.problems)) for one in run.rejects.all())
    assert found == told
    assert {code for _file, _row, code, _problems in found} == {
        "duplicate_in_book",
        "contradiction",
        "unknown_customer",
        "unknown_policy",
    }
    counts = {key: value for key, value in run.counts.items() if key != "alike"}
    assert counts == {key: value for key, value in alone.counts.items() if key != "alike"}
    assert set(Customer.objects.values_list("name", flat=True)) == {"张测试"}
    assert (Customer.objects.count(), Policy.objects.count(), Claim.objects.count()) == (7, 8, 3)
    plate = Identifier.objects.get(kind="plate", plain="苏E12345")
    assert plate.subject_id == Policy.objects.get(number="P5").pk
    assert ImportedRecord.objects.count() == sum(count["new"] for count in counts.values() if isinstance(count, dict))
    assert Event.objects.filter(name="contact.made").count() == counts["contact"]["new"]
    again = take_in(tmp_path, batch=2)
    kinds = [count for count in again.counts.values() if isinstance(count, dict) and "new" in count]
    assert [count["new"] + count["changed"] for count in kinds] == [0] * len(kinds)


def test_a_batch_that_clashed_is_taken_again_and_so_is_the_one_prepared_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third batch is refused once it has been written, as by somebody who registered the same mobile meanwhile."""
    put(tmp_path, customers=BOOK["customers"], contacts=BOOK["contacts"])
    calls: list[int] = []
    write = Ready.write

    def clash(self: Ready) -> None:
        write(self)
        calls.append(self.batch.last_row)
        if len(calls) == 2:
            raise IntegrityError("somebody was faster")

    monkeypatch.setattr(Ready, "write", clash)
    run = take_in(tmp_path, batch=2)
    assert (run.counts["rows"], run.counts["rejected"]) == (21, 5)
    assert Customer.objects.count() == 7
    assert Event.objects.filter(name="customer.imported").count() == 7
    assert Event.objects.filter(name="contact.made").count() == run.counts["contact"]["new"] == 9


def test_an_error_while_a_batch_is_written_leaves_what_stood_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, customers=BOOK["customers"])
    write = Ready.write

    def fail(self: Ready) -> None:
        write(self)
        if self.batch.last_row == 7:
            raise RuntimeError("pulled the plug")

    monkeypatch.setattr(Ready, "write", fail)
    with pytest.raises(RuntimeError):
        take_in(tmp_path, batch=2)
    run = Run.objects.get()
    assert (run.position, Customer.objects.count()) == ({"file": 0, "row": 5}, 4)
    monkeypatch.undo()
    again = take_in(tmp_path, batch=2)
    assert (again.pk, again.counts["rows"], Customer.objects.count()) == (run.pk, 10, 7)


def test_a_killed_import_goes_on_where_it_stood_and_never_leaves_half_a_batch(tmp_path: Path) -> None:
    """A child process is killed with SIGKILL when its third batch is written but not committed, and the fourth prepared."""
    put(tmp_path, customers=CUSTOMERS + "".join(customer(serial) for serial in range(1, 11)))
    settings = connection.settings_dict
    child = f"""
import os, signal, threading
os.environ["DJANGO_SETTINGS_MODULE"] = "keyuan.settings.test"
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = {settings["NAME"]!r}
django.setup()
from pathlib import Path
from keyuan.intake import batches
from keyuan.intake.actions import import_book
from keyuan.intake.mapping_file import read_mapping
from keyuan.intake.mappings import mapping_text
from keyuan.intake.take import Ready
from keyuan.kernel.actor import Actor
fourth = threading.Event()
prepare, write = batches.prepare, Ready.write
def prepared(taking, rows, **how):
    ready = prepare(taking, rows, **how)
    if ready.batch.last_row == 9:
        fourth.set()
    return ready
def written(self):
    write(self)
    if self.batch.last_row == 7:
        assert fourth.wait(60)
        os.kill(os.getpid(), signal.SIGKILL)
batches.prepare, Ready.write = prepared, written
import_book(Path({str(tmp_path)!r}), read_mapping(mapping_text("keyuan_book")), by=Actor.system("test"), batch=2)
"""
    died = subprocess.run(
        [sys.executable, "-c", child], env={**os.environ}, capture_output=True, check=False, timeout=120
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    assert Customer.objects.count() == 4
    run = Run.objects.get()
    assert (run.position, run.counts["rows"]) == ({"file": 0, "row": 5}, 4)

    again, resumed = import_book(tmp_path, read_mapping(mapping_text("keyuan_book")), by=ROBOT, batch=2)

    assert resumed
    assert again.pk == run.pk
    assert (Customer.objects.count(), again.counts["rows"], again.counts["customer"]["new"]) == (10, 10, 10)
    assert ImportedRecord.objects.count() == 10
    assert Event.objects.filter(name="customer.imported").count() == 10


def test_whoever_goes_on_waits_for_the_last_commit_of_a_killed_process(tmp_path: Path) -> None:
    """The connection that writes holds a lock of its own, which may outlive by a moment the process that was killed."""
    import threading

    import psycopg

    put(tmp_path, customers=CUSTOMERS + customer(1))
    take_in(tmp_path)
    settings = connection.get_connection_params()
    settings.pop("cursor_factory", None)
    settings.pop("context", None)
    book = Run.objects.get().book_id
    released: list[bool] = []
    with psycopg.connect(**settings, autocommit=True) as dying:
        dying.execute("SELECT pg_advisory_lock(%s, %s)", [batches.WRITER_LOCK, book])

        def release() -> None:
            released.append(True)
            dying.execute("SELECT pg_advisory_unlock(%s, %s)", [batches.WRITER_LOCK, book])

        threading.Timer(0.5, release).start()
        with batches.writing(book) as pen:
            assert (released, pen is not None) == ([True], True)


def test_what_is_prepared_ahead_is_written_in_its_order_and_an_update_must_wait() -> None:
    done: list[int] = []
    with ahead.preparing(None) as writes:
        assert ahead.keep(lambda: done.append(1))
        assert ahead.keep(lambda: done.append(2))
        with pytest.raises(ahead.MustWait):
            ahead.must_be_alone()
    assert done == []
    writes.make()
    assert done == [1, 2]
    ahead.must_be_alone()
    assert not ahead.keep(lambda: done.append(3))
