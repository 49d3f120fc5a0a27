"""Statements that are kept by their shape: composed once, asked with other values, read as Django reads them."""

from __future__ import annotations

import pytest

from keyuan.accounts.models import OrgUnit
from keyuan.kernel.kept import Kept, Statement, written
from keyuan.kernel.stand_ins import Several, stand_in

pytestmark = pytest.mark.django_db
MANY = Several()


@pytest.fixture
def units() -> list[OrgUnit]:
    return [OrgUnit.objects.create(code=f"K-{n}", name=f"机构{n}%", kind="branch", path=f"/k{n}/") for n in range(3)]


def test_a_statement_is_asked_with_other_values_and_its_constants_stay(units: list[OrgUnit]) -> None:
    gaps = [stand_in(0, "K-0"), stand_in(1, 5)]
    rows = OrgUnit.objects.filter(code__gte=gaps[0], pk__lte=gaps[1], name__endswith="%", kind="branch").order_by("pk")
    statement = written(rows.values_list("code", "name"), gaps)
    assert statement.gaps == (0, 1)
    assert "branch" in statement.sql
    for first in (0, 1, 2):
        found = statement.rows(statement.ask([f"K-{first}", units[-1].pk], keep_plan=False))
        assert found == [(unit.code, unit.name) for unit in units[first:]]


def test_a_list_is_one_value_however_long(units: list[OrgUnit]) -> None:
    statement = written(OrgUnit.objects.filter(parent__any=MANY).values_list("pk"), [MANY])
    below = OrgUnit.objects.create(code="K-9", name="九", kind="branch", path="/k0/9/", parent=units[0])
    assert statement.ask([[units[0].pk]]).rows() == [(below.pk,)]
    assert statement.ask([[]]).rows() == []
    assert statement.ask([[unit.pk for unit in units] * 100]).rows() == [(below.pk,)]


def test_a_list_that_does_not_reach_the_statement_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        written(OrgUnit.objects.values_list("pk"), [MANY])


def test_a_statement_that_no_row_can_fit_is_not_asked() -> None:
    assert written(OrgUnit.objects.none().values_list("pk"), []) == Statement("")
    assert Statement("").ask([]).rows() == []


def test_only_the_latest_shapes_are_kept() -> None:
    kept, made = Kept(most=2), []

    def write(name: str) -> Statement:
        made.append(name)
        return Statement(name)

    for name in ("a", "b", "a", "c", "b", "a"):
        assert kept.of(name, lambda name=name: write(name)).sql == name  # type: ignore[misc]
    assert made == ["a", "b", "c", "a"]
