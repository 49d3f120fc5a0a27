"""Every synthetic identifier passes its standard, and no two are alike."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from keyuan.customers.standards import normalise
from keyuan.customers.states import IdentifierKind
from keyuan.demo import numbers

ORDINALS = st.integers(0, numbers.MOST_CUSTOMERS - 1)
DISTRICTS = ("320102", "320104", "320106")


@given(ORDINALS, st.integers(1930, 2025), st.booleans())
def test_an_id_number_passes_gb_11643_and_tells_birth_and_sex(ordinal: int, year: int, male: bool) -> None:
    born = numbers.birth_day(ordinal, year)
    number = numbers.resident_id(ordinal, districts=DISTRICTS, born=born, male=male)
    assert normalise(IdentifierKind.ID_NUMBER, number) == number
    assert number[6:14] == f"{born:%Y%m%d}"
    assert int(number[16]) % 2 == male


@given(ORDINALS, st.booleans(), st.integers(2005, 2026))
def test_mobiles_plates_vins_and_credit_codes_pass_their_standards(ordinal: int, flag: bool, year: int) -> None:
    values = {
        IdentifierKind.MOBILE: numbers.mobile(ordinal, former=flag),
        IdentifierKind.PLATE: numbers.plate(ordinal, province="苏", letter="A", new_energy=flag),
        IdentifierKind.VIN: numbers.vin(ordinal, maker="LSV", model="AA2BR", year=year),
        IdentifierKind.USCC: numbers.uscc(ordinal, district="320102"),
    }
    for kind, value in values.items():
        assert normalise(kind, value) == value


def test_no_two_are_alike_over_the_whole_range() -> None:
    some = range(0, numbers.MOST_CUSTOMERS, 7)
    people = [
        numbers.resident_id(n, districts=DISTRICTS, born=numbers.birth_day(n, 1980), male=n % 2 == 0) for n in some
    ]
    assert len(set(people)) == len(people)
    assert len({numbers.mobile(n, former=f) for n in some for f in (False, True)}) == 2 * len(some)
    for new_energy in (False, True):
        vehicles = range(0, numbers.MOST_CUSTOMERS * numbers.VEHICLES_EACH, 5)
        plates = Counter(numbers.plate(n, province="苏", letter="A", new_energy=new_energy) for n in vehicles)
        assert max(plates.values()) == 1


def test_every_identifier_of_a_book_passes_its_standard(drawn) -> None:  # type: ignore[no-untyped-def]
    kinds = Counter(row.kind for row in drawn.identifiers)
    assert {"id_number", "mobile", "email", "uscc", "plate", "vin", "policy_no", "claim_no"} <= set(kinds)
    for row in drawn.identifiers:
        assert normalise(row.kind, row.value) == row.value
    in_use = Counter((row.kind, row.value) for row in drawn.identifiers if row.ended_on is None)
    assert max(in_use.values()) == 1
