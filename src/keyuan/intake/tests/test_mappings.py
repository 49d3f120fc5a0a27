"""Mappings: every mistake is told with its line; the shipped ones are free of any."""

from __future__ import annotations

import pytest

from keyuan.intake.mapping_file import BadMapping, read_mapping
from keyuan.intake.mappings import mapping_text, shipped

BAD = """\
book: b
boook: x
create: [brances]
files:
  - match: "*.csv"
    decimal: ";"
    records:
      - record: customer
        fields: {nme: Name}
      - record: polcy
      - record: claim
        key: "{id"
        when: {column: a}
        fields: {policy: p, number: [1], occurred_on: {column: d, days: two}}
"""


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_mapping_has_no_mistakes(name: str) -> None:
    assert read_mapping(mapping_text(name)).sources


def test_every_mistake_is_told_with_its_line() -> None:
    with pytest.raises(BadMapping) as caught:
        read_mapping(BAD)
    lines = [line for line, _sentence in caught.value.problems]
    assert lines == [2, 3, 6, 8, 9, 9, 10, 12, 13, 14, 14]
    assert "是不是“book”？" in caught.value.problems[0][1]


def test_text_that_is_no_yaml_is_told_with_its_line() -> None:
    with pytest.raises(BadMapping) as caught:
        read_mapping("book: b\nfiles: [\n")
    assert caught.value.problems[0][0] == 3


def test_digits_in_a_value_map_stay_texts() -> None:
    text = mapping_text("spain_motor")
    record = read_mapping(text).sources[0].records[1]
    assert record.fields["payment_mode"].values == {"0": "12", "1": "6"}
