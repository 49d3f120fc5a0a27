from __future__ import annotations

import pytest
from django.db import DataError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from keyuan.kernel import batches
from keyuan.kernel.statements import ask, together

pytestmark = pytest.mark.django_db
DOUBLE = "SELECT %s::int * 2"


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int * 2%%' ORDER BY prepare_time"
        )
        return [text for (text,) in cursor.fetchall()]


def test_a_statement_is_prepared_once_and_answers_for_each_value() -> None:
    assert [ask(DOUBLE, [number]).rows() for number in (2, 3, 4)] == [[(4,)], [(6,)], [(8,)]]
    assert len(prepared()) == 1


def test_what_is_asked_together_answers_in_any_order_and_more_than_once() -> None:
    with together():
        two, three, text = ask(DOUBLE, [1]), ask(DOUBLE, [2]), ask("SELECT %(a)s::text || %(a)s::text", {"a": "客"})
    assert text.rows() == [("客客",)]
    assert three.rows() == [(4,)]
    assert two.rows() == two.rows() == [(2,)]


def test_what_is_asked_together_sees_what_the_transaction_wrote() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE t ON COMMIT DROP AS SELECT 7 AS n")
    with together():
        seen = ask("SELECT n FROM t")
    assert seen.rows() == [(7,)]


def test_query_budgets_count_every_statement() -> None:
    with CaptureQueriesContext(connection) as counted, together():
        answers = [ask(DOUBLE, [1]), ask(DOUBLE, [2])]
    assert len(counted) == 2
    assert [answer.rows() for answer in answers] == [[(2,)], [(4,)]]


def test_a_fault_in_a_statement_is_an_error_of_the_database_layer() -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), together():
        ask("SELECT nothing FROM nowhere")


def test_the_first_fault_of_several_is_told_and_the_connection_can_be_asked_again() -> None:
    texts = (DOUBLE, "SELECT %s FROM nowhere", DOUBLE)
    with pytest.raises(ProgrammingError, match="nowhere"), transaction.atomic(), together():
        [ask(text, [1]) for text in texts]
    assert ask(DOUBLE, [5]).rows() == [(10,)]


def test_a_value_that_postgresql_refuses_is_an_error_of_the_database_layer() -> None:
    with pytest.raises(DataError), transaction.atomic():
        ask("SELECT %s::date", ["2026-02-30"])


def test_an_answer_may_be_looked_at_before_the_block_ends_and_asking_goes_on() -> None:
    with together():
        first = ask(DOUBLE, [1]).rows()
        then = ask(DOUBLE, [first[0][0]])
    assert then.rows() == [(4,)]


def test_blocks_within_blocks_travel_with_the_outer_one() -> None:
    with together():
        outer = ask(DOUBLE, [1])
        with together():
            inner = ask(DOUBLE, [2])
    assert (outer.rows(), inner.rows()) == ([(2,)], [(4,)])


def test_a_connection_keeps_no_more_plans_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "KEPT", 2)
    texts = [f"SELECT $1::int * 2 + {number}" for number in range(4)]
    for number, text in enumerate(texts):
        assert ask(text.replace("$1", "%s"), [1]).rows() == [(2 + number,)]
    assert prepared() == texts[2:]
    assert ask(texts[0].replace("$1", "%s"), [1]).rows() == [(2,)]


@pytest.mark.django_db(transaction=True)
def test_the_first_statement_of_a_transaction_begins_it() -> None:
    connection.ensure_connection()
    connection.set_autocommit(False)
    try:
        ask("CREATE TABLE for_a_moment (n int)", keep_plan=False)
        connection.rollback()
        assert ask("SELECT to_regclass('for_a_moment') IS NULL").rows() == [(True,)]
        connection.rollback()
    finally:
        connection.set_autocommit(True)


def test_whoever_is_cut_short_gets_a_new_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = connection.copy()
    opened.connect()
    batch = batches.Batch(opened)
    batch.add(b"SELECT pg_sleep(0.2)", (), keep_plan=False)

    def interrupted(self: batches.Batch, wanted: tuple[bool, ...]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(batches.Batch, "_collect", interrupted)
    with pytest.raises(KeyboardInterrupt):
        batch.send()
    assert opened.connection.closed


def test_where_plans_cannot_be_kept_nothing_is_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.connection, "prepare_threshold", None)
    assert ask("SELECT %s::int * 2 + 99", [1]).rows() == [(101,)]
    assert "SELECT $1::int * 2 + 99" not in prepared()
