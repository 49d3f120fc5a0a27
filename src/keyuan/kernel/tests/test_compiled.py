from __future__ import annotations

from datetime import date

import pytest

from keyuan.accounts.models import OrgUnit
from keyuan.kernel.compiled import Compiled

pytestmark = pytest.mark.django_db


@pytest.fixture
def units() -> list[OrgUnit]:
    return [OrgUnit.objects.create(code=f"C-{n}", name=f"机构{n}", kind="branch", path=f"/{n}/") for n in range(3)]


def _after(limit: int, first: int, code: str):
    return OrgUnit.objects.filter(pk__gte=first, code__lte=code).order_by("pk").values_list("code")[:limit]


def test_a_compiled_query_answers_as_the_orm_does_for_other_values_too(units: list[OrgUnit]) -> None:
    compiled = Compiled(_after)
    for unit in units:
        for code in ("C-0", "C-2"):
            assert compiled.rows(2, first=unit.pk, code=code) == list(_after(2, unit.pk, code))


def test_each_shape_is_compiled_once_and_apart(units: list[OrgUnit]) -> None:
    built = []

    def build(limit: int, first: int, code: str):
        built.append(limit)
        return _after(limit, first, code)

    compiled = Compiled(build)
    for limit in (1, 2, 1, 2):
        assert len(compiled.rows(limit, first=units[0].pk, code="C-9")) == limit
    assert built == [1, 2]


def test_a_value_that_does_not_reach_the_statement_is_refused() -> None:
    with pytest.raises(ValueError, match="day"):
        Compiled(lambda day: OrgUnit.objects.values_list("pk")).rows(day=date(2026, 1, 1))


@pytest.mark.parametrize("value", [True, None, 1.5])
def test_what_changes_the_statement_is_no_gap(value: object) -> None:
    with pytest.raises(TypeError):
        Compiled(lambda flag: OrgUnit.objects.values_list("pk")).rows(flag=value)
