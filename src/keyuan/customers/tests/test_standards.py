"""Standards: what they accept, what they refuse and why, and that each has one spelling for all ways to write a value."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from keyuan.customers.masking import MASKERS, mask
from keyuan.customers.numbers import HIGHEST_SERIAL, customer_number, is_customer_number
from keyuan.customers.standards import (
    InvalidIdentifier,
    candidates,
    facts_of_id_number,
    normalise,
    normalise_document,
    plate,
    resident_id,
    uscc,
    vin,
)
from keyuan.customers.states import IdentifierKind

FULL_WIDTH = str.maketrans({sign: chr(ord(sign) + 0xFEE0) for sign in string.digits + string.ascii_letters + "-"})
VIN_SIGNS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def refused(kind, text):
    with pytest.raises(InvalidIdentifier) as refusal:
        normalise(kind, text)
    assert refusal.value.kind == kind
    assert str(refusal.value)
    return refusal.value.rule


@st.composite
def id_numbers(draw):
    area = draw(st.sampled_from(sorted(resident_id.PROVINCES))) + f"{draw(st.integers(0, 9999)):04d}"
    born = draw(st.dates(date(1900, 1, 1), date(2026, 1, 1)))
    first17 = f"{area}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return first17 + resident_id.check_digit(first17), born


def dressed(text):
    """The same value as people paste it."""
    spaced = st.integers(1, len(text) - 1).map(lambda cut: f" {text[:cut]}-{text[cut:]}\u200b ")
    return st.one_of(spaced, st.just(text.lower()), st.just(text.translate(FULL_WIDTH)), st.just(f"\ufeff{text}\u3000"))


@given(id_numbers(), st.data())
def test_an_id_number_is_one_number_however_it_is_written(number, data):
    value, born = number
    assert normalise("id_number", data.draw(dressed(value))) == value
    facts = facts_of_id_number(value)
    assert (facts.birth_date, facts.sex) == (born, "male" if int(value[16]) % 2 else "female")
    assert value[17] == ric.calc_check_digit(value)


@given(id_numbers(), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_of_an_id_number_is_found(number, place, step):
    value, _ = number
    wrong = value[:place] + str((int(value[place]) + step) % 10) + value[place + 1 :]
    assert refused("id_number", wrong) in {"check_digit", "province"}


@given(id_numbers(), st.integers(0, 16))
def test_two_swapped_neighbours_of_an_id_number_are_found(number, place):
    value, _ = number
    swapped = value[:place] + value[place + 1] + value[place] + value[place + 2 :]
    if swapped != value:
        assert refused("id_number", swapped) in {"check_digit", "province", "format"}


@given(id_numbers())
def test_the_15_digits_of_an_old_card_become_the_18_of_the_new(number):
    value, born = number
    if born.year < 2000:
        assert normalise("id_number", value[:6] + value[8:17]) == value


def test_an_abolished_area_code_is_accepted_and_an_impossible_day_is_not():
    abolished = "32059919900101001"  # no county has 320599 today
    assert normalise("id_number", abolished + resident_id.check_digit(abolished))
    no_such_day = "32050119900231001"
    assert refused("id_number", no_such_day + resident_id.check_digit(no_such_day)) == "birth_date"


@pytest.mark.parametrize("prefix", ["810000", "820000", "830000", "911000"])
def test_residence_permits_have_the_same_shape(prefix):
    first17 = f"{prefix}19900101001"
    assert normalise("id_number", first17 + resident_id.check_digit(first17)).startswith(prefix)


@pytest.mark.parametrize("number", ["E12345678", "H1234567801", "8位", "１２３４５６７８", "G 1234 5678"])
def test_other_documents_follow_their_own_rule(number):
    if number == "8位":
        with pytest.raises(InvalidIdentifier):
            normalise_document("passport", number)
    else:
        assert normalise_document("passport", number).isalnum()


@given(
    st.integers(13_000_000_000, 19_999_999_999).map(str),
    st.sampled_from(["", "+86", "86", "0086", "+86-", "0", "（+86）"]),
)
def test_a_mainland_mobile_is_its_eleven_digits(number, prefix):
    for written in (number, f"{number[:3]} {number[3:7]} {number[7:]}", f"{number[:3]}-{number[3:]}"):
        assert normalise("mobile", prefix + written) == number
    assert normalise("mobile", number.translate(FULL_WIDTH)) == number


@pytest.mark.parametrize(
    ("written", "normal"),
    [("+34 612 345 678", "+34612345678"), ("0085291234567", "+85291234567"), ("+886 912 345 678", "+886912345678")],
)
def test_a_foreign_number_becomes_e164(written, normal):
    assert normalise("mobile", written) == normal


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "format"),
        ("1381234567", "format"),
        ("12812345678", "format"),
        ("138123456789", "format"),
        ("+8612345", "format"),
        ("+34 112 345 678", "numbering_plan"),
        ("+999123456789", "format"),
        ("٠١٢٣٤٥٦٧٨٩٠", "format"),
    ],
)
def test_what_is_no_mobile_is_refused(text, rule):
    assert refused("mobile", text) == rule


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("苏E·12345", plate.PlateKind.ORDINARY),
        ("京a-b1c2d", plate.PlateKind.ORDINARY),
        ("苏ED12345", plate.PlateKind.NEW_ENERGY_SMALL),
        ("苏EFA1234", plate.PlateKind.NEW_ENERGY_SMALL),
        ("粤B12345D", plate.PlateKind.NEW_ENERGY_LARGE),
        ("苏E1234学", plate.PlateKind.SPECIAL),
        ("粤Z1234港", plate.PlateKind.SPECIAL),
        ("京A1234警", plate.PlateKind.SPECIAL),
        ("014578使", plate.PlateKind.EMBASSY),
        ("使014·578", plate.PlateKind.EMBASSY),
        ("沪A0023领", plate.PlateKind.CONSULATE),
    ],
)
def test_plates_of_every_sort_are_accepted(written, kind):
    assert plate.kind_of(normalise("plate", written)) == kind


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("苏E1234O", "letters"),
        ("苏I12345", "letters"),
        ("美A12345", "province"),
        ("", "province"),
        ("苏E1234", "format"),
        ("苏E123456", "new_energy"),
        ("苏EL12345", "new_energy"),
        ("苏ED1234A", "new_energy"),
    ],
)
def test_what_is_no_plate_is_refused(text, rule):
    assert refused("plate", text) == rule


@given(st.text(VIN_SIGNS, min_size=17, max_size=17), st.data())
def test_a_vin_with_its_check_digit_is_accepted_and_a_wrong_one_refused(signs, data):
    value = signs[:8] + vin.check_digit(signs) + signs[9:]
    assert normalise("vin", data.draw(dressed(value))) == value
    wrong = value[:8] + data.draw(st.sampled_from(sorted(set("0123456789X") - {value[8]}))) + value[9:]
    assert refused("vin", wrong) == "check_digit"
    if wrong[0] in "L12345":
        with pytest.raises(InvalidIdentifier):
            vin.normalise(wrong, accept_unchecked=True)
    else:
        assert vin.normalise(wrong, accept_unchecked=True) == wrong


def test_letters_that_no_vin_has_are_named():
    assert refused("vin", "LSVAA4187E218483O") == "letters"
    assert refused("vin", "LSVAA4187") == "format"


@given(st.text(USCC_SIGNS, min_size=17, max_size=17).map(lambda signs: "91" + "320500" + signs[8:]))
def test_a_credit_code_has_its_check_digit(first17):
    value = first17 + uscc.standard.calc_check_digit(first17)
    assert normalise("uscc", value.lower()) == value
    wrong = first17 + next(sign for sign in USCC_SIGNS if sign != value[17])
    assert refused("uscc", wrong) == "check_digit"


@pytest.mark.parametrize(
    "text", ["a@b", "a b@example.com", "a@@example.com", "@example.com", "a@example..com", "x" * 300]
)
def test_what_is_no_address_is_refused(text):
    assert refused("email", text) == "format"


@given(st.integers(1, HIGHEST_SERIAL), st.integers(1, 9), st.integers(1, 9))
def test_a_customer_number_finds_one_wrong_digit(serial, place, step):
    number = customer_number(serial)
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert is_customer_number(number)
    assert not is_customer_number(wrong)


@given(st.text(max_size=80))
def test_any_text_at_all_has_candidates_or_none_and_each_is_normal(text):
    for kind, value in candidates(text):
        assert 0 < len(value) <= 254
        if kind not in (IdentifierKind.ID_NUMBER, IdentifierKind.VIN):
            assert normalise(kind, value) == value


def test_the_most_specific_reading_comes_first():
    assert candidates("138 1234 5678")[0] == (IdentifierKind.MOBILE, "13812345678")
    assert candidates("苏e·12345")[0] == (IdentifierKind.PLATE, "苏E12345")
    assert candidates("p—2026 1")[0] == (IdentifierKind.POLICY_NO, "P-20261")
    assert candidates("王伟") == ()


@given(st.sampled_from(sorted(MASKERS)), st.text(min_size=1, max_size=60))
def test_a_mask_never_shows_the_whole_value(kind, value):
    shown = mask(kind, value)
    assert shown
    assert value not in shown or set(value) <= set("*• @") or len(value) == 1
