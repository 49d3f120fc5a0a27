"""The log in sealed batches: every line in one, each batch linked to the one before, any change found and named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from django.db import IntegrityError, connection, transaction

from keyuan.eventlog.followers import catch_up
from keyuan.eventlog.models import Event
from keyuan.evidence.checking import check_and_keep, check_log
from keyuan.evidence.models import Batch
from keyuan.evidence.offline.batches import read_head
from keyuan.evidence.offline.lines import read_line
from keyuan.evidence.offline.merkle import root_from
from keyuan.evidence.proving import prove
from keyuan.evidence.readers import ready_lines
from keyuan.evidence.sealing import seal_all, seal_next, seal_up_to
from keyuan.evidence.tests.conftest import Superuser, settle, write
from keyuan.kernel.clock import now
from keyuan.trust.sealing import check_seal

pytestmark = pytest.mark.xdist_group("horizon")
Sealed = Callable[[int], list[Batch]]
Roots = Callable[[], list[x509.Certificate]]


def test_every_line_is_in_one_batch_in_reading_order_and_each_batch_is_sealed(sealed: Sealed) -> None:
    batches = sealed(10)
    lines = Event.objects.count()
    assert sum(one.lines for one in batches) == lines
    assert [one.number for one in batches] == list(range(1, len(batches) + 1))
    places = [place for one in batches for place in ((one.first_xid, one.first_id), (one.last_xid, one.last_id))]
    assert places == sorted(places)
    for one in batches:
        assert one.seal is not None
        assert one.head is not None
        assert one.sealed_at == check_seal(hashlib.sha256(bytes(one.head)).digest(), bytes(one.seal)).at


def test_a_head_names_the_head_and_the_seal_before_it(sealed: Sealed) -> None:
    first, second = sealed(8)[:2]
    head = read_head(bytes(second.head or b""))
    assert head is not None
    assert head.before_head == hashlib.sha256(bytes(first.head or b"")).digest()
    assert head.before_seal == hashlib.sha256(bytes(first.seal or b"")).digest()
    found = read_head(bytes(first.head or b""))
    assert found is not None
    assert (found.before_head, found.before_seal) == (b"", b"")


def test_a_batch_waits_until_it_is_full_or_its_first_line_is_old(transactional_db: None, settings: Any) -> None:
    settings.KEYUAN_SEAL_LINES, settings.KEYUAN_SEAL_SECONDS = 4, 3600
    write({"n": 1}, {"n": 2}, {"n": 3})
    settle()
    assert catch_up("seal") == 0
    write({"n": 4}, {"n": 5})
    settle()
    assert catch_up("seal") == 4
    assert Batch.objects.get().lines == 4
    settings.KEYUAN_SEAL_SECONDS = 0
    assert catch_up("seal") == 1
    assert not ready_lines(xid=Batch.objects.first().last_xid, event_id=Batch.objects.first().last_id, limit=0)  # type: ignore[union-attr]


def test_who_needs_a_proof_now_does_not_wait(transactional_db: None, settings: Any) -> None:
    from keyuan.trust import authorities

    authorities.establish(demo=True)
    write({"n": 1})
    settle()
    line = Event.objects.order_by("-xid", "-pk")[0]
    seal_up_to((line.xid, line.pk))
    assert Batch.objects.get().seal is not None
    assert seal_next() is None


def test_the_proof_of_a_line_leads_to_the_root_of_its_batch(sealed: Sealed) -> None:
    sealed(9)
    ids = list(Event.objects.order_by("-pk").values_list("pk", flat=True)[:5])
    proof = prove(ids)
    assert set(proof.lines) == set(ids)
    for number, raw in proof.lines.items():
        told = read_line(raw)
        assert told is not None
        assert told["id"] == str(number)
        place = proof.places[number]
        batch = Batch.objects.get(number=place.batch)
        from keyuan.evidence.offline.merkle import leaf_hash

        assert root_from(leaf_hash(raw), place.at, batch.lines, place.path) == bytes(batch.root)


def test_a_log_that_nobody_touched_fits(sealed: Sealed, roots: Roots) -> None:
    batches = sealed(10)
    report = check_log(roots())
    assert report.fits
    assert (report.batches, report.lines) == (len(batches), sum(one.lines for one in batches))
    assert (report.unsealed, report.waiting) == (0, 0)
    write({"n": 99})
    settle()
    assert check_log(roots()).waiting == 1


COLUMNS = {
    "at": "at + interval '1 microsecond'",
    "occurred_at": "occurred_at - interval '1 microsecond'",
    "name": "name || ' '",
    "customer_id": "coalesce(customer_id, 0) + 1",
    "org_unit_id": "coalesce(org_unit_id, 0) + 1",
    "actor_kind": "'user'",
    "actor_id": "actor_id || '1'",
    "actor_name": "actor_name || '。'",
    "subject_type": "subject_type || 's'",
    "subject_id": "subject_id || '0'",
    "payload": """payload || '{"n": 4711}'""",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_a_line_that_a_superuser_alters_is_named(
    column: str, sealed: Sealed, roots: Roots, superuser: Superuser
) -> None:
    batches = sealed(9)
    line = Event.objects.order_by("pk")[5]
    change = f"UPDATE eventlog_event SET {column} = {COLUMNS[column]} WHERE id = %s"  # noqa: S608
    superuser.run("eventlog_event", change, [line.pk])
    (found,) = check_log(roots()).found
    assert (found.batch, found.line, found.en) == (batches[1].number, line.pk, "the line was altered")
    kept = check_and_keep()
    assert kept.found["line"] == line.pk


def test_a_number_written_with_another_digit_is_noticed_however_small(
    sealed: Sealed, roots: Roots, superuser: Superuser, settings: Any
) -> None:
    sealed(1)
    write({"amount": 0.1})
    settle()
    catch_up("seal")
    seal_all()
    line = Event.objects.order_by("-pk")[0]
    # The same number for every computer that counts in binary.
    changed = json.dumps({"amount": 1}).replace("1", "0.1000000000000000055511151231257827")
    superuser.run("eventlog_event", "UPDATE eventlog_event SET payload = %s::jsonb WHERE id = %s", [changed, line.pk])
    (found,) = check_log(roots()).found
    assert found.line == line.pk


def test_a_line_that_is_removed_or_put_in_is_noticed(sealed: Sealed, roots: Roots, superuser: Superuser) -> None:
    sealed(9)
    line = Event.objects.order_by("pk")[5]
    superuser.run("eventlog_event", "DELETE FROM eventlog_event WHERE id = %s", [line.pk])
    (found,) = check_log(roots()).found
    assert found.en.startswith("1 lines are missing, the first of them before line")
    columns = "xid, at, occurred_at, name, customer_id, org_unit_id, actor_kind, actor_id, actor_name, subject_type"
    copied = (
        f"INSERT INTO eventlog_event (id, {columns}, subject_id, payload) SELECT %s, {columns}, subject_id, payload"
    )
    other = Event.objects.order_by("pk")[5]
    superuser.run("eventlog_event", f"{copied} FROM eventlog_event WHERE id = %s", [line.pk, other.pk])
    assert not check_log(roots()).fits


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("leaves = overlay(leaves placing '\\x00'::bytea from 3)", "the root does not fit the hashes of its lines"),
        ("root = overlay(root placing '\\x0001'::bytea from 3)", "the root does not fit the hashes of its lines"),
        ("seal = overlay(seal placing '\\x00'::bytea from 900)", "its seal does not hold: "),
        ("last_id = last_id - 1", "1 lines are missing"),
    ],
)
def test_a_batch_that_a_superuser_alters_is_named(
    change: str, told: str, sealed: Sealed, roots: Roots, superuser: Superuser
) -> None:
    sealed(9)
    superuser.run("evidence_batch", f"UPDATE evidence_batch SET {change} WHERE number = 2")  # noqa: S608
    found = check_log(roots()).found
    assert found[0].batch == 2
    assert found[0].en.startswith(told)


def test_a_batch_that_is_missing_is_named(sealed: Sealed, roots: Roots, superuser: Superuser) -> None:
    sealed(9)
    superuser.run("evidence_batch", "DELETE FROM evidence_batch WHERE number = 2")
    assert (check_log(roots()).found[0].batch, check_log(roots()).found[0].en) == (2, "the batch is missing")


def test_who_hashes_a_line_anew_breaks_the_seal(sealed: Sealed, roots: Roots, superuser: Superuser) -> None:
    """A superuser alters a line and makes its batch fit again: root and hashes are theirs, the seal is not."""
    from keyuan.eventlog.raw import texts_between
    from keyuan.evidence.offline.lines import line_bytes
    from keyuan.evidence.offline.merkle import Tree, leaf_hash

    batch = sealed(9)[1]
    line = Event.objects.order_by("pk")[5]
    superuser.run("eventlog_event", "UPDATE eventlog_event SET name = 'x' WHERE id = %s", [line.pk])
    before = Batch.objects.get(number=1)
    texts = texts_between((before.last_xid, before.last_id), (batch.last_xid, batch.last_id), limit=100)
    leaves = [leaf_hash(line_bytes(one.columns, one.payload)) for one in texts]
    statement = "UPDATE evidence_batch SET leaves = %s, root = %s WHERE number = 2"
    superuser.run("evidence_batch", statement, [b"".join(leaves), Tree(leaves).root()])
    (found,) = check_log(roots()).found
    assert (found.batch, found.en) == (2, "its head does not fit the batch or the one before it")


@pytest.mark.parametrize("change", ["DELETE FROM evidence_batch", "UPDATE evidence_batch SET lines = 1"])
def test_the_database_keeps_batches_as_they_are(change: str, sealed: Sealed) -> None:
    sealed(1)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_seal_is_put_on_once(sealed: Sealed) -> None:
    sealed(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(number=1).update(sealed_at=now() - timedelta(days=1))
