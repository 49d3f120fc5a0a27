from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from keyuan.kernel.statements import ask, together

pytestmark = pytest.mark.django_db
DOUBLE = "SELECT %s::int * 2"


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int * 2%%'")
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
